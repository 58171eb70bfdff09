import assert from "node:assert/strict";
import { statementMark } from "../../../component/plan/registry-wide";
import { ECR, entry, kmsArn, plan, ROLE } from "./support";

describe("roles", () => {
  it("for templates are created exactly when tags or KMS need them", () => {
    assert.equal(plan({ registries: { quay: { access: {}, lifecycle: { keepImages: 1 } } } }).templateRole, undefined);
    const planned = plan({
      registries: {
        quay: { resourceTags: { a: "b" } },
        k8s: { encryption: { kmsKey: kmsArn("us-east-1") } },
        aws: { registry: "quay", encryption: { type: "KMS" } },
        "ecr-public": {},
      },
    });
    assert.deepEqual(planned.templateRole, {
      name: "project-stack-cache-template",
      adopt: false,
      prefixes: ["aws", "k8s", "quay"],
      // The key of aws/ecr is not known.
      kmsKeys: [undefined, { arn: kmsArn("us-east-1"), path: ["registries", "k8s", "encryption", "kmsKey"] }],
    });
    assert.equal(entry(planned, "k8s").template.encryption.type, "KMS");
    const roles = planned.entries.map(({ key, template }) => `${key} ${template.role}`);
    assert.deepEqual(roles, ["aws created", "ecr-public none", "k8s created", "quay created"]);
  });

  it("for templates can be the user's", () => {
    const planned = plan({ registries: { quay: { resourceTags: { a: "b" } }, k8s: {} }, templateRoleArn: ROLE });
    assert.equal(planned.templateRole, undefined);
    const shared = { arn: ROLE, path: ["templateRoleArn"], isNeeded: true };
    assert.deepEqual([entry(planned, "quay").template.role, entry(planned, "k8s").template.role], [shared, "none"]);
    const own = plan({ registries: { quay: { templateRoleArn: ROLE }, k8s: {} } });
    const given = { arn: ROLE, path: ["registries", "quay", "templateRoleArn"], isNeeded: false };
    assert.deepEqual([entry(own, "quay").template.role, entry(own, "k8s").template.role], [given, "none"]);
  });

  it("for ECR upstreams are created, given by the user, or none", () => {
    const planned = plan({
      registries: {
        platform: { registry: ECR },
        team: { registry: ECR, upstreamPrefix: "team-a" },
        whole: { registry: ECR.replace("eu-west-1", "us-east-1"), prefix: "ROOT" },
        given: { registry: ECR, roleArn: ROLE },
        own: { registry: ECR, createRole: false },
      },
    });
    const given = { arn: ROLE, path: ["registries", "given", "roleArn"] };
    assert.deepEqual(
      planned.entries.map(({ role }) => role),
      [given, "none", "created", "created", "created"],
    );
    assert.deepEqual(planned.upstreamRole, {
      name: "project-stack-cache-upstream",
      adopt: false,
      prefixes: ["platform", "team", "ROOT"],
      upstreams: [
        { accountId: "222233334444", region: "eu-west-1", prefix: "ROOT" },
        { accountId: "222233334444", region: "eu-west-1", prefix: "team-a" },
        { accountId: "222233334444", region: "us-east-1", prefix: "ROOT" },
      ],
    });
  });

  it("are adopted if one of their entries is adopted", () => {
    const tagged = { resourceTags: { a: "b" } };
    const adopts = (one: boolean | undefined, other: boolean | undefined, all?: boolean) => {
      const { templateRole, upstreamRole, entries } = plan({
        registries: {
          one: { registry: ECR, adopt: one, ...tagged },
          other: { registry: ECR, upstreamPrefix: "team", adopt: other, ...tagged },
          quay: { adopt: true },
        },
        adopt: all,
      });
      return [templateRole?.adopt, upstreamRole?.adopt, ...entries.map(({ adopt }) => adopt)];
    };
    assert.deepEqual(adopts(undefined, undefined), [false, false, false, false, true]);
    assert.deepEqual(adopts(true, undefined), [true, true, true, false, true]);
    assert.deepEqual(adopts(false, undefined, true), [true, true, false, true, true]);
  });

  it("have names that never change and that IAM accepts, each of one component", () => {
    const roleName = (name: string) =>
      plan({ registries: { quay: { resourceTags: { a: "b" } } } }, { name }).templateRole?.name ?? "";
    const names = ["cache", "n".repeat(80), `${"n".repeat(80)}2`, "team/cache", "team-cache", "ü"];
    const found = names.map(roleName);
    for (const name of found) assert.match(name, /^project-stack-(?=[\w+=,.@-]{1,50}$)/);
    assert.equal(new Set(found).size, names.length);
    assert.deepEqual(names.map(roleName), found);
  });
});

describe("the mark of statements", () => {
  it("is made of the first prefix, whatever the keys are", () => {
    const registries = { a: { registry: "quay", prefix: "second" }, b: { registry: "quay", prefix: "first" } };
    assert.equal(plan({ registries }).mark, statementMark("first"));
  });
});

describe("grants", () => {
  it("are shared by the registries that inherit their access", () => {
    const access = { organizationId: "o-abcdefghij" };
    const own = { accounts: ["111122223333"] };
    const registries = {
      quay: {},
      k8s: {},
      "ecr-public": { access: own },
      mirror: { registry: "quay", repositoryPolicy: "{}" },
    };
    assert.deepEqual(plan({ defaults: { access }, registries }).grants, [
      { access: own, caches: [{ prefix: "ecr-public", repositories: undefined }] },
      { access, caches: ["k8s", "quay"].map((prefix) => ({ prefix, repositories: undefined })) },
    ]);
  });
});
