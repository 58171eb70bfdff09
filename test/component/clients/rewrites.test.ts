import assert from "node:assert/strict";
import fc from "fast-check";
import { type CacheRule, cacheImage } from "../../../component/images";
import { compileRules } from "../../../component/images/rules";
import { pod } from "../../../lab/clients/pods";
import { policies } from "./policies";

const ECR = "111122223333.dkr.ecr.us-east-1.amazonaws.com";

describe("the plan behind the generated policies", () => {
  const part = fc.constantFrom("a", "b", "a-b", "a.c", "library", "team");
  const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
  const hosts = [
    "registry-1.docker.io",
    "docker.io",
    "ghcr.io",
    "quay.io",
    "222233334444.dkr.ecr.us-east-1.amazonaws.com",
    ECR,
  ];
  const rule: fc.Arbitrary<CacheRule> = fc.record(
    {
      upstream: fc.constantFrom(...hosts),
      url: fc.option(path, { nil: undefined }).map((prefix) => (prefix === undefined ? ECR : `${ECR}/${prefix}`)),
      upstreamPrefix: fc.oneof(path, fc.constant("ROOT")),
      repositories: fc.array(fc.constantFrom("a", "a/*", "*b", "*-b", "library/*", "li*/a", "team/a-b", "a.c", "*"), {
        maxLength: 3,
      }),
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
      ),
      path,
      fc.constantFrom("", ":1.25", `@sha256:${"a".repeat(64)}`, `:1.25@sha256:${"a".repeat(64)}`),
    )
    .map((parts) => parts.join(""));

  it("generates policies that agree with cacheImage, for every image and every set of rules", () => {
    let changed = 0;
    fc.assert(
      fc.property(
        fc.array(reference, { minLength: 10, maxLength: 20 }),
        fc.array(rule, { maxLength: 5 }),
        (of, rules) => {
          const expected = of.map((image) => cacheImage(image, rules));
          changed += expected.filter((image, index) => image !== of[index]).length;
          const object = pod({ containers: of.map((image, index) => ({ name: `c${index}`, image })) });
          for (const [kind, admit] of Object.entries(policies(rules, { digests: "rewrite" }).admit)) {
            const result = admit({ operation: "CREATE", object, oldObject: null });
            assert.deepEqual(
              result.spec.containers.map(({ image }) => image),
              expected,
              kind,
            );
          }
        },
      ),
      { numRuns: 100 },
    );
    assert.ok(changed >= 100, `${changed} images are in a cache`);
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
