import { workloadImageListed as policy } from "../../../policy-pack/policies/workload-image-listed";
import { workloadUsesCache } from "../../../policy-pack/policies/workload-uses-cache";
import { advice, configured, fails, judges, later, passes, resource, rule, undecided } from "../support";
import { advises, cached, hub, task } from "./workloads";

const component = "pull-through-cache:index:PullThroughCache";
const upstream = "registry-1.docker.io";
const registry = "111122223333.dkr.ecr.eu-central-1.amazonaws.com";
const made = rule("cache-hub", hub.props, { parentType: component });
const showing = (cacheRules: unknown) => resource(component, "cache", { cacheRules });
const cache = (repositories: unknown, region = "eu-central-1", url = `${registry}/hub`) =>
  showing({ [region]: [{ upstream, url: url.replace("eu-central-1", region), repositories }] });
const listing = [cache(["library/*", "timberio/vector"]), made];
const to = (prefix: unknown, more: object = {}, options = {}) =>
  rule("r", { ecrRepositoryPrefix: prefix, upstreamRegistryUrl: upstream, ...more }, options);
const all = to("all", { registryId: "111122223333" });
const root = [cache(["acme/*"], "eu-central-1", registry), to("ROOT", {}, { parentType: component })];
const open = rule("open", { ecrRepositoryPrefix: "open", upstreamRegistryUrl: later });
const unread = resource(task().type, "task", { containerDefinitions: later });
const loki = task("grafana/loki:3");
const lokiInCache = cached("grafana/loki:3");
const dualStack = "111122223333.dkr-ecr.eu-central-1.on.aws/hub/grafana/loki:3";
const ownLoki = cached("x").replace("/hub/", "/own/");
/** The cache of a rule like the component's. */
const listedAt = (props: object, options: object = {}) => [
  cache(["library/*"]),
  to("hub", props, { parentType: component, ...options }),
  task(lokiInCache),
];
const mine = { registryId: "111122223333" };
const lists = (repositories: object, ...stack: Parameters<typeof configured>[1][]) =>
  configured({ repositories }, ...stack);
const library = { open: ["library/*"], hub: ["library/*"] };
const narrow = to("hub", { upstreamRepositoryPrefix: later });

const outside = (image: string, consequence: string, prefix = "hub") =>
  `task: ${image} is not among the repositories of the cache ${prefix}: ${consequence}.`;
const fromInternet = outside("grafana/loki:3", "it comes from the internet");
const unlisted = outside(lokiInCache, "its first pull fails");

judges(policy, {
  "reports an upstream image that the cache does not list": [
    fromInternet,
    [...listing, task("nginx", "grafana/loki:3")],
    lists({ "hub/": ["library/*"] }, hub, task("nginx", "grafana/loki:3")),
    // The list that lacks it, not the other one.
    lists({ all: ["acme/*"] }, ...listing, all, loki),
  ],
  "reports one of the prefix ROOT": [/^task: grafana\/loki:3 is not among/, [...root, loki]],
  "reports an unlisted image by its name in every cache that may be there": [
    unlisted,
    [...listing, task(cached("library/nginx"), lokiInCache)],
    lists({ "hub/": ["library/*"] }, task(lokiInCache)),
    listedAt(mine),
    listedAt({ registryId: later }),
    listedAt({}),
    listedAt(mine, { provider: { name: "p", props: { region: later } } }),
  ],
  "reports its other host, and both names": [
    fails(outside(dualStack, "its first pull fails"), fromInternet),
    [...listing, task(dualStack, "grafana/loki:3")],
  ],
  "reports a name under ROOT": [
    /^task: \S+\/own\/x is not among/,
    lists({ ROOT: ["acme/*"], hub: ["*"] }, task(ownLoki)),
  ],
  "passes what is listed, what has no cache, and caches without a list": [
    passes,
    [
      ...listing,
      task(
        "docker.io/timberio/vector:1",
        "quay.io/org/app",
        cached("x/y").replace("111122223333", "444455556666"),
        cached("x/y").replace("amazonaws.com", "amazonaws.com.example.com"),
        `mirror-${cached("x/y")}`,
        ownLoki,
      ),
    ],
    [cache(undefined), made, loki],
    [cache(["library/*"], "us-east-1"), made, loki],
    // The rule is another's.
    [cache(["library/*"]), hub, loki],
    listedAt({ registryId: "444455556666" }),
    listedAt({ ...mine, region: "us-east-1" }),
    // One of several caches lets it in.
    [...listing, all, loki],
    [...root, task("acme/app")],
    lists({ hub: ["*"] }, ...listing, task("timberio/vector")),
    // The longest prefix.
    lists({ ROOT: ["acme/*"], hub: ["*"] }, task(lokiInCache)),
    lists({ other: ["a"] }, hub, task("nginx")),
    lists({ hub: ["*"], hob: ["*"] }, hub, task("nginx")),
    lists(library, open, hub, task("nginx")),
    // Another component lists it.
    [showing(later), ...listing, task("nginx")],
    [hub, unread],
  ],
  "asks about a prefix that is almost one of the stack's": [
    advice('repositories: no rule of this stack has the prefix "hob"; did you mean "hub"?'),
    lists({ hob: ["library/*"] }, hub, task("nginx")),
  ],
  "waits for an unknown upstream, prefix, list or image": [
    undecided("task"),
    [to(later), task(cached("x/y"))],
    lists(library, open, loki),
    lists(library, open, hub, loki),
    lists(library, hub, open, loki),
    lists(library, narrow, loki),
    lists({ hub: ["*"] }, unread),
    [showing(later), made, task("nginx")],
    [cache(later), made, task("nginx")],
    [cache(["*", later]), made, task("nginx")],
    [showing({ "us-east-1": [], "eu-central-1": later }), made, task("nginx")],
    [...listing, unread],
    [...listing, rule("all", { ecrRepositoryPrefix: "all", upstreamRegistryUrl: "quay.io" }), unread],
  ],
});

advises(policy, {
  "an image that is not listed": [
    `${fromInternet.slice("task: ".length)} Use a listed image, or add grafana/loki to the list.`,
    [...listing, loki],
  ],
});

describe("workload-image-listed and workload-uses-cache agree: no cached name for an image that may not enter", () => {
  judges(workloadUsesCache, {
    "a listed one": ["task: nginx is not pulled through the cache.", [...listing, task("nginx", "grafana/loki:3")]],
    "an unknown list": [undecided("task"), [showing(later), made, task("nginx")]],
  });
});
