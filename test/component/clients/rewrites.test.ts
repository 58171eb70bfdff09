import assert from "node:assert/strict";
import fc from "fast-check";
import { type CacheRule, cacheImage, formatImageReference, parseImageReference } from "../../../component/images";
import { cacheLocations, compileRules } from "../../../component/images/rules";

const ECR = "111122223333.dkr.ecr.us-east-1.amazonaws.com";

/** What every generated policy does, here with the plan in place of its own language. */
function rewrite(reference: string, rules: readonly CacheRule[]): string {
  const parsed = parseImageReference(reference);
  const hub = /^(index|registry-1)\.docker\.io$/.test(parsed.domain);
  const path = hub && !parsed.path.includes("/") ? `library/${parsed.path}` : parsed.path;
  const name = formatImageReference({ ...parsed, domain: hub ? "docker.io" : parsed.domain, path });
  if (cacheLocations(rules).some((location) => name.startsWith(location))) return reference;
  const found = compileRules(rules).find(
    ({ from, except }) => name.startsWith(from) && !except.some((other) => name.startsWith(other)),
  );
  return found === undefined ? reference : found.to + name.slice(found.from.length);
}

describe("the plan behind the generated policies", () => {
  const part = fc.constantFrom("a", "b", "a-b", "library", "team");
  const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
  const hosts = [
    "registry-1.docker.io",
    "docker.io",
    "ghcr.io",
    "quay.io",
    "222233334444.dkr.ecr.us-east-1.amazonaws.com",
  ];
  const rule: fc.Arbitrary<CacheRule> = fc.record(
    {
      upstream: fc.constantFrom(...hosts),
      url: fc.option(path, { nil: undefined }).map((prefix) => (prefix === undefined ? ECR : `${ECR}/${prefix}`)),
      upstreamPrefix: fc.oneof(path, fc.constant("ROOT")),
    },
    { requiredKeys: ["upstream", "url"] },
  );
  const reference = fc
    .tuple(
      fc.constantFrom(
        "",
        "docker.io/",
        "index.docker.io/",
        "ghcr.io/",
        "ghcr.io.evil.example/",
        "quay.io:443/",
        ...hosts.map((host) => `${host}/`),
        `${ECR}/`,
      ),
      path,
      fc.constantFrom("", ":1.25", `@sha256:${"a".repeat(64)}`, `:1.25@sha256:${"a".repeat(64)}`),
    )
    .map((parts) => parts.join(""));

  it("says the same as cacheImage for every image and every set of rules", () => {
    fc.assert(
      fc.property(reference, fc.array(rule, { maxLength: 5 }), (image, rules) => {
        assert.equal(rewrite(image, rules), cacheImage(image, rules));
      }),
      { numRuns: 5000 },
    );
  });

  it("tries the longest upstream prefix first, whatever the order of the rules", () => {
    const rules = ["team", undefined, "team/a"].map((upstreamPrefix, index) => ({
      upstream: "ghcr.io",
      url: `${ECR}/p${index}`,
      upstreamPrefix,
    }));
    assert.deepEqual(
      compileRules(rules).map(({ from }) => from),
      ["ghcr.io/team/a/", "ghcr.io/team/", "ghcr.io/"],
    );
  });
});
