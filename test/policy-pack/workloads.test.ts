import assert from "node:assert/strict";
import { lambdaImageNotCached } from "../../policy-pack/policies/lambda-image-not-cached";
import { workloadImageListed } from "../../policy-pack/policies/workload-image-listed";
import { workloadUsesCache } from "../../policy-pack/policies/workload-uses-cache";
import { later, messages, passes, resource, rule, run, undecidedFor } from "./support";

const hub = rule("hub", {
  ecrRepositoryPrefix: "hub",
  upstreamRegistryUrl: "registry-1.docker.io",
  registryId: "111122223333",
});
const cached = (path: string) => `111122223333.dkr.ecr.eu-central-1.amazonaws.com/hub/${path}`;
const task = (...images: unknown[]) =>
  resource("aws:ecs/taskDefinition:TaskDefinition", "task", {
    containerDefinitions: JSON.stringify(images.map((image, i) => ({ name: `c${i}`, image }))),
  });

describe("workload-uses-cache", () => {
  const policy = workloadUsesCache;
  /** The report about an image, with the image to write instead. */
  const judge = async (stack: Parameters<typeof run>[1]) =>
    (await messages(policy, stack)).map((message) => message.split("\n").slice(0, 2).join(" "));
  const instead = (image: string, path: string) =>
    `${image} is not pulled through the cache. Write ${path.includes("amazonaws") ? path : cached(path)}.`;

  for (const [image, path] of [
    ["nginx", "library/nginx"],
    ["nginx:1.27", "library/nginx:1.27"],
    ["docker.io/nginx@sha256:ab", "library/nginx@sha256:ab"],
    ["index.docker.io/grafana/loki:3", "grafana/loki:3"],
    ["grafana/loki:3@sha256:ab", "grafana/loki:3@sha256:ab"],
  ] as const) {
    it(`reports ${image}, with the image to write instead`, async () => {
      assert.deepEqual(await judge([hub, task(image)]), [instead(image, path)]);
    });
  }

  it("passes cached images and upstreams without a rule", async () => {
    assert.deepEqual(
      await run(policy, [hub, task(cached("library/nginx"), "ghcr.io/a/b", "localhost/nginx", 7, null)]),
      passes,
    );
    assert.deepEqual(await run(policy, [task("nginx")]), passes);
  });

  it("uses the rule's prefix and upstream prefix", async () => {
    const ecr = (props: object) =>
      rule("r", { upstreamRegistryUrl: "quay.io", ecrRepositoryPrefix: "ROOT", registryId: "111122223333", ...props });
    const host = "111122223333.dkr.ecr.eu-central-1.amazonaws.com";
    assert.deepEqual(await judge([ecr({}), task("quay.io/a/b:1")]), [instead("quay.io/a/b:1", `${host}/a/b:1`)]);
    const part = ecr({ ecrRepositoryPrefix: "q", upstreamRepositoryPrefix: "a" });
    assert.deepEqual(await judge([part, task("quay.io/a/b:1", "quay.io/c/b")]), [
      instead("quay.io/a/b:1", `${host}/q/b:1`),
    ]);
  });

  it("reads every kind of workload", async () => {
    const pod = { containers: [{ image: "one" }], initContainers: [{ image: "two" }] };
    const batch = "aws:batch/jobDefinition:JobDefinition";
    const kubernetes = (kind: string, props: object) => [`kubernetes:${kind}`, { ...props }] as const;
    for (const [type, props] of [
      [
        batch,
        {
          containerProperties: '{"image": "one"}',
          ecsProperties: '{"taskProperties": [{"containers": [{"image": "two"}]}]}',
        },
      ],
      [
        batch,
        {
          nodeProperties: '{"nodeRangeProperties": [{"container": {"image": "one"}}, {"container": {"image": "two"}}]}',
        },
      ],
      [batch, { eksProperties: { podProperties: pod } }],
      kubernetes("core/v1:Pod", { spec: pod }),
      kubernetes("core/v1:Pod", {
        spec: { containers: [{ image: "one" }], volumes: [{ image: { reference: "two" } }] },
      }),
      kubernetes("apps/v1:Deployment", { spec: { template: { spec: pod } } }),
      kubernetes("apps/v1:StatefulSetPatch", { spec: { template: { spec: pod } } }),
      kubernetes("apps/v1:DaemonSetList", { items: [{ spec: { template: { spec: pod } } }] }),
      kubernetes("batch/v1:CronJob", { spec: { jobTemplate: { spec: { template: { spec: pod } } } } }),
      kubernetes("core/v1:PodTemplate", { template: { spec: pod } }),
    ] as const) {
      assert.deepEqual(
        await judge([hub, resource(type, "w", props)]),
        [instead("one", "library/one"), instead("two", "library/two")],
        type,
      );
    }
    const service = { sourceConfiguration: { imageRepository: { imageIdentifier: "nginx" } } };
    assert.equal(
      (await run(policy, [hub, resource("aws:apprunner/service:Service", "s", service)])).violations.length,
      1,
    );
    assert.deepEqual(await run(policy, [hub, resource("kubernetes:core/v1:ConfigMap", "c", { data: later })]), passes);
  });

  it("writes placeholders for what is unknown in a first preview", async () => {
    const first = rule("hub", {
      ecrRepositoryPrefix: "hub",
      upstreamRegistryUrl: "registry-1.docker.io",
      registryId: later,
    });
    assert.deepEqual(await judge([first, task("nginx")]), [
      instead("nginx", "<account>.dkr.ecr.eu-central-1.amazonaws.com/hub/library/nginx"),
    ]);
  });

  it("names the cache of the workload's own Region, and reports nothing if there is none", async () => {
    const [near, far] = ["us-east-1", "eu-west-1"].map((region) =>
      rule(region, { ...hub.props, region, ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "docker.io" }),
    );
    assert.ok(near && far);
    const there = resource("aws:ecs/taskDefinition:TaskDefinition", "task", {
      containerDefinitions: '[{"image": "nginx"}]',
      region: "eu-west-1",
    });
    assert.deepEqual(await judge([near, far, there]), [
      instead("nginx", "111122223333.dkr.ecr.eu-west-1.amazonaws.com/hub/library/nginx"),
    ]);
    assert.deepEqual(await judge([near, there]), []);
    const pod = resource("kubernetes:core/v1:Pod", "pod", { spec: { containers: [{ image: "nginx" }] } });
    assert.deepEqual(await judge([near, far, pod]), [
      instead("nginx", "111122223333.dkr.ecr.<region>.amazonaws.com/hub/library/nginx"),
    ]);
  });

  it("reports known images beside unknown ones", async () => {
    const open = resource("kubernetes:core/v1:Pod", "pod", {
      spec: { containers: [{ image: later }, { image: "nginx" }] },
    });
    const { violations, notes } = await run(policy, [hub, open]);
    assert.equal(violations.length, 1);
    assert.deepEqual(notes, undecidedFor(policy, "pod").notes);
    const unread = resource("aws:ecs/taskDefinition:TaskDefinition", "task", { containerDefinitions: later });
    assert.deepEqual(await run(policy, [hub, unread]), undecidedFor(policy, "task"));
    assert.deepEqual(
      await run(policy, [rule("r", { upstreamRegistryUrl: later }), task("nginx")]),
      undecidedFor(policy, "task"),
    );
  });

  it("does not show text that only looks like an image, and survives hostile input", async () => {
    const hostile = ["a b; rm -rf /", "x".repeat(100_000), "$(planted)", "UPPER/case", "a//b", "nginx:$(planted)", ""];
    assert.deepEqual(await run(policy, [hub, task(...hostile)]), passes);
    for (const containerDefinitions of ["{", "[".repeat(50_000), "7", "null"]) {
      const one = resource("aws:ecs/taskDefinition:TaskDefinition", "task", { containerDefinitions });
      assert.deepEqual(await run(policy, [hub, one]), passes);
    }
  });

  it("ignores excluded names", async () => {
    assert.deepEqual(await run(policy, [hub, task("nginx")], { exclude: ["task"] }), passes);
  });
});

