import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { InvalidInputError } from "../../../component/problems/error";
import { whenKnown } from "../../../component/resources/late/when-known";
import * as aws from "../../../component/schema/aws";
import { parse } from "../../../component/schema/parse";
import { promiseOf } from "../../support/promise";
import { KEY, problems, ROLE, SECRET } from "./support";

describe("Outputs in the arguments", () => {
  const plain = /plain.*cannot depend on an Output$/;

  it("are refused where they decide what exists", () => {
    const cases: [unknown, string][] = [
      [{ registries: pulumi.output({}) }, "registries"],
      [{ registries: { hub: pulumi.output({}) } }, "registries.hub"],
      [{ registries: { hub: { registry: pulumi.output("quay") } } }, "registries.hub.registry"],
      [{ registries: { hub: { prefix: pulumi.output("hub") } } }, "registries.hub.prefix"],
      [{ registries: { hub: { lifecycle: pulumi.output({}) } } }, "registries.hub.lifecycle"],
      [{ registries: { hub: { resourceTags: pulumi.output({}) } } }, "registries.hub.resourceTags"],
      [{ registries: { hub: { credentialArns: pulumi.output({}) } } }, "registries.hub.credentialArns"],
      [{ defaults: pulumi.output({}) }, "defaults"],
      [{ regions: pulumi.output(["us-east-1"]) }, "regions"],
      [{ regions: [pulumi.output("us-east-1")] }, "regions[0]"],
      [{ scanning: { scanType: pulumi.output("BASIC") } }, "scanning.scanType"],
      [{ registriesFile: pulumi.output("x.yaml") }, "registriesFile"],
      [{ registries: Promise.resolve({}) }, "registries"],
    ];
    for (const [args, path] of cases) {
      const found = problems(args);
      assert.equal(found.length, 1, `${path}: ${found}`);
      const [problem = ""] = found;
      assert.ok(problem.startsWith(`${path}: `), problem);
      assert.match(problem, plain);
    }
  });

  it("pass where a value may come later", () => {
    const later = <T>(value: T) => pulumi.output(value);
    assert.deepEqual(
      problems({
        registries: {
          hub: {
            credentialArn: later("x"),
            roleArn: Promise.resolve("x"),
            repositoryPolicy: later("x"),
            resourceTags: { a: later("b") },
            encryption: { kmsKey: later("x") },
            access: { accounts: [later("x")], roleArns: [later("x")], organizationId: later("x") },
            secret: { readers: [later("x")], policy: later("x"), tags: { a: later("b") } },
          },
        },
        credentials: later({}),
        tags: { a: later("b") },
        templateRoleArn: later("x"),
        registryPolicy: { statements: [later("{}")] },
        pullerRoles: { node: later("x") },
      }),
      [],
    );
    assert.deepEqual(
      problems({ credentials: { hub: later({}), ghcr: { username: later("u"), accessToken: later("t") } } }),
      [],
    );
  });

  it("are checked by the same rules when they are known, with the same messages", async () => {
    const cases = [
      [aws.kmsKeyArn, "alias/x", KEY],
      [aws.credentialArn, "arn:aws:secretsmanager:us-east-1:111122223333:secret:other", SECRET],
      [aws.roleArn, "x", ROLE],
      [aws.accountId, "1", "111122223333"],
      [aws.organizationId, "x", "o-abcdefghij"],
      [aws.jsonObject(10), "[]", "{}"],
    ] as const;
    const path = ["registries", "hub", "field"];
    for (const [schema, wrong, right] of cases) {
      const direct = parse(schema, wrong, path);
      assert.ok(!direct.ok);
      const later = whenKnown(schema, pulumi.output(Promise.resolve(wrong)), path) as pulumi.Output<string>;
      await assert.rejects(promiseOf(later), (error) => {
        assert.ok(error instanceof InvalidInputError);
        assert.deepEqual(error.errors, [
          { propertyPath: "registries.hub.field", reason: direct.issues[0]?.message, place: undefined },
        ]);
        return true;
      });
      assert.equal(await promiseOf(whenKnown(schema, pulumi.output(right), path) as pulumi.Output<string>), right);
    }
  });
});
