import { prefixUsedOnce as policy } from "../../../policy-pack/policies/prefix-used-once";
import { fails, fed, judges, later, passes, rule, template, undecided } from "../support";

const hub = (name: string, props: object = {}, options = {}) =>
  rule(name, { ecrRepositoryPrefix: "hub", ...props }, options);

judges(policy, {
  "passes one rule and one template in each Region and account, and prefixes within others": [
    passes,
    [
      ...[hub("a"), hub("b", { region: "us-east-1" }), hub("c", { ecrRepositoryPrefix: "hub/team" })],
      ...[template("a", { prefix: "hub" }), template("b", { prefix: "hub", region: "us-east-1" })],
    ],
    ["111122223333", "444455556666"].map((registryId) => hub(registryId, { registryId })),
    [hub("a", { ecrRepositoryPrefix: undefined }), hub("b", { ecrRepositoryPrefix: undefined })],
  ],
  "reports the second one, with or without a slash at the end": [
    fails("b: The rule a has the prefix hub, too.", "d: The template c has the prefix quay, too."),
    [hub("a"), hub("b", { ecrRepositoryPrefix: "hub/" }), template("c"), template("d")],
  ],
  "waits for a prefix and a Region that are not known yet": [
    undecided("b"),
    [hub("a"), hub("b", { ecrRepositoryPrefix: later })],
    [hub("a"), hub("b", { region: later }, fed({ region: [rule("x")] }))],
  ],
});
