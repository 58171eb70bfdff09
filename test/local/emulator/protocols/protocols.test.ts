import assert from "node:assert/strict";
import { AwsError } from "../../../../local/emulator/errors";
import { awsJson } from "../../../../local/emulator/protocols/aws-json";
import { awsQuery } from "../../../../local/emulator/protocols/aws-query";
import { credentialScope } from "../../../../local/emulator/protocols/credentials";
import { restJson } from "../../../../local/emulator/protocols/rest-json";
import { element } from "../../../../local/emulator/protocols/xml";

const line = (method = "POST", path = "/", query = "") => ({ method, path, query: new URLSearchParams(query) });
const refusal = new AwsError("NotFoundException", "it is <gone>", 404);
const output = { at: new Date(1_500), list: [{ at: new Date(2_000) }], none: null, text: "a" };
const EPOCH = { at: 1.5, list: [{ at: 2 }], none: null, text: "a" };

describe("emulator: the wire formats of AWS", () => {
  it("name their caller, Region and service in the scope of their signature", () => {
    const signed =
      "AWS4-HMAC-SHA256 Credential=AKIA1/20260101/eu-west-1/ecr/aws4_request, SignedHeaders=host, Signature=x";
    assert.deepEqual(credentialScope(signed), { accessKeyId: "AKIA1", region: "eu-west-1", service: "ecr" });
    for (const other of [
      undefined,
      "",
      `x${signed}`,
      signed.replace("aws4_request,", "aws4_request"),
      signed.replace("AKIA1", ""),
      signed.replace("20260101", "2026"),
      signed.replace("eu-west-1", "EU"),
      signed.replace("/ecr/", "/"),
    ])
      assert.equal(credentialScope(other), undefined, other);
  });

  describe("AWS JSON", () => {
    const protocol = awsJson("AmazonEC2ContainerRegistry_V20150921");
    const parse = (target: string | undefined, body: string) =>
      protocol.parse({ "x-amz-target": target }, Buffer.from(body), line());

    it("has the operation in a header and the input in the body", () => {
      const target = "AmazonEC2ContainerRegistry_V20150921.DescribeImages";
      assert.deepEqual(parse(target, '{"a":["é"]}'), { operation: "DescribeImages", input: { a: ["é"] } });
      assert.deepEqual(parse(target, ""), { operation: "DescribeImages", input: {} });
      assert.throws(() => parse(target, "{"), { name: "SerializationException", status: 400 });
      for (const other of ["AmazonEC2ContainerRegistry.DescribeImages", undefined, `x${target}`])
        assert.throws(() => parse(other, "{}"), {
          name: "UnknownOperationException",
          message: `Unknown operation ${other ?? "(no X-Amz-Target header)"}`,
        });
    });

    it("answers with times as seconds, and with the exception's name in a header and the body", () => {
      const reply = protocol.result("DescribeImages", output, "id");
      assert.deepEqual([reply.status, JSON.parse(reply.body)], [200, EPOCH]);
      assert.deepEqual(reply.headers, { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": "id" });
      assert.equal(protocol.result("DescribeImages", undefined, "id").body, "{}");
      const error = awsJson("X", "application/x-amz-json-1.0").error(refusal, "id");
      assert.deepEqual(
        [error.status, JSON.parse(error.body)],
        [404, { __type: "NotFoundException", message: "it is <gone>" }],
      );
      assert.deepEqual(error.headers, {
        "content-type": "application/x-amz-json-1.0",
        "x-amzn-requestid": "id",
        "x-amzn-errortype": "NotFoundException",
      });
    });
  });

  describe("AWS REST JSON", () => {
    const protocol = restJson([
      {
        operation: "Get",
        method: "GET",
        path: "/schedules/{Name}",
        query: { groupName: "GroupName", "max-results": "Most" },
      },
      { operation: "Update", method: "PUT", path: "/schedules/{Name}" },
      { operation: "List", method: "GET", path: "/schedules" },
    ]);
    const parse = (...target: Parameters<typeof line>) => protocol.parse({}, Buffer.from('{"a":1}'), line(...target));

    it("has the operation in method and path, and parts of the input in path and query", () => {
      assert.deepEqual(parse("GET", "/schedules/a%2Fb", "groupName=g&max-results=2&other=3"), {
        operation: "Get",
        input: { a: 1, GroupName: "g", Most: "2", Name: "a/b" },
      });
      assert.deepEqual(parse("PUT", "/schedules/a", "groupName=g"), {
        operation: "Update",
        input: { a: 1, Name: "a" },
      });
      assert.deepEqual(parse("GET", "/schedules"), { operation: "List", input: { a: 1 } });
      for (const [method, path] of [
        ["POST", "/schedules/a"],
        ["GET", "/schedule/a"],
        ["GET", "/schedules/a/b"],
        ["GET", "/"],
      ] as const) {
        assert.throws(() => parse(method, path), { name: "UnknownOperationException", status: 404 }, path);
      }
    });

    it("answers like AWS JSON, with another body for errors", () => {
      const reply = protocol.result("Get", output, "id");
      assert.deepEqual([reply.status, JSON.parse(reply.body)], [200, EPOCH]);
      assert.deepEqual(reply.headers, { "content-type": "application/json", "x-amzn-requestid": "id" });
      const error = protocol.error(refusal, "id");
      assert.deepEqual([error.status, JSON.parse(error.body)], [404, { Message: "it is <gone>" }]);
      assert.deepEqual(error.headers, {
        "content-type": "application/json",
        "x-amzn-requestid": "id",
        "x-amzn-errortype": "NotFoundException",
      });
    });
  });

  describe("AWS Query", () => {
    const protocol = awsQuery("https://iam.amazonaws.com/doc/2010-05-08/");
    const parse = (body: string) => protocol.parse({}, Buffer.from(body), line());

    it("has lists and maps in the names of parameters", () => {
      const tags = [2, 10, 1]
        .map((index) => `Tags.member.${index}.Key=k${index}&Tags.member.${index}.Value=v`)
        .join("&");
      const map =
        "Attributes.entry.1.key=a&Attributes.entry.1.value=1&Attributes.entry.2.key=b&Attributes.entry.2.value=2";
      assert.deepEqual(
        parse(`Action=CreateRole&Version=2010-05-08&RoleName=a%20b&${tags}&${map}&Deep.Er=x&List.member.1=y`),
        {
          operation: "CreateRole",
          input: {
            RoleName: "a b",
            Tags: ["k1", "k2", "k10"].map((Key) => ({ Key, Value: "v" })),
            Attributes: { a: "1", b: "2" },
            Deep: { Er: "x" },
            List: ["y"],
          },
        },
      );
      assert.throws(() => parse("RoleName=a"), { name: "MissingAction" });
    });

    it("escapes what has a meaning in XML, and leaves out what has no value", () => {
      assert.equal(element("A", `&<>"'&`), "<A>&amp;&lt;&gt;&quot;&apos;&amp;</A>");
      assert.deepEqual([element("A", undefined), element("A", null), element("A", "")], ["", "", "<A></A>"]);
      const value = { At: new Date(0), Map: new Map([["a", 1]]), List: [true, { B: "c" }], None: undefined };
      assert.equal(
        element("A", value),
        "<A><At>1970-01-01T00:00:00.000Z</At><Map><entry><key>a</key><value>1</value></entry></Map>" +
          "<List><member>true</member><member><B>c</B></member></List></A>",
      );
    });

    it("answers with XML", () => {
      const reply = protocol.result("GetRole", { Role: { RoleName: "a<b", Tags: ["x"] } }, "id");
      assert.equal(reply.status, 200);
      assert.deepEqual(reply.headers, { "content-type": "text/xml", "x-amzn-requestid": "id" });
      assert.equal(
        reply.body,
        '<GetRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetRoleResult><Role><RoleName>a&lt;b</RoleName>' +
          "<Tags><member>x</member></Tags></Role></GetRoleResult>" +
          "<ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></GetRoleResponse>",
      );
      for (const [status, type] of [
        [404, "Sender"],
        [499, "Sender"],
        [500, "Receiver"],
      ] as const) {
        const error = protocol.error(new AwsError("NoSuchEntity", "it is <gone>", status), "id");
        assert.equal(error.status, status);
        assert.equal(
          error.body,
          '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">' +
            `<Error><Type>${type}</Type><Code>NoSuchEntity</Code><Message>it is &lt;gone&gt;</Message></Error>` +
            "<RequestId>id</RequestId></ErrorResponse>",
        );
      }
    });
  });
});
