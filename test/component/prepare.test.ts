import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { prepare } from "../../component/prepare";
import { answers } from "./schema/support";
import { useStack } from "./stack";

describe("the arguments of a program", () => {
  before(useStack);

  const pathsOf = (args: unknown) => answers(args).map((answer) => answer.slice(0, answer.indexOf(": ")));

  it("are planned for the project and the stack, with the Regions that the AWS provider knows", () => {
    const { plan } = prepare("cache", { registries: { quay: { resourceTags: { a: "b" } } }, regions: ["eu-west-1"] });
    assert.equal(plan.templateRole?.name, "shop-dev-cache-template");
    assert.throws(
      () => prepare("cache", { registries: { quay: {} }, regions: ["eu-wset-1"] }),
      /^InvalidInputError: PullThroughCache "cache": 1 problem in the input\.\n {2}- regions\[0\]: .*did you mean eu-west-1\?/,
    );
  });

  it("are checked as far as they have the right shape", () => {
    assert.deepEqual(
      pathsOf({
        registries: {
          quay: { prefix: 7 },
          k8s: { roleArn: "arn:aws:iam::111122223333:role/a" },
          dockerhub: {},
          gone: null,
        },
        regions: "eu-west-1",
        tags: { a: 7 },
        defaults: { encryption: { type: "AES256", kmsKey: pulumi.output("later") } },
        credentials: { other: { username: "a", accessToken: "b" } },
      }),
      [
        "registries.quay.prefix",
        "registries.gone",
        "regions",
        "tags.a",
        "defaults.encryption.kmsKey",
        "registries.dockerhub",
        "registries.k8s.roleArn",
        "credentials.other",
      ],
    );
  });

  it("have no key that JavaScript reserves, which is said once; other names of its objects are keys like any", () => {
    for (const entry of ['{"registry":"quay"}', '{"registry":"docker.io"}', "{}", "null", "7"]) {
      for (const key of ["__proto__", "constructor", "prototype"]) {
        const registries = JSON.parse(`{"${key}":${entry}}`);
        assert.deepEqual(answers({ registries }), [`registries.${key}: the key is reserved: give it another name`]);
      }
    }
    for (const key of ["toString", "hasOwnProperty"]) {
      assert.deepEqual(answers({ registries: { [key]: { registry: "quay", prefix: "aa" } } }), []);
      assert.match(
        answers({ registries: { [key]: null } }).join(),
        /: must be a map, not null: write \{\} for the defaults$/,
      );
    }
  });

  it("have credentials in a map, or in an Output that nobody can look into yet", () => {
    const registries = { dockerhub: {} };
    const credentials = { dockerhub: { username: "a", accessToken: "b" } };
    for (const given of [credentials, pulumi.output(credentials), Promise.resolve(credentials)])
      assert.deepEqual(pathsOf({ registries, credentials: given }), []);
    assert.deepEqual(pathsOf({ registries }), ["registries.dockerhub"]);
    assert.deepEqual(pathsOf({ registries, credentials: {} }), ["registries.dockerhub"]);
  });
});
