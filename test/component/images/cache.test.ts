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

const EAST = "111122223333.dkr.ecr.us-east-1.amazonaws.com";
const WEST = "444455556666.dkr.ecr.eu-west-1.amazonaws.com";
const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;

const HUB: CacheRule = { upstream: "registry-1.docker.io", url: `${EAST}/dockerhub` };
const GHCR: CacheRule = { upstream: "ghcr.io", url: `${EAST}/github` };
const LOCAL: CacheRule = { upstream: "registry.example:5000", url: `${EAST}/own` };

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
  describe("Docker Hub by any of its names", () => {
    for (const upstream of ["registry-1.docker.io", "docker.io", "index.docker.io"]) {
      table(
        [{ upstream, url: `${EAST}/dockerhub` }],
        [
          ["nginx", `${EAST}/dockerhub/library/nginx`],
          ["nginx:1.25", `${EAST}/dockerhub/library/nginx:1.25`],
          ["timberio/vector:0.45.0-alpine", `${EAST}/dockerhub/timberio/vector:0.45.0-alpine`],
          ["docker.io/nginx", `${EAST}/dockerhub/library/nginx`],
          ["docker.io/library/nginx", `${EAST}/dockerhub/library/nginx`],
          ["index.docker.io/nginx", `${EAST}/dockerhub/library/nginx`],
          ["registry-1.docker.io/nginx:1", `${EAST}/dockerhub/library/nginx:1`],
          ["registry-1.docker.io/org/app", `${EAST}/dockerhub/org/app`],
          [`nginx@${DIGEST}`, `${EAST}/dockerhub/library/nginx@${DIGEST}`],
          [`nginx:1@${DIGEST}`, `${EAST}/dockerhub/library/nginx:1@${DIGEST}`],
        ],
      );
    }
  });

  describe("other hosts of an upstream", () => {
    table(
      [
        HUB,
        { upstream: "public.ecr.aws", url: `${EAST}/ecr-public` },
        { upstream: "registry.k8s.io", url: `${EAST}/k8s` },
      ],
      [
        [
          "ecr-public.aws.com/docker/library/redis:8.2.3-alpine",
          `${EAST}/ecr-public/docker/library/redis:8.2.3-alpine`,
        ],
        ["ecr-public.aws.com/app:1", `${EAST}/ecr-public/app:1`],
        ["registry.hub.docker.com/library/nginx:1.27", `${EAST}/dockerhub/library/nginx:1.27`],
        ["k8s.gcr.io/pause:3.9", `${EAST}/k8s/pause:3.9`],
        ...unchanged("mirror.gcr.io/library/busybox:1.36", "hub.docker.com/r/grafana/grafana"),
      ],
    );
    const [account, region] = ["444455556666", "eu-west-1"];
    const dual = `${account}.dkr-ecr.${region}.on.aws/team/app:1`;
    table(
      [{ upstream: WEST, url: `${EAST}/west` }],
      [
        [dual, `${EAST}/west/team/app:1`],
        ...unchanged(dual.replace("dkr-ecr", "dkr-ecr-fips"), `${account}.dkr-ecr.${region}.on.amazonwebservices.eu/a`),
      ],
    );
  });

  describe("exact hosts", () => {
    table(
      [HUB, GHCR, LOCAL],
      [
        ["ghcr.io/org/app:1", `${EAST}/github/org/app:1`],
        ["ghcr.io/app", `${EAST}/github/app`],
        ["registry.example:5000/a/b", `${EAST}/own/a/b`],
        ...unchanged("ghcr.io.evil.example/org/app", "evil-ghcr.io/org/app", "ghcr.io:443/org/app"),
        ...unchanged("registry.example/a", "registry.example:50000/a", "docker.io:443/nginx", "localhost/nginx"),
        ...unchanged("quay.io/org/app", "docker.io.evil.example/nginx", "my_host.io/app", "[::1]/app"),
      ],
    );
    table([], unchanged("nginx", "ghcr.io/org/app"));
  });

  describe("prefixes, as in AWS's table of mappings", () => {
    const upstream = "333344445555.dkr.ecr.us-west-2.amazonaws.com";
    const map = (cache: string, upstreamPrefix?: string): CacheRule[] => [
      { upstream, url: cache === "ROOT" ? EAST : `${EAST}/${cache}`, ...(upstreamPrefix && { upstreamPrefix }) },
    ];
    table(map("platform"), [[`${upstream}/my-app/image1`, `${EAST}/platform/my-app/image1`]]);
    table(map("platform", "ROOT"), [[`${upstream}/my-app/image1:1`, `${EAST}/platform/my-app/image1:1`]]);
    table(map("ROOT"), [[`${upstream}/my-app/image1`, `${EAST}/my-app/image1`]]);
    table(map("ROOT", "ROOT"), [[`${upstream}/my-app/image1`, `${EAST}/my-app/image1`]]);
    table(map("team-a", "team-a"), [
      [`${upstream}/team-a/myapp/image1`, `${EAST}/team-a/myapp/image1`],
      ...unchanged(`${upstream}/team-b/image1`, `${upstream}/team-a`, `${upstream}/team-ab/image1`),
    ]);
    table(map("my-app", "upstream-app"), [[`${upstream}/upstream-app/image1`, `${EAST}/my-app/image1`]]);
    table(map("my-app/", "upstream-app/"), [[`${upstream}/upstream-app/image1`, `${EAST}/my-app/image1`]]);

    describe("of other upstreams, as their publishers document them", () => {
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

    describe("the longest one", () => {
      const rules = [
        { upstream, url: `${EAST}/all` },
        { upstream, url: `${EAST}/a`, upstreamPrefix: "a" },
        { upstream, url: `${EAST}/deep`, upstreamPrefix: "a/b" },
        { upstream, url: `${EAST}/again`, upstreamPrefix: "a" },
      ];
      const rows: [string, string][] = [
        [`${upstream}/x/y`, `${EAST}/all/x/y`],
        [`${upstream}/a/x`, `${EAST}/a/x`],
        [`${upstream}/a/b/x`, `${EAST}/deep/x`],
        [`${upstream}/a/b`, `${EAST}/a/b`],
      ];
      table(rules, rows);
      it("in any order of the rules that are not equal", () => {
        for (const [reference, expected] of rows) {
          assert.equal(cacheImage(reference, [...rules.slice(0, 3)].reverse()), expected);
        }
      });
    });

    describe("ROOT and another rule's prefix", () => {
      table(
        [{ upstream: "docker.io", url: EAST }, GHCR],
        [
          ["nginx", `${EAST}/library/nginx`],
          ["ghcr.io/org/app", `${EAST}/github/org/app`],
          // ECR would look for it at ghcr.io.
          ...unchanged("github/org"),
        ],
      );
    });
  });

  describe("images that a cache lists", () => {
    const listing: CacheRule = { ...HUB, repositories: ["library/*", "timberio/vector"] };
    table(
      [listing],
      [
        ["nginx:1.25", `${EAST}/dockerhub/library/nginx:1.25`],
        ["index.docker.io/nginx", `${EAST}/dockerhub/library/nginx`],
        ["timberio/vector:0.45", `${EAST}/dockerhub/timberio/vector:0.45`],
        [`timberio/vector@${DIGEST}`, `${EAST}/dockerhub/timberio/vector@${DIGEST}`],
        ...unchanged("timberio/vector-dev:1", "timberio/vec", "acme/library/nginx", "org/app", "docker.io/org/app:1"),
      ],
    );
    table([{ ...listing, repositories: [] }], unchanged("nginx"));

    const upstream = "333344445555.dkr.ecr.us-west-2.amazonaws.com";
    describe("are below the upstream prefix", () =>
      table(
        [{ upstream, url: `${EAST}/team`, upstreamPrefix: "team-a", repositories: ["app*"] }],
        [
          [`${upstream}/team-a/app-one/web:1`, `${EAST}/team/app-one/web:1`],
          ...unchanged(`${upstream}/team-a/team-a/app`, `${upstream}/app`),
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

    table([listing], unchanged(`${EAST}/dockerhub/org/app`));
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

    it("is recognized by the other hosts of the same registry", () => {
      const kind = (reference: string, url: string) =>
        createCacheLookup([{ ...HUB, url }])(parseImageReference(reference)).kind;
      const dual = "111122223333.dkr-ecr.us-east-1.on.aws";
      for (const host of [dual, dual.replace("-ecr", "-ecr-fips"), EAST.replace(".ecr", ".ecr-fips")]) {
        assert.equal(kind(`${host}/dockerhub/library/nginx`, `${EAST}/dockerhub`), "in cache", host);
      }
      const sovereign = "111122223333.dkr-ecr.eusc-de-east-1.on.amazonwebservices.eu";
      const url = "111122223333.dkr.ecr.eusc-de-east-1.amazonaws.eu/dockerhub";
      assert.equal(kind(`${sovereign}/dockerhub/library/nginx`, url), "in cache");
      assert.equal(kind(`${dual}/dockerhub`, EAST), "in cache");
      assert.equal(kind(`${dual}/own/app`, `${EAST}/dockerhub`), "not covered");
      for (const [start, end] of [
        ["1", ""],
        ["my.", ""],
        ["", ".example"],
        ["", ":443"],
      ]) {
        const image = `${start}${dual}${end}/dockerhub/library/nginx`;
        assert.equal(kind(image, `${start}${EAST}${end}/dockerhub`), "not covered", image);
      }
    });
  });

  it("does not produce a name that is too long for a reference", () => {
    const longest = "a/".repeat(122);
    assert.equal(cacheImage(`ghcr.io/${longest}bbbb`, [GHCR]), `${EAST}/github/${longest}bbbb`);
    assert.equal(cacheImage(`ghcr.io/${longest}bbbbb`, [GHCR]), `ghcr.io/${longest}bbbbb`);
  });

  it("throws for an invalid reference, with and without rules", () => {
    for (const rules of [[], [HUB]]) assert.throws(() => cacheImage("Nginx", rules), ImageReferenceError);
  });

  it("reads rules once for many references", () => {
    const rules = [{ ...HUB }];
    const cache = createImageCache(rules);
    rules.length = 0;
    assert.equal(cache("nginx:1"), `${EAST}/dockerhub/library/nginx:1`);
    assert.equal(cache("ghcr.io/a/b"), "ghcr.io/a/b");
    assert.throws(() => cache("Nginx"), ImageReferenceError);
  });

  describe("for any rules", () => {
    const hosts = ["docker.io", "index.docker.io", "ghcr.io", EAST, WEST];
    const prefix = fc.constantFrom("", "ROOT", "a", "a/", "a/b", "b", "library", "dockerhub");
    const rule: fc.Arbitrary<CacheRule> = fc.record(
      {
        upstream: fc.constantFrom(...hosts),
        url: fc
          .tuple(fc.constantFrom(EAST, WEST), fc.constantFrom("", "/a", "/a/b", "/b/", "/library"))
          .map(([host, path]) => host + path),
        upstreamPrefix: prefix,
      },
      { requiredKeys: ["upstream", "url"] },
    );
    const path = fc.array(fc.constantFrom("a", "b", "library", "dockerhub", "c"), { minLength: 1, maxLength: 5 });
    const reference = fc
      .tuple(
        fc.constantFrom("", ...hosts.map((host) => `${host}/`), "quay.io/"),
        path,
        fc.constantFrom("", ":1", `@${DIGEST}`, `:1@${DIGEST}`),
      )
      .map(([host, components, suffix]) => host + components.join("/") + suffix);
    const rules = fc.array(rule, { maxLength: 6 });

    it("a second time changes nothing", () => {
      fc.assert(
        fc.property(reference, rules, (image, list) => {
          const once = cacheImage(image, list);
          assert.equal(cacheImage(once, list), once);
        }),
        { numRuns: 5000 },
      );
    });

    it("tag, digest and the image's own name stay, and the place is a rule's", () => {
      fc.assert(
        fc.property(reference, rules, (image, list) => {
          const result = cacheImage(image, list);
          if (result === image) return;
          const [before, after] = [parseImageReference(image), parseImageReference(result)];
          assert.equal(after.tag, before.tag);
          assert.equal(after.digest, before.digest);
          assert.equal(after.path.split("/").at(-1), before.path.split("/").at(-1));
          assert.ok(list.some(({ url }) => result.startsWith(url)));
        }),
        { numRuns: 5000 },
      );
    });
  });
});
