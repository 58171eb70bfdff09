import assert from "node:assert/strict";
import fc from "fast-check";
import { registryStatements, repositoryPolicy, secretReadersPolicy } from "../../../component/iam/access";
import { cacheUrl, type Ecr, repositoryArns } from "../../../component/iam/ecr";
import { pullPolicy } from "../../../component/iam/puller";
import { TEMPLATE_ROLE_TRUST, templateRolePolicy } from "../../../component/iam/template-role";
import { UPSTREAM_ROLE_TRUST, upstreamRolePolicy, upstreamStatement } from "../../../component/iam/upstream-role";
import { cacheImage } from "../../../component/images";
import { publicStatementProblem } from "../../../component/schema/public-principal";
import { IDENTITY_POLICY, parsePolicy } from "../../../local/emulator/policy/document";
import { evaluateIdentityPolicy } from "../../../local/emulator/policy/evaluate";
import { rootPrincipal } from "../../../local/emulator/policy/principal";

const HOME: Ecr = {
  partition: "aws",
  dnsSuffix: "amazonaws.com",
  accountId: "111122223333",
  regions: ["us-east-1"],
};
const SEVERAL: Ecr = { ...HOME, regions: ["us-east-1", "eu-west-1"] };
const SOVEREIGN: Ecr = {
  partition: "aws-eusc",
  dnsSuffix: "amazonaws.eu",
  accountId: "111122223333",
  regions: ["eusc-de-east-1"],
};
const ROLE = "arn:aws:iam::444455556666:role/puller";

function statements(json: string | undefined): unknown {
  const document = JSON.parse(json ?? "null") as { Version: string; Statement: unknown };
  assert.equal(document.Version, "2012-10-17");
  return document.Statement;
}

describe("names of the registry", () => {
  it("follow partition, Region and prefix", () => {
    assert.equal(cacheUrl(HOME, "us-east-1", "hub"), "111122223333.dkr.ecr.us-east-1.amazonaws.com/hub");
    assert.equal(cacheUrl(HOME, "us-east-1", "ROOT"), "111122223333.dkr.ecr.us-east-1.amazonaws.com");
    assert.equal(cacheUrl(SOVEREIGN, "eusc-de-east-1", "a/b"), "111122223333.dkr.ecr.eusc-de-east-1.amazonaws.eu/a/b");
    assert.deepEqual(repositoryArns(SOVEREIGN, ["a/b"]), [
      "arn:aws-eusc:ecr:eusc-de-east-1:111122223333:repository/a/b/*",
    ]);
  });

  it("cover the repositories of a prefix, and not those whose name only starts with the same letters", () => {
    assert.deepEqual(repositoryArns(HOME, ["hub", "ROOT"]), [
      "arn:aws:ecr:us-east-1:111122223333:repository/hub/*",
      "arn:aws:ecr:us-east-1:111122223333:repository/*",
    ]);
  });

  it("have one pattern for several Regions", () => {
    assert.deepEqual(repositoryArns(SEVERAL, ["hub"]), ["arn:aws:ecr:*:111122223333:repository/hub/*"]);
  });
});

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
  const hub = { prefix: "hub", images: ["library/*", "timberio/vector"] };
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
    const [, , first] = statements(pullPolicy(HOME, [{ prefix: "ROOT", images: ["acme/*"] }], false)) as object[];
    assert.deepEqual(first, {
      Sid: "PullThroughCacheFirstPull",
      Effect: "Allow",
      Action: ["ecr:BatchImportUpstreamImage"],
      Resource: [arn("acme/*")],
    });
  });

  it("are the same in the registry policy, each statement with a Sid of its own", () => {
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
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 3 }), name, (images, image) => {
        const policy = pullPolicy(HOME, [{ prefix: "github", images }], true);
        const statement = parsePolicy(policy, IDENTITY_POLICY);
        const principal = rootPrincipal("111122223333");
        const question = { principal, action: "ecr:CreateRepository", resource: arn(`github/${image}`) };
        const verdict = evaluateIdentityPolicy(statement, { ...question, values: new Map() });
        const rewritten = cacheImage(`ghcr.io/${image}:1`, [{ upstream: "ghcr.io", url, images }]);
        assert.equal(rewritten, verdict === "allow" ? `${url}/${image}:1` : `ghcr.io/${image}:1`);
        if (verdict === "allow") listed++;
      }),
      { numRuns: 2000 },
    );
    assert.ok(listed >= 100, `${listed} images are listed`);
  });
});

