import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type CacheRule,
  cacheImage,
  createImageCache,
  ImageReferenceError,
  parseImageReference,
} from "../../../component/images";
import { createCacheLookup } from "../../../component/images/cache";
import { images, rules as rulesOfPods } from "../../../lab/clients/cases";

const EAST = "111122223333.dkr.ecr.us-east-1.amazonaws.com";
const WEST = "444455556666.dkr.ecr.eu-west-1.amazonaws.com";
const UPSTREAM = "333344445555.dkr.ecr.us-west-2.amazonaws.com";
const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;

const HUB: CacheRule = { upstream: "registry-1.docker.io", url: `${EAST}/dockerhub` };
const GHCR: CacheRule = { upstream: "ghcr.io", url: `${EAST}/github` };
const LOCAL: CacheRule = { upstream: "registry.example:5000", url: `${EAST}/own` };

/** A test for each reference and the one that it is cached under. */
function table(rules: readonly CacheRule[], rows: readonly (readonly [string, string])[]): void {
  for (const [reference, expected] of rows) {
    const what = reference === expected ? `leaves ${reference}` : `${reference} -> ${expected}`;
    it(what, () => assert.equal(cacheImage(reference, rules), expected));
  }
}

/** Rows of references to which no rule of the list applies. */
function unchanged(...references: string[]): [string, string][] {
  return references.map((reference) => [reference, reference]);
}

