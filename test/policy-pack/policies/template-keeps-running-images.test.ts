import { templateKeepsRunningImages as policy } from "../../../policy-pack/policies/template-keeps-running-images";
import { configured, fails, judges, later, lifecycleOf, passes, template, undecided } from "../support";
import { archive, days, expire, keep, rules, tagged } from "./lifecycles";

const holding = (lifecyclePolicy: unknown) => template("t", { lifecyclePolicy });
const archived = days("any", 90, { storageClass: "archive", countType: "sinceImageTransitioned" });

judges(policy, {
  "passes what keeps images for a week or several of them, and what another policy reports": [
    passes,
    ...[
      lifecycleOf(keep(2)),
      lifecycleOf(days("untagged", 14), keep(50)),
      lifecycleOf(days("any", 30)),
      // One image at a time has the tag.
      lifecycleOf(keep(1, tagged("latest")), keep(10)),
      // The rule for all tags above it takes every image away from it.
      lifecycleOf({ ...days("tagged", 30), ...tagged("*") }, days("tagged", 1, tagged("v*"))),
      rules(archive(1, { tagStatus: "any" })),
      "not JSON",
      undefined,
    ].map(holding),
    template("t", { appliedFors: ["REPLICATION"], lifecyclePolicy: lifecycleOf(keep(1)) }),
    // What is in the archive does not run.
    configured({ fewestDays: 100 }, holding(rules(archive(1, { tagStatus: "any" }), expire(2, archived)))),
  ],
  "reports one image": [
    "t: The lifecyclePolicy keeps only 1 image: the next one takes the place of one that may still run.",
    holding(lifecycleOf(keep(1))),
  ],
  "reports fewer than fewestImages": [
    /keeps only 3 images/,
    configured({ fewestImages: 4 }, holding(lifecycleOf(keep(3)))),
  ],
  "reports each rule with too few days": [
    fails(
      "t: The lifecyclePolicy expires untagged images 1 day after their push, even if they still run.",
      "t: The lifecyclePolicy expires images 6 days after their push, even if they still run.",
    ),
    holding(lifecycleOf(days("untagged", 1), days("any", 6))),
  ],
  "waits for a lifecycle policy that is not known yet": [undecided("t"), holding(later)],
});
