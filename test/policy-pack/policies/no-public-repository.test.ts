import { noPublicRepository as policy } from "../../../policy-pack/policies/no-public-repository";
import { configured, fed, judges, later, passes, repository, repositoryPolicy, rule, undecided } from "../support";
import { document, statement } from "./statements";

const [r, a] = [rule("r"), repository("a")];
const open = document(statement({}));
const closed = document(statement({ Principal: { AWS: "111122223333" } }));
const on = (name: unknown, policy: unknown = open, ...feeds: (typeof a)[]) =>
  repositoryPolicy("p", { repository: name, policy }, fed({ repository: feeds }));

judges(policy, {
  "fails a public policy of a repository below a cache prefix, by name or by resource": [
    "p: Statement 1 of policy lets everyone in.",
    [r, on("quay/app")],
    [r, a, on(later, open, a)],
    [r, a, on(later, open, rule("x"), a)],
    configured({ cachePrefixes: ["quay"] }, on("quay/app")),
  ],
  "passes other policies, and repositories outside caches": [
    passes,
    [r, on("quay/app", closed)],
    [r, on("own/app")],
    on("quay/app"),
    [r, on(later, closed)],
  ],
  "waits for unknown repositories and policies": [
    undecided("p"),
    [r, on(later)],
    [r, on("quay/app", later)],
    [r, on(later, open, repository("c", { name: later }))],
    [r, on(later, open, a, repository("b", { name: "own/b" }))],
  ],
});