describe("template role", () => {
  it("can be assumed only by ECR", () => {
    assert.deepEqual(statements(TEMPLATE_ROLE_TRUST), [
      { Effect: "Allow", Principal: { Service: "ecr.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
  });

  it("creates and tags repositories under the prefixes", () => {
    assert.deepEqual(statements(templateRolePolicy(HOME, { prefixes: ["hub"], kms: false, kmsKeys: [] })), [
      {
        Sid: "CreateRepositories",
        Effect: "Allow",
        Action: ["ecr:CreateRepository", "ecr:ReplicateImage", "ecr:TagResource"],
        Resource: ["arn:aws:ecr:us-east-1:111122223333:repository/hub/*"],
      },
    ]);
  });

  it("uses the given KMS keys, or any key of the account if a template uses aws/ecr", () => {
    const key = "arn:aws:kms:us-east-1:111122223333:key/1";
    const resourceOf = (registry: Ecr, kmsKeys: string[]) =>
      (statements(templateRolePolicy(registry, { prefixes: ["hub"], kms: true, kmsKeys })) as object[])[1];
    const statement = {
      Sid: "EncryptRepositories",
      Effect: "Allow",
      Action: ["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"],
    };
    assert.deepEqual(resourceOf(HOME, [key]), { ...statement, Resource: [key] });
    assert.deepEqual(resourceOf(SOVEREIGN, []), {
      ...statement,
      Resource: ["arn:aws-eusc:kms:*:111122223333:key/*"],
    });
  });
});

describe("upstream role", () => {
  const upstream = { accountId: "222233334444", region: "eu-west-1", prefix: "ROOT" };

  it("can be assumed only by the pull through cache", () => {
    assert.deepEqual(statements(UPSTREAM_ROLE_TRUST), [
      { Effect: "Allow", Principal: { Service: "pullthroughcache.ecr.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
  });

  it("reads upstream and fills the cache", () => {
    const role = { prefixes: ["platform"], upstreams: [upstream, { ...upstream, prefix: "team-a" }] };
    assert.deepEqual(statements(upstreamRolePolicy(HOME, role)), [
      { Sid: "LogIn", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
      {
        Sid: "PullThroughCache",
        Effect: "Allow",
        Action: [
          "ecr:BatchGetImage",
          "ecr:BatchImportUpstreamImage",
          "ecr:GetDownloadUrlForLayer",
          "ecr:GetImageCopyStatus",
          "ecr:CompleteLayerUpload",
          "ecr:InitiateLayerUpload",
          "ecr:PutImage",
          "ecr:UploadLayerPart",
        ],
        Resource: [
          "arn:aws:ecr:us-east-1:111122223333:repository/platform/*",
          "arn:aws:ecr:eu-west-1:222233334444:repository/*",
          "arn:aws:ecr:eu-west-1:222233334444:repository/team-a/*",
        ],
      },
    ]);
  });

  it("has a statement for the upstream's owner that lets this account read, and no more", () => {
    assert.deepEqual(upstreamStatement(HOME, { ...upstream, prefix: "team-a" }), {
      Sid: "PullThroughCache",
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111122223333:root" },
      Action: [
        "ecr:BatchGetImage",
        "ecr:BatchImportUpstreamImage",
        "ecr:GetDownloadUrlForLayer",
        "ecr:GetImageCopyStatus",
      ],
      Resource: "arn:aws:ecr:eu-west-1:222233334444:repository/team-a/*",
    });
  });
});

describe("access to cached repositories", () => {
  const PULL = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
    "ecr:BatchImportUpstreamImage",
  ];

  it("is granted to nobody by default", () => {
    assert.equal(repositoryPolicy(HOME, {}), undefined);
    assert.equal(repositoryPolicy(HOME, { accounts: [], roleArns: [], lambda: false }), undefined);
    assert.deepEqual(registryStatements(HOME, [{ access: {}, caches: [{ prefix: "hub" }] }], "Cache"), []);
  });

  it("names accounts and roles", () => {
    const access = { accounts: ["444455556666"], roleArns: [ROLE] };
    assert.deepEqual(statements(repositoryPolicy(SOVEREIGN, access)), [
      {
        Sid: "PullThroughCachePrincipals",
        Effect: "Allow",
        Principal: { AWS: ["arn:aws-eusc:iam::444455556666:root", ROLE] },
        Action: PULL,
      },
    ]);
  });

  it("of an organization is bound to it", () => {
    assert.deepEqual(statements(repositoryPolicy(HOME, { organizationId: "o-abcdefghij" })), [
      {
        Sid: "PullThroughCacheOrganization",
        Effect: "Allow",
        Principal: "*",
        Condition: { StringEquals: { "aws:PrincipalOrgID": "o-abcdefghij" } },
        Action: PULL,
      },
    ]);
  });

  it("of Lambda is bound to functions of known accounts, and imports nothing", () => {
    assert.deepEqual(statements(repositoryPolicy(HOME, { lambda: true })), [
      {
        Sid: "PullThroughCacheLambda",
        Effect: "Allow",
        Principal: { Service: "lambda.amazonaws.com" },
        Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        Condition: { StringLike: { "aws:sourceArn": ["arn:aws:lambda:*:111122223333:function:*"] } },
      },
    ]);
    const shared = statements(repositoryPolicy(HOME, { lambda: true, accounts: ["444455556666"] })) as object[];
    assert.deepEqual((shared[1] as { Condition: object }).Condition, {
      StringLike: {
        "aws:sourceArn": ["arn:aws:lambda:*:111122223333:function:*", "arn:aws:lambda:*:444455556666:function:*"],
      },
    });
  });

  it("for first pulls is in the registry policy, one statement for each kind of principal and group", () => {
    const found = registryStatements(
      HOME,
      [
        {
          access: { accounts: ["444455556666"], organizationId: "o-abcdefghij" },
          caches: [{ prefix: "hub" }, { prefix: "quay" }],
        },
        { access: { roleArns: [ROLE], lambda: true }, caches: [{ prefix: "ROOT" }] },
      ],
      "Cache",
    );
    const Action = [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:GetDownloadUrlForLayer",
      "ecr:BatchImportUpstreamImage",
      "ecr:CreateRepository",
    ];
    const Resource = repositoryArns(HOME, ["hub", "quay"]);
    assert.deepEqual(found, [
      {
        Sid: "Cache1Principals",
        Effect: "Allow",
        Principal: { AWS: ["arn:aws:iam::444455556666:root"] },
        Action,
        Resource,
      },
      {
        Sid: "Cache1Organization",
        Effect: "Allow",
        Principal: "*",
        Condition: { StringEquals: { "aws:PrincipalOrgID": "o-abcdefghij" } },
        Action,
        Resource,
      },
      {
        Sid: "Cache2Principals",
        Effect: "Allow",
        Principal: { AWS: [ROLE] },
        Action,
        Resource: ["arn:aws:ecr:us-east-1:111122223333:repository/*"],
      },
    ]);
  });

  it("is never public", () => {
    const access = { accounts: ["444455556666"], roleArns: [ROLE], organizationId: "o-abcdefghij", lambda: true };
    const registry = registryStatements(HOME, [{ access, caches: [{ prefix: "hub" }] }], "Cache");
    for (const json of [
      repositoryPolicy(HOME, access) ?? "",
      JSON.stringify({ Statement: registry }),
      secretReadersPolicy([ROLE]),
    ]) {
      assert.equal(publicStatementProblem(json), undefined);
    }
  });

  it("to a secret means reading its value", () => {
    assert.deepEqual(statements(secretReadersPolicy([ROLE])), [
      {
        Sid: "Readers",
        Effect: "Allow",
        Principal: { AWS: [ROLE] },
        Action: "secretsmanager:GetSecretValue",
        Resource: "*",
      },
    ]);
  });
});

describe("public principals", () => {
  const allow = { Effect: "Allow", Action: "*", Resource: "*" };
  const problem = (...list: object[]) => publicStatementProblem(JSON.stringify({ Statement: list }));
  const everyone: object[] = [
    { Principal: "*" },
    { Principal: { AWS: "*" } },
    { Principal: { AWS: ["*"] } },
    { Principal: { AWS: [ROLE, "*"] } },
    { Principal: { Service: "ecr.amazonaws.com", AWS: "*" } },
    { Principal: { CanonicalUser: "*" } },
    { NotPrincipal: { AWS: ROLE } },
  ];

  it("are found in every form", () => {
    for (const principal of everyone) {
      assert.match(
        problem({ ...allow, ...principal }) ?? "",
        /^statement 1 lets everyone in: /,
        JSON.stringify(principal),
      );
    }
  });

  it("are found in a single statement and in a later one", () => {
    const statement = { ...allow, Principal: "*" };
    assert.match(publicStatementProblem(JSON.stringify({ Statement: statement })) ?? "", /^statement 1 /);
    assert.match(problem({ ...allow, Principal: { AWS: ROLE } }, statement) ?? "", /^statement 2 /);
  });

  it("do not include denied or named principals", () => {
    assert.equal(problem({ Effect: "Deny", Principal: "*", Action: "*", Resource: "*" }), undefined);
    assert.equal(problem({ ...allow, Principal: { AWS: [ROLE, "arn:aws:iam::111122223333:root"] } }), undefined);
    assert.equal(problem({ ...allow, Principal: { Service: "ecr.amazonaws.com" } }), undefined);
    assert.equal(publicStatementProblem("{}"), undefined);
    assert.equal(publicStatementProblem("null"), undefined);
    assert.equal(publicStatementProblem("{"), "must be a JSON document");
  });

  it("are narrowed by a condition that names somebody", () => {
    const conditions = [
      { StringEquals: { "aws:PrincipalOrgID": "o-abcdefghij" } },
      { StringEquals: { "AWS:principalorgid": ["o-abcdefghij"] } },
      { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-abcdefghij/r-ab12/*" } },
      { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/*" } },
      { StringEquals: { "aws:SourceAccount": "111122223333" } },
      { Bool: { "aws:SecureTransport": "true" }, StringEquals: { "aws:PrincipalAccount": "111122223333" } },
    ];
    for (const Condition of conditions) {
      for (const principal of everyone) {
        assert.equal(problem({ ...allow, ...principal, Condition }), undefined, JSON.stringify(Condition));
      }
    }
  });

  it("are not narrowed by a condition that anybody can meet", () => {
    const conditions: unknown[] = [
      { StringLike: { "aws:PrincipalOrgID": "*" } },
      { StringLike: { "aws:PrincipalOrgID": "o-*" } },
      { StringLike: { "aws:PrincipalOrgID": ["o-abcdefghij", "*"] } },
      { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/admin" } },
      { ArnLike: { "aws:SourceArn": "arn:aws:s3:::*" } },
      { StringNotEquals: { "aws:PrincipalOrgID": "o-abcdefghij" } },
      { StringEqualsIfExists: { "aws:PrincipalOrgID": "o-abcdefghij" } },
      { "ForAllValues:StringEquals": { "aws:PrincipalOrgID": "o-abcdefghij" } },
      { Null: { "aws:PrincipalOrgID": "false" } },
      { Bool: { "aws:SecureTransport": "true" } },
      { StringEquals: { "aws:RequestedRegion": "us-east-1" } },
      {},
      "x",
      null,
    ];
    for (const Condition of conditions) {
      assert.match(
        problem({ ...allow, Principal: "*", Condition }) ?? "",
        /lets everyone in/,
        JSON.stringify(Condition),
      );
    }
  });

  it("are reported without the document's text", () => {
    const text = problem({ ...allow, Sid: "canary", Principal: "*", Resource: "canary" });
    assert.ok(text && !text.includes("canary"));
  });
});
