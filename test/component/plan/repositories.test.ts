import assert from "node:assert/strict";
import { plan, problems, refusesEntries } from "./support";

describe("repositories of a registry", () => {
  it("are sorted in the plan, so their order in the program does not matter", () => {
    const { entries } = plan({ registries: { quay: { repositories: ["timberio/vector", "library/*"] }, k8s: {} } });
    assert.deepEqual(
      entries.map(({ repositories }) => repositories),
      [undefined, ["library/*", "timberio/vector"]],
    );
  });

  const GRAMMAR =
    "no repository has such a name: it has lower-case letters and digits, with '.', '_', '-' and '/' between them, and '*' for any characters";
  const noTag = "must name a repository, without a tag or a digest";
  const withoutHost = (host: string) => `must name a repository of ${host} without the host`;
  const library = 'Docker Hub has its official images in "library": write';
  const orNamespace = ', or end it in "/*" for a namespace';
  const tooLong = "with the prefix it has 256 characters; a reference allows at most 255 for the repository";
  const rows: [key: string, repository: unknown, problem?: string][] = [
    ["quay", "", "cannot be empty"],
    ["quay", "org/app:1.25", `${noTag}: write "org/app"`],
    ["quay", "org/app@sha256:0", `${noTag}: write "org/app"`],
    ["quay", ":1.25", noTag],
    ["quay", "https://quay.io/a", 'must be a repository without a scheme and a host, such as "library/nginx"'],
    ["quay", "Org/App", 'repositories have no upper-case letters: write "org/app"'],
    ["quay", "org/**", '"*" stands for any characters, even "/": write "org/*"'],
    ["quay", "org/", 'ends in "/": write "org/*"'],
    ...["/org", "org//app", "org/app-", "org/ap?", "org/[ab]"].map(
      (name) => ["quay", name, GRAMMAR] as [string, string, string],
    ),
    ["quay", 7, "must be a string, not a number: quote it"],
    ["quay", "quay.io/org/app", `${withoutHost("quay.io")}: write "org/app"`],
    ["k8s", "pause"],
    ["k8s", "registry.k8s.io"],
    ["dockerhub", "nginx*", `${library} "library/nginx*"${orNamespace}`],
    ["dockerhub", "docker.io/nginx", `${withoutHost("docker.io")}: write "library/nginx"`],
    ["dockerhub", "registry-1.docker.io/org/app", `${withoutHost("docker.io")}: write "org/app"`],
    ["dockerhub", "hub/library/nginx", 'no repository of Docker Hub has more than two parts, as in "library/nginx"'],
    ...["*", "*-agent", "*/nginx", "nginx*/*"].map((name) => ["dockerhub", name] as [string, string]),
    ["ecr-public", "a".repeat(244)],
    ["ecr-public", "a".repeat(245), tooLong],
  ];
  refusesEntries(
    rows.map(([key, repository, problem]) => [
      key,
      { repositories: ["x/*", repository] },
      ...(problem === undefined ? [] : [`.repositories[1]: ${problem}`]),
    ]),
  );

  const hub = { registry: "dockerhub", upstreamPrefix: "library/" };
  const onePart = ".repositories[0]: comes after the upstreamPrefix, so it has one part";
  refusesEntries([
    ["lib", { ...hub, repositories: ["nginx", "*"] }],
    ["lib", { ...hub, repositories: ["library/nginx"] }, `${onePart}: write "nginx"`],
    ["lib", { ...hub, repositories: ["acme/app"] }, onePart],
    ["quay", { repositories: ["org/*", "org/*"] }, ".repositories[1]: is listed twice"],
    [
      "quay",
      { repositories: [] },
      ".repositories: needs at least one repository; without the list, all may enter the cache",
    ],
  ]);

  describe("in a prefix that is inside another one", () => {
    const team = { registry: "ecr-public", prefix: "team" };
    const inner = { registry: "quay", prefix: "team/quay", repositories: ["org/*"] };
    const problem = (prefix: string) =>
      `registries.inner.repositories: would have no effect: the permissions for registries.outer (prefix "${prefix}") cover "team/quay/" too, because an IAM permission cannot exclude names. Give that entry "repositories" too, with none that match names in "team/quay/"`;

    for (const repositories of [undefined, ["*"], ["qu*"], ["quay/*"], ["quay/org/app"], ["acme/*", "quay/*"]]) {
      it(`are refused if the outer cache allows ${repositories ?? "all"}`, () => {
        const root = repositories?.map((image) => (image === "*" ? image : `team/${image}`));
        for (const [prefix, outer] of [
          ["team", { ...team, repositories }],
          ["ROOT", { ...team, prefix: "ROOT", repositories: root }],
        ] as const)
          assert.deepEqual(problems({ registries: { outer, inner } }), [problem(prefix)]);
      });
    }

    it("are accepted if the outer cache lists only other images, or is not around them", () => {
      const outer = { ...team, repositories: ["acme/*", "quay", "quay-x/*"] };
      assert.deepEqual(problems({ registries: { outer, inner } }), []);
      assert.deepEqual(problems({ registries: { outer: { ...team, prefix: "team/qu" }, inner } }), []);
      assert.deepEqual(problems({ registries: { outer, inner: { ...inner, repositories: undefined } } }), []);
    });
  });
});