describe("workload-image-listed", () => {
  const policy = workloadImageListed;
  const component = "pull-through-cache:index:PullThroughCache";
  const upstream = "registry-1.docker.io";
  const url = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/hub";
  const made = rule("cache-hub", hub.props, { parentType: component });
  const cache = (images: unknown, region = "eu-central-1") =>
    resource(component, "cache", {
      cacheRules: { [region]: [{ upstream, url: url.replace("eu-central-1", region), images }] },
    });
  const listing = [cache(["library/*", "timberio/vector"]), made];
  const outside = (image: string, consequence: string) =>
    `task: ${image} is not among the images of the cache hub: ${consequence}.`;

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
    const config = { images: { "hub/": ["library/*"] } };
    assert.deepEqual((await run(policy, [hub, task("nginx", "grafana/loki")], config)).violations, [
      outside("grafana/loki", "it comes from the internet"),
    ]);
    assert.deepEqual((await run(policy, [task(cached("grafana/loki"), "grafana/loki")], config)).violations, [
      outside(cached("grafana/loki"), "its first pull fails"),
    ]);
    assert.deepEqual(await run(policy, [...listing, task("timberio/vector")], { images: { hub: ["*"] } }), passes);
    const root = { images: { ROOT: ["acme/*"], hub: ["*"] } };
    assert.deepEqual(await run(policy, [task(cached("grafana/loki"))], root), passes, "the longest prefix");
    assert.equal((await run(policy, [task(cached("x").replace("/hub/", "/own/"))], root)).violations.length, 1);
  });

  it("passes if one of several caches lists the image, and otherwise names the list that lacks it", async () => {
    const all = rule("all", { ecrRepositoryPrefix: "all", upstreamRegistryUrl: upstream, registryId: "111122223333" });
    assert.deepEqual(await run(policy, [...listing, all, task("grafana/loki")]), passes);
  });

  it("waits for an unknown list or image, but only if there is a list", async () => {
    const open = resource(component, "cache", { cacheRules: later });
    assert.deepEqual(await run(policy, [open, made, task("nginx")]), undecidedFor(policy, "task"));
    assert.deepEqual(await run(policy, [cache(later), made, task("nginx")]), undecidedFor(policy, "task"));
    const unread = resource("aws:ecs/taskDefinition:TaskDefinition", "task", { containerDefinitions: later });
    assert.deepEqual(await run(policy, [...listing, unread]), undecidedFor(policy, "task"));
    assert.deepEqual(await run(policy, [hub, unread]), passes);
  });

  it("and workload-uses-cache agree: no cached name is suggested for an image that may not enter", async () => {
    const found = await run(workloadUsesCache, [...listing, task("nginx", "grafana/loki:3")]);
    assert.deepEqual(found.violations, ["task: nginx is not pulled through the cache."]);
    const config = { images: { hub: ["grafana/*"] } };
    assert.deepEqual(await run(workloadUsesCache, [hub, task("nginx")], config), passes);
  });

  it("accepts only repository names in its configuration, and no empty list", () => {
    const schema = policy.configSchema as unknown as {
      properties: { images: { additionalProperties: { minItems: number; items: { pattern: string } } } };
    };
    const { minItems, items } = schema.properties.images.additionalProperties;
    assert.equal(minItems, 1);
    const pattern = new RegExp(items.pattern);
    for (const image of ["*", "library/*", "a--b/c__d", "*-agent"]) assert.match(image, pattern);
    for (const image of ["", "nginx:1", "Nginx", "/a", "a/", "a//b", "a@b", "a b"]) assert.doesNotMatch(image, pattern);
  });
});

