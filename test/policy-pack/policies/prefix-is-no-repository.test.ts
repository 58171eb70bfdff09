import { prefixIsNoRepository as policy } from "../../../policy-pack/policies/prefix-is-no-repository";
import { fed, judges, later, lifecyclePolicy, passes, repository, repositoryPolicy, rule, undecided } from "../support";
import { advises } from "./workloads";

const r = rule("r");
const on = (repository: unknown, options = {}) => lifecyclePolicy("p", { repository }, options);
const wrong = "quay is the prefix of a pull through cache, and the stack has no repository of that name.";
const instead = (setting: string) =>
  `${wrong} Set ${setting} on the RepositoryCreationTemplate with the prefix quay. For a repository that is cached already, write its whole name here.`;

judges(policy, {
  "passes policies of repositories, known and not, and prefixes of other Regions": [
    passes,
    ...["quay/team/app", "quay-tools", "shop/web", later].map((name) => [r, on(name)]),
    [r, repository("own", { name: "quay" }), on("quay")],
    [r, on("quay", fed({ repository: [repository("own")] }))],
    [rule("r", { region: "us-east-1" }), on("quay")],
  ],
  "waits for the rule's Region": [
    undecided("p"),
    [rule("r", { region: later }, fed({ region: [rule("x", { ecrRepositoryPrefix: "x" })] })), on("quay")],
  ],
});

advises(policy, {
  "a prefix, however it is written": [
    instead("lifecyclePolicy"),
    ...["quay", "quay/", "quay/*"].map((name) => [r, on(name)]),
  ],
  "the other kind of policy": [instead("repositoryPolicy"), [r, repositoryPolicy("p", { repository: "quay" })]],
});
