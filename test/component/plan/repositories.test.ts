import assert from "node:assert/strict";
import { planRegistries } from "../../../component/plan";
import { formatPath } from "../../../component/problems/print";

const HUB = { registry: "dockerhub" };

function problems(registries: { readonly [key: string]: unknown }): string[] {
  const planned = planRegistries("cache", registries);
  return planned.ok ? [] : planned.issues.map(({ path, message }) => `${formatPath(path)}: ${message}`);
}

describe("repositories of a registry", () => {
  it("are sorted in the plan, so their order in the program does not matter", () => {
    const planned = planRegistries("cache", {
      hub: { ...HUB, repositories: ["timberio/vector", "library/*"] },
      quay: {},
    });
    assert.ok(planned.ok);
    assert.deepEqual(
      planned.entries.map(({ repositories }) => repositories),
      [["library/*", "timberio/vector"], undefined],
    );
  });

  const GRAMMAR =
    "no repository has such a name: it has lower-case letters and digits, with '.', '_', '-' and '/' between them, and '*' for any characters";
  for (const [image, problem] of [
    ["", "cannot be empty"],
    ["org/app:1.25", 'must name a repository, without a tag or a digest: write "org/app"'],
    ["org/app@sha256:0", 'must name a repository, without a tag or a digest: write "org/app"'],
    [":1.25", "must name a repository, without a tag or a digest"],
    ["https://quay.io/org/app", 'must be a repository without a scheme and a host, such as "library/nginx"'],
    ["Org/App", 'repositories have no upper-case letters: write "org/app"'],
    ["org/**", '"*" stands for any characters, even "/": write "org/*"'],
    ["org/", 'ends in "/": write "org/*"'],
    ["/org", GRAMMAR],
    ["org//app", GRAMMAR],
    ["org/app-", GRAMMAR],
    ["org/ap?", GRAMMAR],
    ["org/[ab]", GRAMMAR],
    ["quay.io/org/app", 'must name a repository of quay.io without the host: write "org/app"'],
    [7, "must be a string, not a number: quote it"],
  ] as const) {
    it(`refuse ${JSON.stringify(image)}`, () => {
      assert.deepEqual(problems({ quay: { repositories: ["*", image] } }), [
        `registries.quay.repositories[1]: ${problem}`,
      ]);
    });
  }

  for (const [image, problem] of [
    [
      "nginx",
      'Docker Hub has its official images in "library": write "library/nginx", or end it in "/*" for a namespace',
    ],
    [
      "nginx*",
      'Docker Hub has its official images in "library": write "library/nginx*", or end it in "/*" for a namespace',
    ],
    ["docker.io/nginx", 'must name a repository of docker.io without the host: write "library/nginx"'],
    ["registry-1.docker.io/org/app", 'must name a repository of docker.io without the host: write "org/app"'],
    ["hub/library/nginx", 'no repository of Docker Hub has more than two parts, as in "library/nginx"'],
  ] as const) {
    it(`of Docker Hub refuse ${image}`, () => {
      assert.deepEqual(problems({ hub: { ...HUB, repositories: [image] } }), [
        `registries.hub.repositories[0]: ${problem}`,
      ]);
    });
  }

  it("of Docker Hub come after the upstream prefix", () => {
    const below = (name: string) => problems({ hub: { ...HUB, upstreamPrefix: "library/", repositories: [name] } });
    assert.deepEqual([below("nginx"), below("*")], [[], []]);
    assert.deepEqual(below("library/nginx"), [
      'registries.hub.repositories[0]: comes after the upstreamPrefix, so it has one part: write "nginx"',
    ]);
    assert.deepEqual(below("acme/app"), [
      "registries.hub.repositories[0]: comes after the upstreamPrefix, so it has one part",
    ]);
  });

  it("of Docker Hub may begin with any characters", () => {
    assert.deepEqual(
      problems({ hub: { ...HUB, repositories: ["*", "*-agent", "*/nginx", "library/*", "nginx*/*"] } }),
      [],
    );
  });

  it("of other registries may be in no namespace", () => {
    assert.deepEqual(problems({ k8s: { repositories: ["pause", "kube-*", "registry.k8s.io"] } }), []);
  });

  it("refuse an empty list, a list of one, and what is listed twice", () => {
    assert.deepEqual(problems({ quay: { repositories: [] } }), [
      "registries.quay.repositories: needs at least one repository; without the list, all may enter the cache",
    ]);
    assert.deepEqual(problems({ quay: { repositories: "org/*" } }), [
      "registries.quay.repositories: must be a list, not a string: write [...] around it",
    ]);
    assert.deepEqual(problems({ quay: { repositories: ["org/*", "org/*"] } }), [
      "registries.quay.repositories[1]: is listed twice",
    ]);
  });

  it("refuse a name that is too long with the prefix, which no reference has", () => {
    const long = (length: number) => problems({ "ecr-public": { repositories: ["a".repeat(length)] } });
    assert.deepEqual(long(244), []);
    assert.deepEqual(long(245), [
      "registries.ecr-public.repositories[0]: with the prefix it has 256 characters; a reference allows at most 255 for the repository",
    ]);
  });

  describe("in a prefix that is inside another one", () => {
    const team = { registry: "ghcr.io", prefix: "team" };
    const inner = { registry: "quay", prefix: "team/quay", repositories: ["org/*"] };
    const problem = (outer: string, prefix: string) =>
      `registries.inner.repositories: would have no effect: the permissions for registries.${outer} (prefix "${prefix}") cover "team/quay/" too, because an IAM permission cannot exclude names. Give that entry "repositories" too, with none that match names in "team/quay/"`;

    for (const repositories of [undefined, ["*"], ["qu*"], ["quay/*"], ["quay/org/app"], ["acme/*", "quay/*"]]) {
      it(`are refused if the outer cache allows ${repositories ?? "all"}`, () => {
        assert.deepEqual(problems({ outer: { ...team, repositories }, inner }), [problem("outer", "team")]);
        const root = repositories?.map((image) => (image === "*" ? image : `team/${image}`));
        assert.deepEqual(problems({ outer: { ...team, prefix: "ROOT", repositories: root }, inner }), [
          problem("outer", "ROOT"),
        ]);
      });
    }

    it("are accepted if the outer cache lists only other images, or is not around them", () => {
      assert.deepEqual(problems({ outer: { ...team, repositories: ["acme/*", "quay", "quay-x/*"] }, inner }), []);
      assert.deepEqual(problems({ outer: { ...team, prefix: "team/qu" }, inner }), []);
    });

    it("of the outer cache do not limit the inner one", () => {
      assert.deepEqual(
        problems({ outer: { ...team, repositories: ["acme/*"] }, inner: { ...inner, repositories: undefined } }),
        [],
      );
    });
  });
});