describe("cacheImage", () => {
  describe("rules of every kind", () => table(rulesOfPods, images));

  describe("Docker Hub by any of its names", () => {
    for (const upstream of ["registry-1.docker.io", "docker.io", "index.docker.io"])
      table([{ upstream, url: `${EAST}/dockerhub` }], [["nginx:1", `${EAST}/dockerhub/library/nginx:1`]]);
  });

  describe("hosts", () => {
    const k8s = { upstream: "registry.k8s.io", url: `${EAST}/k8s` };
    table(
      [HUB, GHCR, LOCAL, k8s, { upstream: WEST, url: `${EAST}/west` }],
      [
        ["ghcr.io/app", `${EAST}/github/app`],
        ["registry.example:5000/a/b", `${EAST}/own/a/b`],
        ["k8s.gcr.io/pause:3.9", `${EAST}/k8s/pause:3.9`],
        ["444455556666.dkr-ecr.eu-west-1.on.aws/team/app:1", `${EAST}/west/team/app:1`],
        ...unchanged(
          "444455556666.dkr-ecr-fips.eu-west-1.on.aws/a",
          "444455556666.dkr-ecr.eu-west-1.on.amazonwebservices.eu/a",
        ),
        ...unchanged("mirror.gcr.io/library/busybox:1.36", "hub.docker.com/r/grafana/grafana", "evil-ghcr.io/org/app"),
        ...unchanged("registry.example/a", "registry.example:50000/a", "docker.io:443/nginx", "localhost/nginx"),
        ...unchanged("quay.io/org/app", "docker.io.evil.example/nginx", "my_host.io/app", "[::1]/app"),
      ],
    );
    table([], unchanged("nginx", "ghcr.io/org/app"));
  });

  describe("prefixes, as in AWS's table of mappings", () => {
    const map = (path: string, upstreamPrefix?: string): CacheRule[] => [
      { upstream: UPSTREAM, url: EAST + path, upstreamPrefix },
    ];
    table(map("/platform"), [[`${UPSTREAM}/my-app/image1`, `${EAST}/platform/my-app/image1`]]);
    table(map("/platform", "ROOT"), [[`${UPSTREAM}/my-app/image1:1`, `${EAST}/platform/my-app/image1:1`]]);
    table(map(""), [[`${UPSTREAM}/my-app/image1`, `${EAST}/my-app/image1`]]);
    table(map("", "ROOT"), [[`${UPSTREAM}/my-app/image1`, `${EAST}/my-app/image1`]]);
    table(map("/team-a", "team-a"), [
      [`${UPSTREAM}/team-a/myapp/image1`, `${EAST}/team-a/myapp/image1`],
      ...unchanged(`${UPSTREAM}/team-b/image1`, `${UPSTREAM}/team-a`, `${UPSTREAM}/team-ab/image1`),
    ]);
    table(map("/my-app/", "upstream-app/"), [[`${UPSTREAM}/upstream-app/image1`, `${EAST}/my-app/image1`]]);
  });

  describe("prefixes of other upstreams, as their publishers document them", () => {
    // Chainguard, "How to set up pull through from Chainguard's registry to Amazon ECR"; AWS Solutions' GAAB.
    const rules = [
      { upstream: "cgr.dev", url: `${EAST}/cg-ecr`, upstreamPrefix: "example.com" },
      { upstream: "public.ecr.aws", url: `${EAST}/gaab`, upstreamPrefix: "aws-solutions" },
      { ...HUB, url: `${EAST}/official`, upstreamPrefix: "library" },
    ];
    table(rules, [
      ["cgr.dev/example.com/chainguard-base:latest", `${EAST}/cg-ecr/chainguard-base:latest`],
      ["public.ecr.aws/aws-solutions/gaab:v4.0.0", `${EAST}/gaab/gaab:v4.0.0`],
      ["nginx:1.27", `${EAST}/official/nginx:1.27`],
      ...unchanged("cgr.dev/chainguard/go:latest", "public.ecr.aws/nginx/nginx:1", "grafana/grafana:11"),
    ]);
  });

  describe("the longest prefix, and the first of equal ones, in any order of the rules", () => {
    const [all, a, deep, again] = [undefined, "a", "a/b", "a"].map((upstreamPrefix, index) => ({
      upstream: UPSTREAM,
      url: `${EAST}/${["all", "a", "deep", "again"][index]}`,
      upstreamPrefix,
    })) as [CacheRule, CacheRule, CacheRule, CacheRule];
    for (const rules of [
      [all, a, deep, again],
      [deep, a, all],
    ]) {
      table(rules, [
        [`${UPSTREAM}/x/y`, `${EAST}/all/x/y`],
        [`${UPSTREAM}/a/x`, `${EAST}/a/x`],
        [`${UPSTREAM}/a/b/x`, `${EAST}/deep/x`],
        [`${UPSTREAM}/a/b`, `${EAST}/a/b`],
      ]);
    }
  });

  describe("ROOT and another rule's prefix", () =>
    table(
      [{ upstream: "docker.io", url: EAST }, GHCR],
      [
        ["nginx", `${EAST}/library/nginx`],
        ["ghcr.io/org/app", `${EAST}/github/org/app`],
        // ECR would look for it at ghcr.io.
        ...unchanged("github/org"),
      ],
    ));

  describe("images that a cache lists", () => {
    const listing: CacheRule = { ...HUB, repositories: ["library/*", "timberio/vector"] };
    table(
      [listing],
      [
        ["index.docker.io/nginx", `${EAST}/dockerhub/library/nginx`],
        [`timberio/vector@${DIGEST}`, `${EAST}/dockerhub/timberio/vector@${DIGEST}`],
        ...unchanged("timberio/vector-dev:1", "timberio/vec", "acme/library/nginx", `${EAST}/dockerhub/org/app`),
      ],
    );
    table([{ ...listing, repositories: [] }], unchanged("nginx"));
    describe("are below the upstream prefix", () =>
      table(
        [{ upstream: UPSTREAM, url: `${EAST}/team`, upstreamPrefix: "team-a", repositories: ["app*"] }],
        [
          [`${UPSTREAM}/team-a/app-one/web:1`, `${EAST}/team/app-one/web:1`],
          ...unchanged(`${UPSTREAM}/team-a/team-a/app`, `${UPSTREAM}/app`),
        ],
      ));
    describe("leave others to the next rule that fits", () =>
      table(
        [listing, { ...HUB, url: `${EAST}/others` }],
        [
          ["nginx", `${EAST}/dockerhub/library/nginx`],
          ["org/app", `${EAST}/others/org/app`],
        ],
      ));
  });

  describe("what is cached already", () => {
    const chain: CacheRule[] = [
      { upstream: EAST, url: `${WEST}/east` },
      { upstream: "docker.io", url: `${EAST}/dockerhub` },
    ];
    table(chain, [
      ["nginx", `${EAST}/dockerhub/library/nginx`],
      [`${EAST}/team/app`, `${WEST}/east/team/app`],
      [`${EAST}/dockerhub2/app`, `${WEST}/east/dockerhub2/app`],
      ...unchanged(`${EAST}/dockerhub/library/nginx`, `${WEST}/east/team/app`, `${WEST}/other`),
    ]);

    const dual = "111122223333.dkr-ecr.us-east-1.on.aws";
    const sovereign = "111122223333.dkr-ecr.eusc-de-east-1.on.amazonwebservices.eu";
    const others: [image: string, url: string, isInCache: boolean][] = [
      [`${dual}/dockerhub/nginx`, `${EAST}/dockerhub`, true],
      [`${dual.replace("-ecr", "-ecr-fips")}/dockerhub/nginx`, `${EAST}/dockerhub`, true],
      [`${EAST.replace(".ecr", ".ecr-fips")}/dockerhub/nginx`, `${EAST}/dockerhub`, true],
      [`${sovereign}/dockerhub/nginx`, "111122223333.dkr.ecr.eusc-de-east-1.amazonaws.eu/dockerhub", true],
      [`${dual}/dockerhub`, EAST, true],
      [`${dual}/own/app`, `${EAST}/dockerhub`, false],
      ...[`1${dual}`, `my.${dual}`, `${dual}.example`, `${dual}:443`].map((host): [string, string, boolean] => [
        `${host}/dockerhub/nginx`,
        `${host.replace(dual, EAST)}/dockerhub`,
        false,
      ]),
    ];
    for (const [image, url, isInCache] of others) {
      it(`${isInCache ? "includes" : "does not include"} ${image}`, () => {
        const { kind } = createCacheLookup([{ ...HUB, url }])(parseImageReference(image));
        assert.equal(kind, isInCache ? "in cache" : "not covered");
      });
    }
  });

  it("does not produce a name that is too long for a reference", () => {
    const longest = "a/".repeat(122);
    assert.equal(cacheImage(`ghcr.io/${longest}bbbb`, [GHCR]), `${EAST}/github/${longest}bbbb`);
    assert.equal(cacheImage(`ghcr.io/${longest}bbbbb`, [GHCR]), `ghcr.io/${longest}bbbbb`);
  });

  it("throws for an invalid reference, also without rules", () => {
    assert.throws(() => cacheImage("Nginx", []), ImageReferenceError);
  });

  it("reads rules once for many references", () => {
    const rules = [{ ...HUB }];
    const cache = createImageCache(rules);
    rules.length = 0;
    assert.equal(cache("nginx:1"), `${EAST}/dockerhub/library/nginx:1`);
  });

  it("changes only where an image is, to a rule's place, and nothing the second time, for any rules", () => {
    const hosts = ["docker.io", "index.docker.io", "ghcr.io", EAST, WEST];
    const rule: fc.Arbitrary<CacheRule> = fc.record(
      {
        upstream: fc.constantFrom(...hosts),
        url: fc
          .tuple(fc.constantFrom(EAST, WEST), fc.constantFrom("", "/a", "/a/b", "/b/", "/library"))
          .map(([host, path]) => host + path),
        upstreamPrefix: fc.constantFrom("", "ROOT", "a", "a/", "a/b", "b", "library", "dockerhub"),
      },
      { requiredKeys: ["upstream", "url"] },
    );
    const reference = fc
      .tuple(
        fc.constantFrom("", ...hosts.map((host) => `${host}/`), "quay.io/"),
        fc.array(fc.constantFrom("a", "b", "library", "dockerhub", "c"), { minLength: 1, maxLength: 5 }),
        fc.constantFrom("", ":1", `@${DIGEST}`, `:1@${DIGEST}`),
      )
      .map(([host, components, suffix]) => host + components.join("/") + suffix);
    fc.assert(
      fc.property(reference, fc.array(rule, { maxLength: 6 }), (image, rules) => {
        const result = cacheImage(image, rules);
        assert.equal(cacheImage(result, rules), result);
        if (result === image) return;
        const [before, after] = [parseImageReference(image), parseImageReference(result)];
        const own = ({ path, tag, digest }: typeof before) => [path.split("/").at(-1), tag, digest];
        assert.deepEqual(own(after), own(before));
        assert.ok(rules.some(({ url }) => result.startsWith(url)));
      }),
      { numRuns: 5000 },
    );
  });
});
