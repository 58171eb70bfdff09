import assert from "node:assert/strict";
import { ACCOUNT, allow, type Keys, REGION, TestCloud, trust } from "./testing/support";

const ECR = "AmazonEC2ContainerRegistry_V20150921";

describe("emulator: calls of AWS", () => {
  const cloud = TestCloud.forSuite();

  interface Sent {
    readonly key?: string;
    readonly region?: string;
    readonly service?: string;
    readonly token?: string;
    readonly target?: string;
    readonly body?: string;
  }
  async function call({ key = `AKIAROOT${ACCOUNT}`, region = REGION, service = "ecr", token, target, body }: Sent) {
    const response = await fetch(cloud.url, {
      method: "POST",
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260101/${region}/${service}/aws4_request, Signature=x`,
        ...(token !== undefined && { "x-amz-security-token": token }),
        ...(target !== undefined && { "x-amz-target": target }),
      },
      body: body ?? "{}",
    });
    const { status, headers } = response;
    return {
      status,
      type: headers.get("content-type"),
      error: headers.get("x-amzn-errortype"),
      id: headers.get("x-amzn-requestid") ?? "",
      text: await response.text(),
    };
  }
  const listAll = (more: Sent = {}) => call({ target: `${ECR}.DescribeRepositories`, ...more });
  const getRole = (more: Sent = {}) =>
    call({ service: "iam", body: "Action=GetRole&Version=2010-05-08&RoleName=none", ...more });

  const json = async (answer: ReturnType<typeof call>, status: number, code: string, message: string) => {
    const { id, text, ...others } = await answer;
    assert.deepEqual(others, { status, type: "application/x-amz-json-1.1", error: code });
    assert.deepEqual(JSON.parse(text), { __type: code, message });
    assert.match(id, /^[0-9a-f-]{36}$/);
  };
  const xml = async (answer: ReturnType<typeof call>, status: number, code: string, message: string) => {
    const { id, text, ...others } = await answer;
    assert.deepEqual(others, { status, type: "text/xml", error: null });
    assert.equal(
      text,
      '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">' +
        `<Error><Type>${status < 500 ? "Sender" : "Receiver"}</Type><Code>${code}</Code><Message>${message}</Message></Error>` +
        `<RequestId>${id}</RequestId></ErrorResponse>`,
    );
  };

  it("answer with the id that is logged", async () => {
    const { status, type, error, id, text } = await listAll();
    assert.deepEqual(
      [status, type, error, JSON.parse(text)],
      [200, "application/x-amz-json-1.1", null, { repositories: [] }],
    );
    const { requests } = await cloud.control<{ requests: { id: string }[] }>("GET", "requests");
    assert.deepEqual(
      requests.map((request) => request.id),
      [id],
    );
  });

  it("need a signature of a service and a Region that exist", async () => {
    const missing = "Request is missing Authentication Token";
    for (const key of ["", "a,b"]) await json(listAll({ key }), 403, "MissingAuthenticationTokenException", missing);
    for (const service of ["s3", "constructor"]) {
      const message = `The emulator does not know the service ${service}`;
      await json(call({ service }), 404, "UnknownOperationException", message);
    }
    const region = "Credential should be scoped to a valid Region, not 'eu-west-9'.";
    await json(listAll({ region: "eu-west-9" }), 403, "InvalidSignatureException", region);
    await xml(getRole({ region: "eu-west-9" }), 403, "InvalidSignatureException", region.replaceAll("'", "&apos;"));
  });

  it("need keys that were issued and have not expired, with their session token", async () => {
    const invalid = "The security token included in the request is invalid";
    for (const key of ["AKIAOTHER", `AKIAROOT${ACCOUNT}1`, "ASIA1"]) {
      await json(listAll({ key }), 400, "UnrecognizedClientException", invalid);
      await xml(getRole({ key }), 403, "InvalidClientTokenId", invalid);
    }
    const AssumeRolePolicyDocument = trust({ AWS: ACCOUNT });
    const { Role } = await cloud.iam().createRole({ RoleName: "caller", AssumeRolePolicyDocument });
    const { accessKeyId: key, sessionToken: token }: Keys = await cloud.assume(Role?.Arn ?? "");
    assert.equal((await listAll({ key, token })).error, "AccessDeniedException", "known, but without permissions");
    for (const other of [undefined, "other"])
      await json(listAll({ key, token: other }), 400, "UnrecognizedClientException", invalid);
    await cloud.control("POST", "clock", { advanceSeconds: 3600 });
    const expired = "The security token included in the request is expired";
    await json(listAll({ key, token }), 403, "ExpiredTokenException", expired);
    await xml(getRole({ key, token }), 403, "ExpiredToken", expired);
  });

  it("that fail by a fault have the names and statuses of their protocol", async () => {
    const inject = (kind: string) =>
      cloud.control("PUT", "faults", {
        rules: ["ecr", "iam"].map((service) => ({ service, operation: "*", kind })),
      });
    await inject("throttle");
    await json(listAll(), 400, "ThrottlingException", "Rate exceeded");
    await xml(getRole(), 400, "Throttling", "Rate exceeded");
    await inject("error500");
    await json(listAll(), 500, "InternalFailure", "An internal error occurred (injected)");
    await xml(getRole(), 500, "InternalFailure", "An internal error occurred (injected)");
    await inject("accessDenied");
    const denied = (action: string) => `Not authorized to perform: ${action} (injected)`;
    await json(listAll(), 400, "AccessDeniedException", denied("ecr:DescribeRepositories"));
    await xml(getRole(), 403, "AccessDenied", denied("iam:GetRole"));
    const { requests } = await cloud.control<{ requests: Record<string, unknown>[] }>("GET", "requests");
    assert.deepEqual(
      requests.map(({ service, status, error, fault }) => [service, status, error, fault]),
      [
        ["ecr", 400, "ThrottlingException", "throttle before"],
        ["iam", 400, "Throttling", "throttle before"],
        ["ecr", 500, "InternalFailure", "error500 before"],
        ["iam", 500, "InternalFailure", "error500 before"],
        ["ecr", 400, "AccessDeniedException", "accessDenied before"],
        ["iam", 403, "AccessDenied", "accessDenied before"],
      ],
    );
  });

  it("are hidden once by default, for roles, policies and secrets", async () => {
    const hide = (service: string, operation: string) =>
      cloud.control("POST", "faults", { service, operation, kind: "hide", times: 1 });
    await hide("iam", "CreatePolicy");
    const { Policy } = await cloud
      .iam()
      .createPolicy({ PolicyName: "p", PolicyDocument: allow("ecr:*", { Resource: "*" }) });
    const get = () => cloud.iam().getPolicy({ PolicyArn: Policy?.Arn ?? "" });
    await assert.rejects(get(), { name: "NoSuchEntityException" });
    await get();
    await hide("ecr", "CreateRepository");
    await cloud.ecr().createRepository({ repositoryName: "seen" });
    assert.equal((await cloud.ecr().describeRepositories({ repositoryNames: ["seen"] })).repositories?.length, 1);
    await hide("secretsmanager", "CreateSecret");
    await cloud.secrets().createSecret({ Name: "late", SecretString: "a" });
    await cloud.control("POST", "reset");
    await cloud.secrets().createSecret({ Name: "late", SecretString: "a" });
    await cloud.secrets().describeSecret({ SecretId: "late" });
  });

  const raw = (method: string, path: string, host = "127.0.0.1") => cloud.ask(method, host, path);

  it("have no body in answers to HEAD, and need a valid URL", async () => {
    const { headers, body } = await raw("GET", "/_local/unknown");
    assert.equal(headers["content-length"], String(body.length));
    assert.deepEqual(await raw("HEAD", "/_local/unknown").then(({ status, body }) => [status, body]), [404, ""]);
    const invalid = await raw("GET", "http://[/");
    assert.deepEqual([invalid.status, JSON.parse(invalid.body)], [400, { message: "The request's URL is not valid" }]);
  });

  it("go to the place that the host and path name", async () => {
    assert.equal((await raw("GET", "/v2/", "registry.k8s.io")).status, 200, "an upstream");
    assert.equal((await raw("GET", "/v2/", `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`)).status, 401, "a registry");
    assert.equal((await raw("GET", "/_local/clock")).status, 200, "the control API");
    for (const path of ["/", "/_localx", "/x/_local/clock"]) assert.equal((await raw("GET", path)).status, 403, path);
  });

  it("that the emulator cannot answer, such as one with a body of more than 64 MiB, fail with a reason", async () => {
    const written: string[] = [];
    const write = process.stderr.write;
    process.stderr.write = (text: string | Uint8Array) => written.push(String(text)) > 0;
    try {
      const size = 64 * 1024 * 1024;
      const large = await call({ target: `${ECR}.DescribeRepositories`, body: " ".repeat(size + 1) });
      assert.deepEqual(
        [large.status, JSON.parse(large.text)],
        [500, { message: "The emulator failed; its error output says why" }],
      );
      const fitting = await call({ target: `${ECR}.DescribeRepositories`, body: `{}${" ".repeat(size - 2)}` });
      assert.equal(fitting.status, 200);
    } finally {
      process.stderr.write = write;
    }
    assert.equal(written.length, 1);
    assert.match(
      written[0] ?? "",
      /^emulator: POST \/: Error: A body of more than 67108864 bytes is refused\n {4}at .*\n/,
    );
  });

  it("lose their connection silently or by a reset", async () => {
    const drop = async (kind: string) => {
      await cloud.control("PUT", "faults", { rules: [{ service: "ecr", operation: "*", kind, delay: 0 }] });
      return listAll().then(
        () => "an answer",
        (error: Error) => (error.cause as { code: string }).code,
      );
    };
    assert.deepEqual([await drop("reset"), await drop("timeout")], ["ECONNRESET", "UND_ERR_SOCKET"]);
  });
});

describe("emulator: policies of resources", () => {});
