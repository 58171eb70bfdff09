import assert from "node:assert/strict";
import type { AccessArgs, RegistryArgs, RegistryPolicyArgs } from "../../../component/args";
import type { ResolvedArgs } from "../../../component/plan/plan";
import { ECR, plan, problems, ROLE, refuses } from "./support";

describe("the map of registries", () => {
  const named = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`quay-${index}`, { registry: "quay" }]));
  const withPrefixes = (...prefixes: string[]) => ({
    registries: Object.fromEntries(
      prefixes.map((prefix, index) => [`key${index}`, { registry: ["quay", "k8s"][index % 2], prefix }]),
    ),
  });
  const same = (key: string, first: string, prefix: string) =>
    `registries.${key}: has the same prefix as registries.${first}, "${prefix}" (a slash at the end makes no difference): give each its own "prefix"`;

  refuses([
    ["no registry", { registries: {} }, "registries: needs at least one registry: write { quay: {} }"],
    ["50 registries", { registries: named(50) }],
    [
      "51 registries",
      { registries: named(51) },
      "registries: 51 registries; ECR allows 50 pull through cache rules per Region, and AWS does not raise the limit",
    ],
    [
      "a prefix three times, with or without a slash",
      withPrefixes("hub", "aa", "hub/", "hub"),
      same("key2", "key0", "hub"),
      same("key3", "key0", "hub"),
    ],
    [
      "keys that are the same prefix",
      { registries: { hub: { registry: "quay" }, "hub/": { registry: "quay" } } },
      same("hub/", "hub", "hub"),
    ],
    [
      "prefixes inside other prefixes, and the same upstream twice",
      { registries: { quay: {}, "quay/team": { registry: "quay" } } },
    ],
  ]);

  it("has all its problems reported at once", () => {
    const registries = { nope: {}, dockerhub: {}, quay: { roleArn: ROLE } };
    const found = problems({ registries, regions: ["us-east-1", "us-east-1"] });
    const paths = found.map((problem) => problem.slice(0, problem.indexOf(":"))).sort();
    assert.deepEqual(paths, ["regions[1]", "registries.dockerhub", "registries.nope", "registries.quay.roleArn"]);
  });
});

describe("a registry policy", () => {
  const warnings = (access: AccessArgs | undefined, registryPolicy: RegistryPolicyArgs = {}) =>
    plan({ registries: { quay: { access }, k8s: { access: {} } }, registryPolicy }).warnings.map(
      ({ message }) => message,
    );
  const nobody = "lets nobody in: give statements, or give accounts, roles or an organization access to a registry";

  it("has statements, or those of registries that others have access to", () => {
    const statement = JSON.stringify({ Effect: "Deny", Principal: "*", Action: "ecr:*", Resource: "*" });
    assert.deepEqual(warnings(undefined, { statements: [statement] }), []);
    for (const access of [{ accounts: ["444455556666"] }, { roleArns: [ROLE] }, { organizationId: "o-abcdefghij" }])
      assert.deepEqual(warnings(access), []);
  });

  it("warns without any", () => {
    for (const access of [undefined, {}, { lambda: true }, { accounts: [], roleArns: [] }])
      assert.deepEqual(warnings(access, { statements: [] }), [nobody]);
  });
});

describe("tags whose keys differ only in case", () => {
  const tags = { Team: "a", owner: "b", team: "c", TEAM: "d" };
  const hub: RegistryArgs = { registry: "registry-1.docker.io", tokenExpires: "2199-01-31" };
  const of = (args: ResolvedArgs) => problems({ ...args, tags }, { credentials: { given: undefined } });

  it("are refused for a role, whatever it is for", () => {
    const refused = [
      'tags.team: differs from "Team" only in case, which IAM does not allow for the tags of a role',
      'tags.TEAM: differs from "team" only in case, which IAM does not allow for the tags of a role',
    ];
    assert.deepEqual(of({ registries: { quay: { resourceTags: { a: "b" } } } }), refused);
    assert.deepEqual(of({ registries: { ecr: { registry: ECR } } }), refused);
    assert.deepEqual(of({ registries: { hub }, alerts: {} }), refused);
  });

  it("are accepted for other resources", () => {
    assert.deepEqual(of({ registries: { hub, quay: { resourceTags: tags } }, templateRoleArn: ROLE }), []);
    assert.deepEqual(of({ registries: { quay: {} }, alerts: {} }), []);
  });
});