describe("lambda-image-not-cached", () => {
  const policy = lambdaImageNotCached;
  const lambda = (imageUri: unknown) => resource("aws:lambda/function:Function", "f", { imageUri });

  it("passes functions without an image, with an image of their own, or of another account", async () => {
    assert.deepEqual(await run(policy, [hub, lambda(undefined)]), passes);
    assert.deepEqual(await run(policy, [hub, lambda(cached("x").replace("/hub/", "/own/"))]), passes);
    assert.deepEqual(await run(policy, [hub, lambda(cached("x").replace("eu-central-1", "us-east-1"))]), passes);
    assert.deepEqual(await run(policy, [hub, lambda("not an image")]), passes);
  });

  it("reports an image below a cache prefix, of the stack or of the configuration", async () => {
    assert.deepEqual((await run(policy, [hub, lambda(cached("library/x:1"))])).violations, [
      "f: The image is in the repository hub/library/x, below a cache prefix.",
    ]);
    const config = { cachePrefixes: ["hub"] };
    assert.equal((await run(policy, [lambda(cached("x"))], config)).violations.length, 1);
    assert.deepEqual(await run(policy, [lambda(cached("x"))], { ...config, exclude: ["f"] }), passes);
  });

  it("waits for an unknown image if there is a cache", async () => {
    assert.deepEqual(await run(policy, [hub, lambda(later)]), undecidedFor(policy, "f"));
    assert.deepEqual(await run(policy, [lambda(later)]), passes);
  });
});
