import { ruleHasTemplate as policy } from "../../../policy-pack/policies/rule-has-template";
import { advice, configured, fed, judges, later, passes, resource, rule, template, undecided } from "../support";

const r = rule("r");
const hub = rule("r", { ecrRepositoryPrefix: "team/hub" });
const unnamed = rule("r", { ecrRepositoryPrefix: later });
const other = { appliedFors: ["REPLICATION"] };
const below = (prefix: unknown, more: object = {}) => template("t", { prefix, ...more });
const rival = template("u", { prefix: later, ...other });
/** In a Region that is not known yet. */
const somewhere = (prefix: string) => template("u", { prefix, region: later, ...other }, fed({ region: [rule("x")] }));

/** A rule and a template, each with its provider. */
const apart = (one: object, two: object) => [
  rule("r", {}, { provider: { name: "a", props: { region: "eu-central-1", ...one } } }),
  template("t", {}, { provider: { name: "b", props: { region: "eu-central-1", ...two } } }),
];
const account = (id: string) => ({ allowedAccountIds: `["${id}"]` });

judges(policy, {
  "passes a rule if its prefix, a shorter one or ROOT has a template": [
    passes,
    ...["team/hub", "team/hub/", "team", "ROOT"].map((prefix) => [hub, below(prefix)]),
    [rule("r", { ecrRepositoryPrefix: "quay/" }), below("quay")],
    [unnamed, below("ROOT")],
    // Only the rule is checked.
    configured({ include: ["r"], exclude: ["t"] }, r, template("t")),
    configured({ templatesElsewhere: ["ROOT"] }, r),
    template("t", { prefix: later }),
  ],
  "fails a rule without one": [
    'r: No template in the rule\'s account and Region matches "quay".',
    [r],
    [r, below("qua")],
    [r, below("quay/x")],
    [r, template("t", { region: "us-east-1" })],
    [r, rival],
    [r, resource("shop:index:Template", "t", { prefix: "quay", appliedFors: ["PULL_THROUGH_CACHE"] })],
    configured({ templatesElsewhere: ["hub"] }, r),
    apart(account("444455556666"), account("111122223333")),
    apart({ accessKey: "A" }, { accessKey: "A", region: "us-east-1" }),
  ],
  "fails a rule with a prefix that is not known yet": [/matches the rule's prefix\.$/, [unnamed]],
  "fails a rule whose longest match is not a template for caches": [
    'r: The template with the longest prefix that matches "quay" is not applied for PULL_THROUGH_CACHE.',
    [r, template("t", other)],
    [r, template("t", other), template("root", { prefix: "ROOT", appliedFors: ["CREATE_ON_PUSH"] })],
  ],
  "only advises if a shorter match is a template for caches: AWS does not say which one ECR applies": [
    advice('r: The template with the longest prefix that matches "quay" is not applied for PULL_THROUGH_CACHE.'),
    [r, template("root", { prefix: "ROOT" }), template("t", other)],
  ],
  "takes providers with the same credentials or account for the same": [
    passes,
    apart({ profile: "shop" }, { profile: "shop" }),
    apart({ accessKey: "A" }, { accessKey: "A" }),
    apart(account("444455556666"), account("444455556666")),
  ],
  "waits for what may be another account": [
    undecided("r"),
    apart({ profile: "shop" }, { profile: later }),
    apart({ accessKey: "A" }, { accessKey: "B" }),
    apart(account("111122223333"), { accessKey: "B" }),
  ],
  "waits for unknown prefixes and Regions only if they can change the answer": [
    undecided("r"),
    [r, template("t", { prefix: later })],
    [r, template("t"), rival],
    [r, template("t", { appliedFors: later })],
    [unnamed, template("t")],
    ...["team", "team/hub"].map((prefix) => [hub, below("ROOT"), somewhere(prefix)]),
  ],
  "passes if they cannot": [
    passes,
    [r, template("t"), template("u", { prefix: later })],
    ...["ROOT", "team", "team/hub", "team/hub/x"].map((prefix) => [hub, below("team/hub"), somewhere(prefix)]),
    ...["ROOT", "team/hub/x"].map((prefix) => [hub, below("ROOT"), somewhere(prefix)]),
  ],
});
