import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { PullThroughCache } from "../../../component/index";
import { Monitor, REGION } from "./monitor";
import { arn, ROLE } from "./programs";

describe("a role that may pull", () => {
  let monitor: Monitor;
  let cache: PullThroughCache;

  beforeEach(async () => {
    monitor = await Monitor.start();
    cache = new PullThroughCache("cache", { registries: { quay: {}, k8s: { repositories: ["pause"] } } });
  });
  afterEach(() => monitor.end());

  /** The policy of the role, after the end of the program. */
  async function granted(name: string) {
    await monitor.end();
    return monitor.find("RolePolicy", `cache-pull-${name}`);
  }

  const roles: readonly (readonly [
    what: string,
    make: () => Parameters<PullThroughCache["grantPull"]>[0],
    name: string,
  ])[] = [
    ["a name", () => "nodes", "nodes"],
    ["an ARN", () => ROLE, "puller"],
    ["a resource", () => new aws.iam.Role("ci", { name: "ci-runner", assumeRolePolicy: "{}" }), "ci"],
  ];
  for (const [what, make, name] of roles) {
    it(`is given as ${what}, after which the policy is called`, async () => {
      cache.grantPull(make());
      const { inputs, parent, ignoreChanges } = await granted(name);
      assert.deepEqual([inputs.name, parent, ignoreChanges], [`project-stack-cache-pull-${name}`, "cache", ["name"]]);
      assert.equal(inputs.role, name === "ci" ? "ci-runner" : name);
    });
  }

  it("is given to the component as a resource", async () => {
    const ci = new aws.iam.Role("ci", { name: "ci-runner", assumeRolePolicy: "{}" });
    new PullThroughCache("other", { registries: { quay: {} }, pullerRoles: { builds: ci } });
    await monitor.end();
    assert.equal(monitor.find("RolePolicy", "other-pull-builds").inputs.role, "ci-runner");
  });

  it("is no other resource", () => {
    const user = new aws.iam.User("ci") as unknown as aws.iam.Role;
    assert.throws(
      () => new PullThroughCache("other", { registries: { quay: {} }, pullerRoles: { builds: user } }),
      /- pullerRoles\.builds: must be an IAM role, its name or its ARN, not another resource/,
    );
  });

  it("can be known later, and then the policy needs a name", async () => {
    for (const role of [pulumi.output(ROLE), Promise.resolve("puller")]) {
      assert.throws(() => cache.grantPull(role), {
        message: 'grantPull: a role that is an Output needs "name", because a resource\'s name must be a plain string.',
      });
    }
    cache.grantPull(pulumi.output(ROLE), { name: "later" });
    assert.equal((await granted("later")).inputs.role, "puller");
  });

  it("may pull from all registries for the first time, or from some, or only what is there", async () => {
    cache.grantPull("all");
    cache.grantPull("some", { registries: ["quay"] });
    cache.grantPull("none", { registries: [] });
    cache.grantPull("existing", { registries: ["quay"], createRepository: false });
    await monitor.end();
    const statements = (role: string) => {
      const { policy } = monitor.find("RolePolicy", `cache-pull-${role}`).inputs;
      return JSON.parse(String(policy)).Statement as { Sid: string; Action: string[]; Resource: string[] }[];
    };
    const [logIn, quay, ...listed] = statements("all");
    const names = (name: string) => [arn("ecr", `repository/${name}`, REGION)];
    assert.deepEqual(logIn?.Sid, "LogIn");
    assert.deepEqual(
      [quay, ...listed].map((statement) => [statement?.Sid, statement?.Resource]),
      [
        ["PullThroughCache", names("quay/*")],
        ["PullThroughCacheCached", names("k8s/*")],
        ["PullThroughCacheFirstPull", names("k8s/pause")],
      ],
    );
    const Action = quay?.Action.filter((action) => action !== "ecr:CreateRepository");
    assert.deepEqual(statements("some"), [logIn, quay]);
    assert.deepEqual(statements("none"), [logIn]);
    assert.deepEqual(statements("existing"), [logIn, { ...quay, Action }]);
  });

  it("may be another component's, with options of the policy", async () => {
    const parent = new pulumi.ComponentResource("a:b:C", "other");
    cache.grantPull("nodes", {}, { parent, ignoreChanges: [], deleteBeforeReplace: true });
    const policy = await granted("nodes");
    assert.deepEqual([policy.parent, policy.ignoreChanges, policy.deleteBeforeReplace], ["other", [], true]);
  });

  const mistakes: readonly (readonly [role: unknown, grant: unknown, problem: string])[] = [
    [undefined, {}, "role: is missing: give the role, its name or its ARN"],
    [null, {}, "role: must be a string, not null"],
    [1, {}, "role: must be a string, not a number: quote it"],
    ["arn:aws:iam::111122223333:user/bob", {}, "role: must be the name or the ARN of an IAM role, not of a user"],
    ["nodes", null, 'grant: must be a map, not null: write { registries: ["quay"] }'],
    ["nodes", { registries: "quay" }, "grant.registries: must be a list, not a string: write [...] around it"],
  ];
  for (const [role, grant, problem] of mistakes) {
    it(`is refused with what to give: ${problem}`, () => {
      assert.throws(() => cache.grantPull(role as string, grant as object), {
        message: `grantPull of PullThroughCache "cache": 1 problem in the input.\n  - ${problem}`,
      });
    });
  }

  it("is refused for registries that the cache does not have", () => {
    assert.throws(() => cache.grantPull("nodes", { registries: ["quay", "qay"] }), {
      message: 'grantPull: the cache has no registry "qay"; it has k8s, quay.',
    });
  });
});
