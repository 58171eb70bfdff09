import { lambdaImageNotCached as policy } from "../../../policy-pack/policies/lambda-image-not-cached";
import { configured, judges, later, passes, repository, resource, rule, undecided } from "../support";
import { cached, hub } from "./workloads";

const lambda = (imageUri: unknown) => resource("aws:lambda/function:Function", "f", { imageUri });
const ofMine = (ecrRepositoryPrefix: unknown) => rule("r", { ecrRepositoryPrefix, registryId: "111122223333" });
const own = cached("x").replace("/hub/", "/own/");

judges(policy, {
  "passes functions without an image, with an image of their own, or of another account or Region": [
    passes,
    ...[undefined, own, "not an image", `mirror-${cached("x")}`].map((image) => [hub, lambda(image)]),
    [hub, lambda(cached("x").replace("eu-central-1", "us-east-1"))],
    [hub, lambda(cached("x").replace("111122223333", "444455556666"))],
    [ofMine("ROOT"), lambda(own), repository("own", { name: "own/x" })],
    [lambda(later)],
  ],
  "reports an image below a cache prefix, of the stack or of the configuration": [
    "f: The image is in the repository hub/library/x, below a cache prefix.",
    [hub, lambda(cached("library/x:1"))],
    [hub, lambda(cached(`library/x@sha256:${"a".repeat(64)}`))],
    configured({ cachePrefixes: ["hub"] }, lambda(cached("library/x"))),
  ],
  "reports it in a cache of all names": [/repository own\/x, below/, [ofMine("ROOT"), lambda(own)]],
  "waits for an unknown image if there is a cache, and for an unknown prefix": [
    undecided("f"),
    [hub, lambda(later)],
    [ofMine(later), lambda(cached("x"))],
  ],
});
