import { oneOwner as policy } from "../../../policy-pack/policies/one-owner";
import { configured, fails, fed, judges, later, passes, registryPolicy, scanning, undecided } from "../support";

const [a, b] = [scanning("a"), scanning("b")];
const far = (name: string, region = "us-east-1") => scanning(name, { region });
const open = scanning("b", { region: later }, fed({ region: [scanning("x")] }));
const elsewhere = (...ownedElsewhere: string[]) => ({ ownedElsewhere });
const again = "b: It overwrites a, the registry scanning configuration of the same account and Region.";

judges(policy, {
  "passes one of each in each Region": [
    passes,
    [a, far("b"), registryPolicy("c")],
    configured(elsewhere("eu-central-1"), far("a")),
    // Nobody else owns anything.
    [open],
  ],
  "reports the same one, whatever the order in which the engine lists them": [
    again,
    [a, b],
    [b, a],
    [a, scanning("b", { region: later })],
  ],
  "reports the second one of each, once": [
    fails(again, "d: It overwrites c, the registry policy of the same account and Region."),
    [a, b, registryPolicy("c"), registryPolicy("d")],
  ],
  "names the one in the same Region, not the first of all": [/^c: It overwrites b, /, [far("a"), b, scanning("c")]],
  "reports what another stack owns": [
    fails(
      "a: The registry scanning configuration of this Region belongs to another stack.",
      "b: The registry policy of this Region belongs to another stack.",
    ),
    ...["eu-central-1", "*"].map((region) => configured(elsewhere(region), a, registryPolicy("b"))),
  ],
  "waits for a Region that comes from another resource": [
    undecided("b"),
    [a, open],
    [far("a-1"), far("a-2", "us-west-2"), open],
    configured(elsewhere("us-east-1"), open),
  ],
});
