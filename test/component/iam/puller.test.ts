import assert from "node:assert/strict";
import fc from "fast-check";
import { registryStatements } from "../../../component/iam/access";
import { pullPolicy } from "../../../component/iam/puller";
import { cacheImage } from "../../../component/images";
import { IDENTITY_POLICY, parsePolicy } from "../../../local/emulator/policy/document";
import { evaluateIdentityPolicy } from "../../../local/emulator/policy/evaluate";
import { rootPrincipal } from "../../../local/emulator/policy/principal";
import { HOME, statements } from "./support";

describe("pull policy", () => {
  it("logs in, imports, creates and pulls, under the prefixes only", () => {
    assert.deepEqual(statements(pullPolicy(HOME, [{ prefix: "hub" }, { prefix: "quay" }], true)), [
      { Sid: "LogIn", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
      {
        Sid: "PullThroughCache",
        Effect: "Allow",
        Action: [
          "ecr:BatchCheckLayerAvailability",
          "ecr:BatchGetImage",
          "ecr:GetDownloadUrlForLayer",
          "ecr:BatchImportUpstreamImage",
          "ecr:CreateRepository",
        ],
        Resource: [
          "arn:aws:ecr:us-east-1:111122223333:repository/hub/*",
          "arn:aws:ecr:us-east-1:111122223333:repository/quay/*",
        ],
      },
    ]);
  });

  it("creates no repositories unless asked to", () => {
    assert.ok(!pullPolicy(HOME, [{ prefix: "hub" }], false).includes("ecr:CreateRepository"));
    assert.ok(pullPolicy(HOME, [{ prefix: "hub" }], false).includes("ecr:BatchImportUpstreamImage"));
  });
});

describe("permissions of caches that list their images", () => {
  const arn = (name: string) => `arn:aws:ecr:us-east-1:111122223333:repository/${name}`;
  const hub = { prefix: "hub", repositories: ["library/*", "timberio/vector"] };
  const READ = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
  const FIRST = ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"];

  it("let these images enter, and read everything cached", () => {
    assert.deepEqual(statements(pullPolicy(HOME, [hub, { prefix: "quay" }], true)), [
      { Sid: "LogIn", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
      { Sid: "PullThroughCache", Effect: "Allow", Action: [...READ, ...FIRST], Resource: [arn("quay/*")] },
      { Sid: "PullThroughCacheCached", Effect: "Allow", Action: READ, Resource: [arn("hub/*")] },
      {
        Sid: "PullThroughCacheFirstPull",
        Effect: "Allow",
        Action: FIRST,
        Resource: [arn("hub/library/*"), arn("hub/timberio/vector")],
      },
    ]);
  });

  it("have no statement without resources, which IAM refuses", () => {
    const sids = (statements(pullPolicy(HOME, [hub], true)) as { Sid: string }[]).map(({ Sid }) => Sid);
    assert.deepEqual(sids, ["LogIn", "PullThroughCacheCached", "PullThroughCacheFirstPull"]);
  });

  it("create no repositories unless asked to, and have no prefix for ROOT", () => {
    const [, , first] = statements(pullPolicy(HOME, [{ prefix: "ROOT", repositories: ["acme/*"] }], false)) as object[];
    assert.deepEqual(first, {
      Sid: "PullThroughCacheFirstPull",
      Effect: "Allow",
      Action: ["ecr:BatchImportUpstreamImage"],
      Resource: [arn("acme/*")],
    });
  });

  it("are the same in the registry policy, each statement with its own Sid", () => {
    const access = { accounts: ["444455556666"], organizationId: "o-abcdefghij" };
    const found = registryStatements(HOME, [{ access, caches: [hub] }], "Cache");
    assert.deepEqual(
      found.map(({ Sid, Action, Resource }) => ({ Sid, Action, Resource })),
      ["Principals", "Organization"].flatMap((who) => [
        { Sid: `Cache1${who}Cached`, Action: READ, Resource: [arn("hub/*")] },
        { Sid: `Cache1${who}FirstPull`, Action: FIRST, Resource: [arn("hub/library/*"), arn("hub/timberio/vector")] },
      ]),
    );
  });

  it("match the same images as cacheImage does", () => {
    const part = fc.constantFrom("a", "b", "ab", "a-b", "a.b");
    const name = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
    const pattern = fc
      .array(fc.constantFrom("a", "b", "-", ".", "/", "*"), { minLength: 1, maxLength: 6 })
      .map((parts) => parts.join(""));
    const url = "111122223333.dkr.ecr.us-east-1.amazonaws.com/github";
    let listed = 0;
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 3 }), name, (repositories, image) => {
        const policy = pullPolicy(HOME, [{ prefix: "github", repositories }], true);
        const statement = parsePolicy(policy, IDENTITY_POLICY);
        const principal = rootPrincipal("111122223333");
        const question = { principal, action: "ecr:CreateRepository", resource: arn(`github/${image}`) };
        const verdict = evaluateIdentityPolicy(statement, { ...question, values: new Map() });
        const rewritten = cacheImage(`ghcr.io/${image}:1`, [{ upstream: "ghcr.io", url, repositories }]);
        assert.equal(rewritten, verdict === "allow" ? `${url}/${image}:1` : `ghcr.io/${image}:1`);
        if (verdict === "allow") listed++;
      }),
      { numRuns: 2000 },
    );
    assert.ok(listed >= 100, `${listed} images are listed`);
  });
});
