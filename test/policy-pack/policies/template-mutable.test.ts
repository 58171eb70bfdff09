import { templateMutable as policy } from "../../../policy-pack/policies/template-mutable";
import { judges, later, passes, template, undecided } from "../support";

const holding = (imageTagMutability: unknown, more: object = {}) => template("t", { imageTagMutability, ...more });
const excluding = (imageTagMutabilityExclusionFilters: unknown) =>
  holding("IMMUTABLE_WITH_EXCLUSION", { imageTagMutabilityExclusionFilters });

judges(policy, {
  "passes mutable templates, immutable ones with exclusions, and those that are not for caches": [
    passes,
    ...[undefined, "MUTABLE", "MUTABLE_WITH_EXCLUSION"].map((mutability) => holding(mutability)),
    excluding([{ filter: "latest*", filterType: "WILDCARD" }]),
    excluding([later]),
    holding("IMMUTABLE", { appliedFors: ["REPLICATION"] }),
  ],
  "reports immutable ones": ["t: The template's tags are IMMUTABLE without exclusions.", holding("IMMUTABLE")],
  "reports immutable ones without the exclusions": [
    "t: The template's tags are IMMUTABLE_WITH_EXCLUSION, but it has no exclusion filters.",
    excluding(undefined),
    excluding(null),
    excluding([]),
  ],
  "waits for unknown settings": [
    undecided("t"),
    holding(later),
    excluding(later),
    holding("IMMUTABLE", { appliedFors: later }),
  ],
});
