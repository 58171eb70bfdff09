import assert from "node:assert/strict";
import type { AccessArgs, RegistryArgs } from "../../../component/args";
import type { ResolvedArgs } from "../../../component/plan/plan";
import { ECR, plan, problems, ROLE } from "./support";

describe("the map of registries", () => {
  const named = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`quay-${index}`, { registry: "quay" }]));

  it("has one registry or more, and at most 50", () => {
    assert.deepEqual(problems({ registries: {} }), ["registries: needs at least one registry: write { quay: {} }"]);
    assert.deepEqual(problems({ registries: named(50) }), []);
    assert.deepEqual(problems({ registries: named(51) }), [
      "registries: 51 registries; ECR allows 50 pull through cache rules per Region, and AWS does not raise the limit",
    ]);
  });

  it("has each prefix once, with or without a slash", () => {
    const same = (first: string, prefix: string) =>
      `has the same prefix as registries.${first}, "${prefix}" (a slash at the end makes no difference): give each its own "prefix"`;
    const of = (...prefixes: string[]) =>
      problems({
        registries: Object.fromEntries(
          prefixes.map((prefix, index) => [`key${index}`, { registry: ["quay", "k8s"][index % 2], prefix }]),
        ),
      });
    assert.deepEqual(of("hub", "hub"), [`registries.key1: ${same("key0", "hub")}`]);
    assert.deepEqual(of("hub", "hub/"), [`registries.key1: ${same("key0", "hub")}`]);
    assert.deepEqual(of("ROOT", "ROOT"), [`registries.key1: ${same("key0", "ROOT")}`]);
    assert.deepEqual(of("hub", "aa", "hub", "hub"), [
      `registries.key2: ${same("key0", "hub")}`,
      `registries.key3: ${same("key0", "hub")}`,
    ]);
    assert.deepEqual(problems({ registries: { hub: { registry: "quay" }, "hub/": { registry: "quay" } } }), [
      `registries.hub/: ${same("hub", "hub")}`,
    ]);
  });

  it("may have prefixes inside other prefixes, and the same upstream twice", () => {
    assert.deepEqual(problems({ registries: { quay: {}, "quay/team": { registry: "quay" } } }), []);
  });

  it("reports all entries at once", () => {
    const found = problems({
      registries: { nope: {}, dockerhub: {}, quay: { roleArn: ROLE } },
      regions: ["us-east-1", "us-east-1"],
    });
    const paths = found.map((problem) => problem.slice(0, problem.indexOf(":")));
    assert.deepEqual(paths.sort(), [
      "regions[1]",
      "registries.dockerhub",
      "registries.nope",
      "registries.quay.roleArn",
    ]);
  });
});

describe("a registry policy", () => {
  const registries = (access?: AccessArgs) => ({ quay: { access }, k8s: { access: {} } });
  const warnings = (args: ResolvedArgs) =>
    plan(args).warnings.map(({ path, message }) => `${path.join(".")}: ${message}`);
  const nobody =
    "registryPolicy: lets nobody in: give statements, or give accounts, roles or an organization access to a registry";

  it("has statements, or those of registries that others have access to", () => {
    const statement = JSON.stringify({ Effect: "Deny", Principal: "*", Action: "ecr:*", Resource: "*" });
    assert.deepEqual(warnings({ registries: registries(), registryPolicy: { statements: [statement] } }), []);
    for (const access of [{ accounts: ["444455556666"] }, { roleArns: [ROLE] }, { organizationId: "o-abcdefghij" }])
      assert.deepEqual(warnings({ registries: registries(access), registryPolicy: {} }), []);
    assert.deepEqual(warnings({ registries: registries() }), [], "there is no policy");
  });

  it("warns without any", () => {
    for (const access of [undefined, {}, { lambda: true }, { accounts: [], roleArns: [] }])
      assert.deepEqual(warnings({ registries: registries(access), registryPolicy: {} }), [nobody]);
    assert.deepEqual(warnings({ registries: registries(), registryPolicy: { statements: [] } }), [nobody]);
  });
});

describe("tags whose keys differ only in case", () => {
  const tags = { Team: "a", owner: "b", team: "c", TEAM: "d" };
  const refused = [
    'tags.team: differs from "Team" only in case, which IAM does not allow for the tags of a role',
    'tags.TEAM: differs from "team" only in case, which IAM does not allow for the tags of a role',
  ];
  const hub: RegistryArgs = { registry: "registry-1.docker.io", tokenExpires: "2199-01-31" };
  const of = (args: ResolvedArgs) => problems({ ...args, tags }, { credentials: { given: undefined } });

  it("are refused for a role, whatever it is for", () => {
    assert.deepEqual(of({ registries: { quay: { resourceTags: { a: "b" } } } }), refused);
    assert.deepEqual(of({ registries: { ecr: { registry: ECR } } }), refused);
    assert.deepEqual(of({ registries: { hub }, alerts: {} }), refused);
  });

  it("are accepted for other resources", () => {
    assert.deepEqual(of({ registries: { hub } }), []);
    assert.deepEqual(of({ registries: { quay: {} }, alerts: {} }), []);
    assert.deepEqual(of({ registries: { quay: { resourceTags: tags } }, templateRoleArn: ROLE }), []);
  });
});
