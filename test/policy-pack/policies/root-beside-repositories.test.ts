import { rootBesideRepositories as policy } from "../../../policy-pack/policies/root-beside-repositories";
import { judges, later, passes, repository, rule, undecided } from "../support";

const root = (props: object = {}) => rule("root", { ecrRepositoryPrefix: "ROOT", ...props });
const own = repository("web", { name: "shop/web" });
const [quay, inCache] = [rule("quay"), repository("cached")];

judges(policy, {
  "passes other prefixes, a registry without repositories of one's own, and upstreams that are ECR": [
    passes,
    [quay, own],
    [root()],
    [root(), quay, inCache],
    [root(), repository("far", { name: "shop/web", region: "us-east-1" })],
    [root({ upstreamRegistryUrl: "444455556666.dkr.ecr.eu-central-1.amazonaws.com" }), own],
  ],
  "reports the rule, with one of the repositories": [
    "root: The registry has repositories such as shop/web, and the prefix ROOT makes ECR ask quay.io for every name that it does not have.",
    [root(), quay, inCache, own],
  ],
  "waits for names and upstreams that are not known yet": [
    undecided("root"),
    [root(), repository("r", { name: later })],
    [root({ upstreamRegistryUrl: later }), own],
  ],
});
