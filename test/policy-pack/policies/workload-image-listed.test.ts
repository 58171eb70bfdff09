import assert from "node:assert/strict";
import { workloadImageListed } from "../../../policy-pack/policies/workload-image-listed";
import { workloadUsesCache } from "../../../policy-pack/policies/workload-uses-cache";
import { later, messages, passes, resource, rule, run, undecidedFor } from "../support";
import { cached, hub, task } from "./workloads";

describe("workload-image-listed", () => {
  const policy = workloadImageListed;
  const component = "pull-through-cache:index:PullThroughCache";
  const upstream = "registry-1.docker.io";
  const url = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/hub";
  const made = rule("cache-hub", hub.props, { parentType: component });
  const cache = (repositories: unknown, region = "eu-central-1") =>
    resource(component, "cache", {
      cacheRules: { [region]: [{ upstream, url: url.replace("eu-central-1", region), repositories }] },
    });
  const listing = [cache(["library/*", "timberio/vector"]), made];
  const outside = (image: string, consequence: string) =>
    `task: ${image} is not among the repositories of the cache hub: ${consequence}.`;

  it("reports an upstream image that the component's cache does not list", async () => {
    assert.deepEqual((await run(policy, [...listing, task("nginx", "grafana/loki:3")])).violations, [
      outside("grafana/loki:3", "it comes from the internet"),
    ]);
    const [message = ""] = await messages(policy, [...listing, task("grafana/loki:3")]);
    assert.equal(message.split("\n")[1], "Use a listed image, or add grafana/loki to the list.");
  });

  it("reports an unlisted image by its name in the cache, whose first pull would fail", async () => {
    const dualStack = "111122223333.dkr-ecr.eu-central-1.on.aws/hub/grafana/loki:3";
    assert.deepEqual(
      (await run(policy, [...listing, task(cached("library/nginx"), cached("grafana/loki:3"), dualStack)])).violations,
      [cached("grafana/loki:3"), dualStack].map((image) => outside(image, "its first pull fails")),
    );
  });

  it("passes what is listed, what has no cache, and caches without a list", async () => {
    const elsewhere = cached("x/y").replace("111122223333", "444455556666");
    const mirror = cached("x/y").replace("amazonaws.com", "amazonaws.com.example.com");
    const images = [
      "docker.io/timberio/vector:1",
      "quay.io/org/app",
      elsewhere,
      mirror,
      `mirror-${cached("x/y")}`,
      cached("x").replace("/hub/", "/own/"),
    ];
    assert.deepEqual(await run(policy, [...listing, task(...images)]), passes);
    assert.deepEqual(await run(policy, [cache(undefined), made, task("grafana/loki")]), passes);
    assert.deepEqual(await run(policy, [cache(["library/*"], "us-east-1"), made, task("grafana/loki")]), passes);
    assert.deepEqual(await run(policy, [cache(["library/*"]), hub, task("grafana/loki")]), passes, "another's rule");
  });

  it("reads lists from the configuration, also for caches of other stacks", async () => {
    const config = { repositories: { "hub/": ["library/*"] } };
    assert.deepEqual((await run(policy, [hub, task("nginx", "grafana/loki")], config)).violations, [
      outside("grafana/loki", "it comes from the internet"),
    ]);
    assert.deepEqual((await run(policy, [task(cached("grafana/loki"), "grafana/loki")], config)).violations, [
      outside(cached("grafana/loki"), "its first pull fails"),
    ]);
    assert.deepEqual(
      await run(policy, [...listing, task("timberio/vector")], { repositories: { hub: ["*"] } }),
      passes,
    );
    const root = { repositories: { ROOT: ["acme/*"], hub: ["*"] } };
    assert.deepEqual(await run(policy, [task(cached("grafana/loki"))], root), passes, "the longest prefix");
    assert.equal((await run(policy, [task(cached("x").replace("/hub/", "/own/"))], root)).violations.length, 1);
  });

  it("passes if one of several caches lists the image, and otherwise names the list that lacks it", async () => {
    const all = rule("all", { ecrRepositoryPrefix: "all", upstreamRegistryUrl: upstream, registryId: "111122223333" });
    assert.deepEqual(await run(policy, [...listing, all, task("grafana/loki")]), passes);
    const { violations } = await run(policy, [...listing, all, task("grafana/loki")], {
      repositories: { all: ["acme/*"] },
    });
    assert.deepEqual(violations, [outside("grafana/loki", "it comes from the internet")]);
    const root = resource(component, "root", {
      cacheRules: { "eu-central-1": [{ upstream, url: url.replace("/hub", ""), repositories: ["acme/*"] }] },
    });
    const madeRoot = rule(
      "root",
      { ecrRepositoryPrefix: "ROOT", upstreamRegistryUrl: upstream },
      { parentType: component },
    );
    assert.equal((await run(policy, [root, madeRoot, task("grafana/loki")])).violations.length, 1);
    assert.deepEqual(await run(policy, [root, madeRoot, task("acme/app")]), passes);
  });

  it("looks for an image by its cached name in every cache that may be there", async () => {
    const hubProps = { ecrRepositoryPrefix: "hub", upstreamRegistryUrl: upstream };
    const listedAt = (props: object, options: object = {}) =>
      run(policy, [
        cache(["library/*"]),
        rule("r", { ...hubProps, ...props }, { parentType: component, ...options }),
        task(cached("grafana/loki")),
      ]);
    for (const props of [{ registryId: "111122223333" }, { registryId: later }, {}]) {
      assert.equal((await listedAt(props)).violations.length, 1, JSON.stringify(props));
    }
    const anywhere = { provider: { name: "p", props: { region: later } } };
    assert.equal((await listedAt({ registryId: "111122223333" }, anywhere)).violations.length, 1, "of any Region");
    assert.deepEqual(await listedAt({ registryId: "444455556666" }), passes);
    assert.deepEqual(await listedAt({ registryId: "111122223333", region: "us-east-1" }), passes);
    const unnamed = rule("u", { ecrRepositoryPrefix: later, upstreamRegistryUrl: upstream });
    assert.deepEqual(await run(policy, [unnamed, task(cached("x/y"))]), undecidedFor(policy, "task"));
  });

  it("asks about a prefix that is almost one of the stack's", async () => {
    const { notes } = await run(policy, [hub, task("nginx")], { repositories: { hob: ["library/*"] } });
    assert.deepEqual(notes, [
      '[advisory] repositories: no rule of this stack has the prefix "hob"; did you mean "hub"?',
    ]);
    for (const repositories of [{ other: ["a"] }, { hub: ["*"], hob: ["*"] }]) {
      assert.deepEqual(await run(policy, [hub, task("nginx")], { repositories }), passes);
    }
  });

  it("waits for an unknown upstream or prefix unless another cache lets the image in", async () => {
    const open = rule("open", { ecrRepositoryPrefix: "open", upstreamRegistryUrl: later });
    const config = { repositories: { open: ["library/*"], hub: ["library/*"] } };
    assert.deepEqual(await run(policy, [open, task("grafana/loki")], config), undecidedFor(policy, "task"));
    for (const both of [
      [open, hub],
      [hub, open],
    ]) {
      assert.deepEqual(await run(policy, [...both, task("grafana/loki")], config), undecidedFor(policy, "task"));
    }
    assert.deepEqual(await run(policy, [open, hub, task("nginx")], config), passes);
    const narrow = rule("narrow", {
      ecrRepositoryPrefix: "hub",
      upstreamRegistryUrl: upstream,
      upstreamRepositoryPrefix: later,
    });
    assert.deepEqual(await run(policy, [narrow, task("grafana/loki")], config), undecidedFor(policy, "task"));
    const unread = resource("aws:ecs/taskDefinition:TaskDefinition", "task", { containerDefinitions: later });
    assert.deepEqual(await run(policy, [unread], { repositories: { hub: ["*"] } }), undecidedFor(policy, "task"));
  });

  it("waits for an unknown list or image, but only if there is a list", async () => {
    const open = resource(component, "cache", { cacheRules: later });
    assert.deepEqual(await run(policy, [open, made, task("nginx")]), undecidedFor(policy, "task"));
    assert.deepEqual(await run(policy, [cache(later), made, task("nginx")]), undecidedFor(policy, "task"));
    assert.deepEqual(await run(policy, [cache(["*", later]), made, task("nginx")]), undecidedFor(policy, "task"));
    const openRegion = resource(component, "cache", { cacheRules: { "us-east-1": [], "eu-central-1": later } });
    assert.deepEqual(await run(policy, [openRegion, made, task("nginx")]), undecidedFor(policy, "task"));
    assert.deepEqual(await run(policy, [open, ...listing, task("nginx")]), passes, "another component lists it");
    const unread = resource("aws:ecs/taskDefinition:TaskDefinition", "task", { containerDefinitions: later });
    assert.deepEqual(await run(policy, [...listing, unread]), undecidedFor(policy, "task"));
    const anything = rule("all", { ecrRepositoryPrefix: "all", upstreamRegistryUrl: "quay.io" });
    assert.deepEqual(await run(policy, [...listing, anything, unread]), undecidedFor(policy, "task"));
    assert.deepEqual(await run(policy, [hub, unread]), passes);
  });

  it("and workload-uses-cache agree: no cached name is suggested for an image that may not enter", async () => {
    const found = await run(workloadUsesCache, [...listing, task("nginx", "grafana/loki:3")]);
    assert.deepEqual(found.violations, ["task: nginx is not pulled through the cache."]);
    const open = resource(component, "cache", { cacheRules: later });
    assert.deepEqual(
      await run(workloadUsesCache, [open, made, task("nginx")]),
      undecidedFor(workloadUsesCache, "task"),
    );
    const config = { repositories: { hub: ["grafana/*"] } };
    assert.deepEqual(await run(workloadUsesCache, [hub, task("nginx")], config), passes);
  });

  it("accepts only repository names in its configuration, and no empty list", () => {
    const schema = policy.configSchema as unknown as {
      properties: { repositories: { additionalProperties: { minItems: number; items: { pattern: string } } } };
    };
    const { minItems, items } = schema.properties.repositories.additionalProperties;
    assert.equal(minItems, 1);
    const pattern = new RegExp(items.pattern);
    for (const image of ["*", "library/*", "a--b/c__d", "*-agent"]) assert.match(image, pattern);
    for (const image of ["", "nginx:1", "Nginx", "/a", "a/", "a//b", "a@b", "a b"]) assert.doesNotMatch(image, pattern);
  });
});
