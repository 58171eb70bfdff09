import assert from "node:assert/strict";
import { templateLifecycleBounded as policy } from "../../../policy-pack/policies/template-lifecycle-bounded";
import { configured, judges, later, lifecycleOf, messages, passes, template, undecided } from "../support";
import { archive, days, expire, keep, rules, tagged } from "./lifecycles";

const holding = (lifecyclePolicy: unknown) => template("t", { lifecyclePolicy });
const most = 2147483647;
const stored = days("any", 90, { storageClass: "archive", countType: "sinceImageTransitioned" });
const all = archive(1, { tagStatus: "any" });
const versions = archive(1, tagged("v*"));
const never = { tagStatus: "tagged", tagPrefixList: ["a", "b"] };
const tooMany = (count: number) =>
  `t: The lifecyclePolicy keeps ${count} images in each repository, and one with fewer never loses any.`;

judges(policy, {
  "passes a rule for every tag whose limit can be reached, and what template-lifecycle-expires reports": [
    passes,
    ...[
      lifecycleOf(keep(100)),
      lifecycleOf(days("any", 1095)),
      lifecycleOf(days("untagged", 1), keep(5, tagged("*"))),
      lifecycleOf(days("untagged", 1), keep(50)),
      lifecycleOf(keep(5, tagged("v*")), days("any", 30)),
      lifecycleOf(keep(most, never), keep(5)),
      rules(all, expire(9, stored)),
      rules(versions, expire(2, keep(5)), expire(9, stored)),
      undefined,
      "{}",
      lifecycleOf(keep(5, never)),
    ].map(holding),
    template("t", { appliedFors: [], lifecyclePolicy: later }),
  ],
  "reports rules for only some tags, and an archive that is not emptied": [
    "t: The lifecyclePolicy never expires images with some tags.",
    ...[
      lifecycleOf(keep(5, tagged("v*"))),
      lifecycleOf(days("untagged", 1)),
      rules(versions, expire(2, keep(5))),
      rules(all, expire(9, { ...stored, countNumber: 1096 })),
    ].map(holding),
  ],
  "reports a rule for all tags alone: what loses its tag stays": [
    "t: The lifecyclePolicy never expires untagged images: every image whose tag moved upstream.",
    holding(lifecycleOf(keep(5, tagged("*")))),
  ],
  "reports a count that most repositories never reach": [tooMany(101), holding(lifecycleOf(keep(101)))],
  "reports a count above mostImages": [tooMany(20), configured({ mostImages: 10 }, holding(lifecycleOf(keep(20))))],
  "reports the count of one of the rules": [tooMany(most), holding(lifecycleOf(keep(most, tagged("v*")), keep(5)))],
  "reports an age that most repositories never reach, beside the archive, too": [
    "t: The lifecyclePolicy keeps images for 1096 days.",
    holding(lifecycleOf(days("any", 1096))),
    holding(rules(expire(1, stored), expire(2, days("any", 1096)))),
  ],
  "reports an age above mostDays": [
    "t: The lifecyclePolicy keeps images for 20 days.",
    configured({ mostDays: 10 }, holding(lifecycleOf(days("any", 20)))),
  ],
  "waits for a policy that is not known yet": [undecided("t"), holding(later)],
});

it("template-lifecycle-bounded says which number to lower", async () => {
  const [message = ""] = await messages(policy, [holding(lifecycleOf(keep(101)))]);
  assert.match(message, /\nLower the countNumber of that rule to 100 or less\.\n/);
});
