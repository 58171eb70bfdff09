import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  CreatePullThroughCacheRuleCommand,
  DeletePullThroughCacheRuleCommand,
  DeleteRepositoryCreationTemplateCommand,
  PutRegistryScanningConfigurationCommand,
  UpdatePullThroughCacheRuleCommand,
  UpdateRepositoryCreationTemplateCommand,
} from "@aws-sdk/client-ecr";
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  TagResourceCommand,
  UpdateSecretCommand,
} from "@aws-sdk/client-secrets-manager";
import { runCli } from "../support/cli";
import { keepNewest } from "../support/lifecycle";
import { ACCOUNT, cloudForSuite, createHub, HUB, REGION } from "./support";

const DECLARED = `hub:
  registry: ${HUB}
  lifecycle: { policy: '{"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":50},"action":{"type":"expire"}}]}' }
`;

describe("verify", () => {
  const cloud = cloudForSuite();
  let secretArn: string;
  beforeEach(async () => {
    ({ secretArn } = await createHub(cloud));
  });

  const verify = (...args: string[]) => runCli(["verify", "--registries", "-", ...args], { input: DECLARED });
  /** Verifies, and asserts that exactly one thing is found. */
  async function assertFinds(check: string, problem: RegExp, ...args: string[]): Promise<void> {
    const { code, stdout, stderr } = await verify("--json", ...args);
    const { account, caches } = JSON.parse(stdout);
    const [{ findings }] = caches;
    assert.equal(account, ACCOUNT);
    assert.equal(code, findings.every((one: { isAdvice?: true }) => one.isAdvice) ? 0 : 1, stdout + stderr);
    assert.equal(code, check === "scanning" ? 0 : 1);
    assert.match(findings[0]?.code ?? "", /^[a-z]+(-[a-z]+)+$/);
    assert.deepEqual(
      findings.map((finding: { check: string }) => finding.check),
      [check],
      stdout,
    );
    assert.match(findings[0].problem, problem);
    assert.ok(findings[0].fix);
    assert.ok(!/demo-token|demo-user/.test(stdout + stderr));
  }

  const document = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });

  async function createRole(RoleName: string, actions: readonly string[]): Promise<string> {
    const trust = { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "sts:AssumeRole" };
    const { Role } = await cloud
      .iam()
      .send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document(trust) }));
    if (actions.length > 0) {
      const PolicyDocument = document({ Effect: "Allow", Action: actions, Resource: "*" });
      await cloud.iam().send(new PutRolePolicyCommand({ RoleName, PolicyName: "pull", PolicyDocument }));
    }
    return Role?.Arn ?? "";
  }

  const PULL = [
    "ecr:GetAuthorizationToken",
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
    "ecr:BatchCheckLayerAvailability",
  ];
  const FIRST_PULL = ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"];

  it("finds nothing in a working cache, however it is named", async () => {
    const sources = [
      await runCli(["verify"]),
      await verify(),
      await runCli(["verify", "--outputs", "-"], {
        input: JSON.stringify({
          rules: { hub: { ecrRepositoryPrefix: "hub", upstreamRegistryUrl: HUB, region: REGION } },
        }),
      }),
    ];
    for (const { code, stdout, stderr } of sources) {
      assert.equal(code, 0, stdout + stderr);
      assert.match(stdout, /eu-central-1 +hub +registry-1\.docker\.io +ok/);
    }
  });

  it("finds nothing with a role that may pull, simulated or for real", async () => {
    const role = await createRole("puller", [...PULL, ...FIRST_PULL]);
    assert.equal((await verify("--as", role)).code, 0);
    assert.equal((await verify("--as", role, "--image", "nginx:1.27")).code, 0);
  });

  it("requires of a role only first pulls of the images that the cache lists", async () => {
    const role = await createRole("listed", PULL);
    const arn = (name: string) => `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/hub/${name}`;
    const grant = async (...names: string[]) => {
      const PolicyDocument = document({ Effect: "Allow", Action: FIRST_PULL, Resource: names.map(arn) });
      await cloud.iam().send(new PutRolePolicyCommand({ RoleName: "listed", PolicyName: "first", PolicyDocument }));
    };
    const cacheRules = {
      [REGION]: [
        {
          upstream: HUB,
          url: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/hub`,
          repositories: ["library/*", "timberio/vector"],
        },
      ],
    };
    const rules = { hub: { ecrRepositoryPrefix: "hub", upstreamRegistryUrl: HUB, region: REGION } };
    const asListed = () =>
      runCli(["verify", "--outputs", "-", "--as", role], { input: JSON.stringify({ rules, cacheRules }) });
    await grant("library/*", "timberio/vector");
    assert.equal((await asListed()).code, 0);
    await grant("library/*");
    assert.match((await asListed()).stdout, /listed may not ecr:BatchImportUpstreamImage, ecr:CreateRepository/);
  });

  describe("finds", () => {
    it("1. a rule that is gone", async () => {
      await cloud.ecr().send(new DeletePullThroughCacheRuleCommand({ ecrRepositoryPrefix: "hub" }));
      await assertFinds("rule", /no pull through cache rule "hub"/);
    });

    it("2. a rule for another upstream", async () => {
      await cloud.ecr().send(new DeletePullThroughCacheRuleCommand({ ecrRepositoryPrefix: "hub" }));
      await cloud
        .ecr()
        .send(new CreatePullThroughCacheRuleCommand({ ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "quay.io" }));
      await assertFinds("rule", /differs from its declaration: upstreamRegistryUrl/);
    });

    it("3. a token that the upstream refuses", async () => {
      await cloud.control("POST", "upstreams/credentials", { host: HUB, username: "demo-user", accessToken: "new" });
      await assertFinds("upstream", /ECR cannot pull from registry-1\.docker\.io/);
    });

    it("4. an upstream that is down", async () => {
      await cloud.control("POST", "upstreams/online", { host: HUB, online: false });
      await assertFinds("upstream", /ECR cannot pull from registry-1\.docker\.io/);
    });

    it("5. a secret that is gone", async () => {
      await cloud.secrets().send(new DeleteSecretCommand({ SecretId: secretArn, ForceDeleteWithoutRecovery: true }));
      await assertFinds("secret", /the rule's secret does not exist/, "--skip", "upstream");
    });

    it("6. a secret that is scheduled for deletion", async () => {
      await cloud.secrets().send(new DeleteSecretCommand({ SecretId: secretArn }));
      await assertFinds("secret", /scheduled for deletion/, "--skip", "upstream");
    });

    it("7. a secret without the keys that ECR reads", async () => {
      const SecretString = JSON.stringify({ username: "demo-user", token: "demo-token" });
      await cloud.secrets().send(new PutSecretValueCommand({ SecretId: secretArn, SecretString }));
      await assertFinds("secret", /not JSON with accessToken/, "--skip", "upstream");
      await cloud.secrets().send(new PutSecretValueCommand({ SecretId: secretArn, SecretString: "demo-token" }));
      await assertFinds("secret", /not JSON with username and accessToken/, "--skip", "upstream");
    });

    it("8. a token that has expired, or will soon", async () => {
      const expire = (Value: string) =>
        cloud.secrets().send(
          new TagResourceCommand({
            SecretId: secretArn,
            Tags: [{ Key: "pull-through-cache:token-expires", Value }],
          }),
        );
      const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
      await expire("2024-01-31");
      await assertFinds("secret", /the token expired on 2024-01-31/);
      await expire(day(10));
      await assertFinds("secret", /the token expires in \d+ days/);
      await expire("next spring");
      await assertFinds("secret", /is not a date/);
      await expire(day(60));
      assert.equal((await verify()).code, 0);
    });

    it("9. a template that is gone, so that images stay forever", async () => {
      await cloud.ecr().send(new DeleteRepositoryCreationTemplateCommand({ prefix: "hub" }));
      await assertFinds("template", /no template: new repositories get no lifecycle policy/);
    });

    it("10. a template that somebody changed by hand", async () => {
      const lifecyclePolicy = keepNewest(5);
      await cloud.ecr().send(new UpdateRepositoryCreationTemplateCommand({ prefix: "hub", lifecyclePolicy }));
      await assertFinds("template", /differs from its declaration: lifecyclePolicy/);
    });

    it("11. a template with tags and no role, or a role that does not exist", async () => {
      const change = { prefix: "hub", resourceTags: [{ Key: "team", Value: "platform" }] };
      await cloud.ecr().send(new UpdateRepositoryCreationTemplateCommand(change));
      await assertFinds("template", /tags or KMS encryption but no role: first pulls fail/);
      const trust = { Effect: "Allow", Principal: { Service: "ecr.amazonaws.com" }, Action: "sts:AssumeRole" };
      const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
      const { Role } = await cloud.iam().send(new CreateRoleCommand({ RoleName: "gone", AssumeRolePolicyDocument }));
      const customRoleArn = Role?.Arn;
      await cloud.ecr().send(new UpdateRepositoryCreationTemplateCommand({ ...change, customRoleArn }));
      assert.equal((await verify()).code, 0);
      await cloud.iam().send(
        new UpdateAssumeRolePolicyCommand({
          RoleName: "gone",
          PolicyDocument: JSON.stringify({
            Version: "2012-10-17",
            Statement: [{ ...trust, Principal: { Service: "ecs.amazonaws.com" } }],
          }),
        }),
      );
      await assertFinds("template", /role does not let ecr\.amazonaws\.com assume it/);
      await cloud.iam().send(new DeleteRoleCommand({ RoleName: "gone" }));
      await assertFinds("template", /role does not exist: first pulls fail/);
    });

    it("12. a scanning configuration that does not cover the cache", async () => {
      const filters = [
        ["prod/*", true],
        ["hub", false],
        ["*", false],
        ["hub/library/*", true],
      ] as const;
      for (const [filter, isFound] of filters) {
        await cloud.ecr().send(
          new PutRegistryScanningConfigurationCommand({
            scanType: "BASIC",
            rules: [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filter, filterType: "WILDCARD" }] }],
          }),
        );
        if (isFound) await assertFinds("scanning", /no scanning rule of the Region covers hub\/\*/);
        else assert.equal((await verify()).code, 0, filter);
      }
    });

    it("13. a role that may not make a first pull", async () => {
      const role = await createRole("reader", PULL);
      await assertFinds(
        "permissions",
        /reader may not ecr:BatchImportUpstreamImage, ecr:CreateRepository/,
        "--as",
        role,
      );
      await assertFinds(
        "permissions",
        /reader cannot pull hub\/library\/nginx:1\.27/,
        "--as",
        role,
        "--image",
        "nginx:1.27",
      );
      await assertFinds("permissions", /nobody does not exist/, "--as", `arn:aws:iam::${ACCOUNT}:role/nobody`);
    });

    it("14. a secret that another cache of the account uses instead of the declared one", async () => {
      const SecretString = JSON.stringify({ username: "demo-user", accessToken: "demo-token" });
      const { ARN } = await cloud
        .secrets()
        .send(new CreateSecretCommand({ Name: "ecr-pullthroughcache/other", SecretString }));
      await cloud.ecr().send(new UpdatePullThroughCacheRuleCommand({ ecrRepositoryPrefix: "hub", credentialArn: ARN }));
      const input = `hub:\n  registry: ${HUB}\n  credentialArn: ${secretArn}\n`;
      const { code, stdout } = await runCli(["verify", "--registries", "-"], { input });
      assert.equal(code, 1);
      assert.match(stdout, /differs from its declaration: credentialArn/);
    });
  });

  it("finds a key that ECR cannot use", async () => {
    const KmsKeyId = `arn:aws:kms:${REGION}:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`;
    await cloud.secrets().send(new UpdateSecretCommand({ SecretId: secretArn, KmsKeyId }));
    await assertFinds("secret", /encrypted with a key of your own/, "--skip", "upstream");
  });

  it("tells people what to do, and GitHub what to annotate", async () => {
    await cloud.ecr().send(new DeleteRepositoryCreationTemplateCommand({ prefix: "hub" }));
    assert.match(
      (await verify()).stdout,
      /hub +registry-1\.docker\.io +template +no template: .*\n +-> run `pulumi up --refresh`/,
    );
    const { code, stdout } = await verify("--format", "github");
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^::error title=hub in eu-central-1%3A template::no template: .* To fix: run `pulumi up --refresh`$/,
    );
  });

  it("needs no more than the permissions of the example, and takes the options of its workflows", async () => {
    const folder = resolve(__dirname, "../../examples/verify-in-ci");
    const role = await createRole("ci", []);
    const PolicyDocument = readFileSync(join(folder, "verify.json"), "utf8");
    await cloud.iam().send(new PutRolePolicyCommand({ RoleName: "ci", PolicyName: "pull", PolicyDocument }));
    const { stdout, code } = await as(role, () => verify("--json"));
    assert.equal(code, 0, stdout);
    assert.deepEqual(JSON.parse(stdout).caches[0].unchecked, []);
    for (const file of ["github-actions.yml", "gitlab-ci.yml"]) {
      const [, line = ""] = /npx pull-through-cache (.*)/.exec(readFileSync(join(folder, file), "utf8")) ?? [];
      const args = line.replace(/--stack ("\$PULUMI_STACK"|\$\{\{ vars\.PULUMI_STACK \}\})/, "--registries -");
      assert.equal((await runCli(args.split(" "), { input: DECLARED })).code, 0, line);
    }
  });

  it("reports the checks that it had no permission for", async () => {
    const role = await createRole("auditor", [
      "ecr:DescribePullThroughCacheRules",
      "ecr:DescribeRepositoryCreationTemplates",
      "ecr:ValidatePullThroughCacheRule",
      "ecr:GetRegistryScanningConfiguration",
    ]);
    const { code, stdout, stderr } = await as(role, () => verify());
    assert.equal(code, 1, stdout + stderr);
    assert.match(stdout, /not checked +secret: no permission for secretsmanager:DescribeSecret/);
    assert.doesNotMatch(stdout, / ok\b/);
  });

  it("says which call is refused, and goes on", async () => {
    const role = await createRole("blind", [
      "ecr:DescribePullThroughCacheRules",
      "ecr:ValidatePullThroughCacheRule",
      "secretsmanager:*",
    ]);
    const { code, stdout, stderr } = await as(role, () => verify());
    assert.equal(code, 1, stdout + stderr);
    assert.match(stdout, /not checked +template: no permission for ECR DescribeRepositoryCreationTemplates/);
    assert.match(stdout, /not checked +scanning: no permission for ECR GetRegistryScanningConfiguration/);
  });

  /** Runs work with the keys of a role in the environment. */
  async function as<T>(role: string, work: () => Promise<T>): Promise<T> {
    const keys = await cloud.assume(role);
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_SESSION_TOKEN: keys.sessionToken,
    });
    try {
      return await work();
    } finally {
      Object.assign(process.env, { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY });
      delete process.env.AWS_SESSION_TOKEN;
    }
  }

  describe("cannot run", () => {
    const cases: [title: string, args: string[], message: RegExp, input?: string][] = [
      [
        "with two sources",
        ["--registries", "-", "--outputs", "-"],
        /only one of --stack, --selected-stack, --outputs and --registries/,
      ],
      ["with outputs that are no JSON", ["--outputs", "-"], /It is not JSON|it is not JSON/, "urls: {}"],
      ["with outputs that name no cache", ["--outputs", "-"], /name no cache: export the component's `rules`/, "{}"],
      ["with a prefix that is not there", ["--prefix", "nothing"], /no cache with the prefix nothing/],
      ["with an image that no cache serves", ["--image", "ghcr.io/acme/app:1"], /No cache serves the image/],
      [
        "in two Regions of which one has no caches",
        ["--region", REGION, "--region", "us-east-1"],
        /no such cache in us-east-1/,
      ],
      ["in a Region without caches", ["--region", "us-east-1"], /no pull through cache here/],
      ["with a check that it does not know", ["--skip", "everything"], /Allowed choices are rule, upstream/],
    ];
    for (const [title, args, message, input] of cases) {
      it(title, async () => {
        const { code, stderr } = await runCli(["verify", ...args], { input });
        assert.equal(code, 2);
        assert.match(stderr, message);
      });
    }
  });
});
