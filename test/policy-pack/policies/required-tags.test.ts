import { requiredTags as policy } from "../../../policy-pack/policies/required-tags";
import { configured, fails, judges, later, laterObject, passes, secret, template, undecided } from "../support";

type Stack = ReturnType<typeof secret>[];
const required = (...stack: Stack) => configured({ tags: ["team", "cost"] }, ...stack);
const by = (defaultTags: unknown) => ({ provider: { name: "p", props: { defaultTags } } });
const both = { team: later, cost: "1" };
const inherited = (tags: object) => by(JSON.stringify({ tags }));

judges(policy, {
  "requires nothing until it is configured": [passes, [template("t"), secret("s")]],
  "passes resources with the tags, whatever their values, and others": [
    passes,
    required(template("t", { resourceTags: both }), secret("s", { tags: both })),
    required(secret("s", { tags: { cost: "1" } }, inherited({ team: "shop" }))),
    required(secret("s", { name: later }), secret("db", { name: "db" })),
    required(template("t", { appliedFors: ["REPLICATION"] })),
  ],
  "counts the provider's default tags for secrets, but not for repositories of a template": [
    "t: Missing tags: team, cost.",
    required(template("t", {}, inherited(both)), secret("s", {}, inherited(both))),
  ],
  "reports each resource": [
    fails("s: Missing tags: cost.", "t: Missing tags: team, cost."),
    required(secret("s", { tags: { team: "a" } }), template("t")),
  ],
  "waits for unknown ones of a secret": [
    undecided("s"),
    required(secret("s", { tags: laterObject })),
    required(secret("s", {}, by(later))),
  ],
  "waits for unknown ones of a template": [
    undecided("t"),
    required(template("t", { resourceTags: laterObject })),
    required(template("t", { appliedFors: later })),
  ],
});
