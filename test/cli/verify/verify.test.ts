import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { verify as verifyAt } from "../../../cli/verify/verify";
import { runCli } from "../../support/cli";
import { ACCOUNT, asRole, cloudForSuite, createHub, HUB, KEEP_50, REGION } from "../support";
import {
  arn,
  declared,
  FILE,
  grants,
  HIDDEN,
  IMPORT,
  PARTNER,
  PULL,
  partnerForSuite,
  type Source,
  sourceIn,
  stackWith,
  stackWithAll,
  stackWithRole,
  statement,
  TAGS,
  trusts,
  verify,
  World,
} from "./world";

const NODE = ["--as", arn("node")];
const GUEST = ["--as", arn("guest", PARTNER)];

/** What cannot be checked: it is said, the rest is checked, and the exit code is 1. */
const UNCHECKED: readonly {
  readonly title: string;
  readonly prepare: (world: World) => Promise<Source | unknown>;
  readonly args?: readonly string[];
  readonly says: readonly RegExp[];
}[] = [
  ...(
    [
      ["ecr", "DescribeRepositoryCreationTemplates", /^template: no permission for ecr:DescribeRepositoryCreationTem/],
      ["ecr", "GetRegistryScanningConfiguration", /^scanning: no permission for ecr:GetRegistryScanningConfig/],
      ["ecr", "ValidatePullThroughCacheRule", /^upstream: no permission for ecr:ValidatePullThroughCacheRule$/],
      ["secretsmanager", "DescribeSecret", /^secret: no permission for secretsmanager:DescribeSecret$/],
      ["secretsmanager", "GetSecretValue", /^secret: no permission for secretsmanager:GetSecretValue$/],
    ] as const
  ).map(([service, operation, says]) => ({
    title: `${operation} is denied`,
    prepare: (world: World) => world.fails(service, operation),
    says: [says],
  })),
  {
    title: "the rules of a declared cache are denied",
    prepare: async (world) => {
      await world.fails("ecr", "DescribePullThroughCacheRules");
      return { file: FILE };
    },
    says: [
      /^rule: no permission for ecr:Describe/,
      /^upstream: the rule could not be read$/,
      /^secret: the rule could/,
    ],
  },
  {
    title: "what a template's role may do is denied",
    prepare: async (world) => {
      await world.tagged([statement("ecr:*")]);
      await world.fails("iam", "GetRole");
      await world.fails("iam", "SimulatePrincipalPolicy");
    },
    says: [/^template: no permission for iam:GetRole$/, /^template: no permission for iam:SimulatePrincipalPolicy$/],
  },
  {
    title: "the trust of a template's role depends on what ECR sends",
    prepare: async (world) => {
      await world.tagged([statement("ecr:*")]);
      const Condition = { StringEquals: { "aws:SourceAccount": ACCOUNT } };
      const PolicyDocument = trusts({ Service: "ecr.amazonaws.com" }, { Condition });
      await world.cloud.iam().updateAssumeRolePolicy({ RoleName: "template", PolicyDocument });
    },
    says: [/^template: the template's role trusts ecr\S+ under a condition of aws:SourceAccount, which only a pull/],
  },
  {
    title: "a role's permissions depend on what the simulator does not know",
    prepare: (world) => {
      const Condition = { StringEquals: { "aws:PrincipalTag/team": "platform" } };
      return world.tagged([statement("ecr:*", { Condition })], { resourceTags: TAGS });
    },
    says: [/^template: whether the template's role may ecr:CreateRepository, ecr:TagResource depends on aws:Principal/],
  },
  {
    title: "a stack keeps settings encrypted",
    prepare: async (world) => {
      await world.tagged([statement(["ecr:CreateRepository", "ecr:TagResource"])]);
      const own = [
        declared("secretsmanager/secret:Secret", { tags: HIDDEN }, { arn: world.secretArn }),
        declared("ecr/registryPolicy:RegistryPolicy", { policy: HIDDEN }),
        declared("ecr/registryScanningConfiguration:RegistryScanningConfiguration", { rules: HIDDEN }),
        declared("ecr/pullTimeUpdateExclusion:PullTimeUpdateExclusion", { principalArn: HIDDEN }),
        declared("ecr/accountSetting:AccountSetting", { name: "REGISTRY_POLICY_SCOPE", value: HIDDEN }),
      ];
      const stack = JSON.parse(stackWithRole(world, { assumeRolePolicy: HIDDEN }, ...own));
      stack.deployment.resources[1].inputs.lifecyclePolicy = HIDDEN;
      return { stack: JSON.stringify(stack) };
    },
    says: [
      /^secret: the stack keeps tags encrypted$/,
      /^template: the stack keeps lifecyclePolicy encrypted$/,
      /^template: the stack keeps assumeRolePolicy encrypted$/,
      /^stack: it keeps the registry policy encrypted$/,
      /^stack: it keeps the scanning configuration encrypted$/,
      /^stack: it keeps a pull time exclusion encrypted$/,
      /^stack: it keeps an account setting encrypted$/,
    ],
  },
  {
    title: "what a stack declares beside its rules is denied",
    prepare: async (world) => {
      await world.fails("secretsmanager", "GetResourcePolicy");
      await world.fails("iam", "ListRolePolicies");
      await world.fails("ecr", "ListPullTimeUpdateExclusions");
      await world.fails("ecr", "GetAccountSetting");
      return { stack: await stackWithAll(world) };
    },
    says: [
      /^secret: no permission for secretsmanager:GetResourcePolicy$/,
      /^template: no permission for iam:ListRolePolicies$/,
      /^stack: no permission for ecr:ListPullTimeUpdateExclusions$/,
      /^stack: no permission for ecr:GetAccountSetting$/,
    ],
  },
  {
    title: "a puller of another account, without a profile of it",
    prepare: (world) => world.registryPolicy(grants(PARTNER, [...PULL.slice(1), ...IMPORT])),
    args: GUEST,
    says: [/^permissions: guest is in account 444455556666, .*--as-profile, or try a real pull with --image$/],
  },
  {
    title: "the caller may not assume the role for a real pull",
    prepare: (world) => world.role("node", [], trusts({ Service: "ec2.amazonaws.com" })),
    args: [...NODE, "--image", "nginx:1.27"],
    says: [/^permissions: no permission for sts:AssumeRole on node: .* its trust policy must .*, or leave out --image/],
  },
  {
    title: "a registry policy that lets an organization in",
    prepare: async (world) => {
      await world.role("guest", [statement([...PULL, ...IMPORT])], undefined, PARTNER);
      const Condition = { StringEquals: { "aws:PrincipalOrgID": "o-abc1234567" } };
      await world.registryPolicy(grants("*", [...PULL.slice(1), ...IMPORT], { Condition }));
    },
    args: [...GUEST, "--as-profile", "partner"],
    says: [/^permissions: the registry policy, or .* decides by aws:PrincipalOrgID: try a real pull with --image$/],
  },
  {
    title: "a registry policy may deny, by what only a real pull has",
    prepare: async (world) => {
      await world.role("node", [statement([...PULL, ...IMPORT])]);
      const Condition = { StringNotEquals: { "aws:SourceVpce": "vpce-0123456789abcdef0" } };
      await world.registryPolicy(grants("*", IMPORT, { Effect: "Deny", Condition }));
    },
    args: NODE,
    says: [/^permissions: the registry policy, or .* decides by aws:SourceVpce: try a real pull with --image$/],
  },
  {
    title: "IAM, which is asked in the Region of the cache, does not know the profile's key",
    prepare: async () => ({}),
    args: [...NODE, "--as-profile", "stranger"],
    says: [/^permissions: IAM SimulatePrincipalPolicy in eu-central-1: /],
  },
  {
    title: "the registry policy is denied",
    prepare: async (world) => {
      await world.role("node", [statement([...PULL, ...IMPORT])]);
      await world.fails("ecr", "GetRegistryPolicy");
    },
    args: NODE,
    says: [/^permissions: no permission for ecr:GetRegistryPolicy$/],
  },
];

describe("verify", () => {
  const cloud = cloudForSuite();
  partnerForSuite();
  let world: World;
  beforeEach(async () => {
    world = new World(cloud, (await createHub(cloud)).secretArn);
  });

  describe("says what it did not check if", () => {
    for (const { title, prepare, args = [], says } of UNCHECKED) {
      it(title, async () => {
        const { code, stdout } = await verify(sourceIn(await prepare(world)), "--json", ...args);
        const [{ unchecked, findings }] = JSON.parse(stdout).caches;
        assert.deepEqual([code, findings, unchecked.length], [1, [], says.length], stdout);
        for (const [index, said] of says.entries()) assert.match(unchecked[index], said);
      });
    }

    it("the rules of a Region cannot be listed, or it has none, and goes on in the others", async () => {
      const regions = ["--region", REGION, "--region", "us-east-1", "--region", "eu-west-9"];
      const { code, stdout } = await verify({}, ...regions);
      assert.equal(code, 1);
      assert.match(stdout, /^us-east-1 +not checked +there is no pull through cache in this Region$/m);
      assert.match(
        stdout,
        /^eu-west-9 +not checked +its rules cannot be listed: ECR DescribePullThroughCacheRules in /m,
      );
      assert.match(stdout, /^eu-central-1 +hub +registry-1\.docker\.io +ok$/m);
      const { regionsNotChecked, caches } = JSON.parse((await verify({}, "--json", ...regions)).stdout);
      assert.deepEqual(
        [regionsNotChecked.map((one: { region: string }) => one.region).sort(), caches.length],
        [["eu-west-9", "us-east-1"], 1],
      );
      const annotations = (await verify({}, "--format", "github", ...regions)).stdout;
      assert.match(
        annotations,
        /^::warning title=us-east-1%3A not checked::there is no pull through cache in this Reg/m,
      );
    });
  });

  describe("shows", () => {
    it("each problem once, and its fix whole and in one line", async () => {
      const upstreamRegistryUrl = "quay.io";
      await cloud.ecr().createPullThroughCacheRule({ ecrRepositoryPrefix: "quay", upstreamRegistryUrl });
      await cloud
        .ecr({ region: "us-east-1" })
        .createPullThroughCacheRule({ ...{ ecrRepositoryPrefix: "quay", upstreamRegistryUrl } });
      await cloud.ecr().deleteRepositoryCreationTemplate({ prefix: "hub" });
      await world.scans("prod/*");
      await world.expires("2024-01-31");
      await world.fails("ecr", "ValidatePullThroughCacheRule");
      const styled = new Set<string>();
      const options = ["--region", REGION, "--region", "us-east-1", "--region", "eu-west-1", "--skip", "permissions"];
      const run = (format: string) =>
        verify({ styled: (...parts) => styled.add(parts.join(" ")) }, ...options, "--format", format);

      const template = (region: string, prefix: string) =>
        `aws ecr create-repository-creation-template --region ${region} --prefix ${prefix} --applied-for '["PULL_THROUGH_CACHE"]' --lifecycle-policy '${KEEP_50}'`;
      const scan = (region: string, ...names: string[]) =>
        `aws ecr put-registry-scanning-configuration --region ${region} --scan-type BASIC --rules '[{"scanFrequency":"SCAN_ON_PUSH","repositoryFilters":[${names.map((name) => `{"filter":"${name}/*","filterType":"WILDCARD"}`)}]}]'`;
      const secret = `--region ${REGION} --secret-id ${world.secretArn}`;
      const token = `write {"username": "<user>", "accessToken": "<token>"} to secret.json, then run: aws secretsmanager update-secret ${secret} --secret-string file://secret.json && aws secretsmanager tag-resource ${secret} --tags '[{"Key":"pull-through-cache:token-expires","Value":"<YYYY-MM-DD>"}]'`;
      const [expired, missing, unscanned] = [
        "the token expired on 2024-01-31",
        "no template: new repositories get no lifecycle policy and keep images forever",
        "no scanning rule of the Region covers all its repositories",
      ];
      const empty = "there is no pull through cache in this Region";
      const denied = "upstream: no permission for ecr:ValidatePullThroughCacheRule";
      const table = await run("table");
      assert.deepEqual(
        [table.code, ...table.stdout.split("\n")],
        [
          1,
          "REGION        CACHE     UPSTREAM              CHECK              WHAT",
          `eu-west-1                                     not checked        ${empty}`,
          `eu-central-1  hub       registry-1.docker.io  secret             ${expired} [1]`,
          `eu-central-1  2 caches                        template           ${missing} [2]`,
          `eu-central-1  2 caches                        scanning (advice)  ${unscanned} [3]`,
          `eu-central-1  2 caches                        not checked        ${denied}`,
          `us-east-1     quay      quay.io               template           ${missing} [4]`,
          `us-east-1     quay      quay.io               scanning (advice)  ${unscanned} [5]`,
          `us-east-1     quay      quay.io               not checked        ${denied}`,
          "",
          "To fix:",
          `[1] ${token}`,
          `[2] ${template(REGION, "hub")}`,
          `    ${template(REGION, "quay")}`,
          `[3] ${scan(REGION, "prod", "hub", "quay")}`,
          `[4] ${template("us-east-1", "quay")}`,
          `[5] ${scan("us-east-1", "quay")}`,
        ],
      );
      assert.deepEqual([...styled].filter((one) => !one.startsWith("bold")).sort(), [
        "red secret",
        "red template",
        "yellow not checked",
        "yellow scanning (advice)",
      ]);

      const ofTemplate = (...place: [string, string]) => ({
        ...{ check: "template", code: "template-missing", problem: missing, fix: template(...place) },
      });
      const ofScanning = (...place: [string, ...string[]]) => ({
        ...{ check: "scanning", code: "scanning-off", problem: unscanned, fix: scan(...place), isAdvice: true },
      });
      const cache = (region: string, prefix: string, upstream: string, ...findings: object[]) => ({
        ...{ region, prefix, upstream, findings, skipped: ["permissions"], unchecked: [denied] },
      });
      const json = await run("json");
      assert.deepEqual(JSON.parse(json.stdout), {
        account: ACCOUNT,
        regionsNotChecked: [{ region: "eu-west-1", reason: empty }],
        caches: [
          cache(
            ...([REGION, "hub", HUB] as const),
            { check: "secret", code: "token-expires", problem: expired, fix: token },
            ofTemplate(REGION, "hub"),
            ofScanning(REGION, "prod", "hub", "quay"),
          ),
          cache(REGION, "quay", "quay.io", ofTemplate(REGION, "quay"), ofScanning(REGION, "prod", "hub", "quay")),
          cache("us-east-1", "quay", "quay.io", ofTemplate("us-east-1", "quay"), ofScanning("us-east-1", "quay")),
        ],
      });
    });

    it("an ok for each cache that works, also with advice and beside others", async () => {
      await world.scans("prod/*");
      for (const ecrRepositoryPrefix of ["quay", "second"])
        await cloud.ecr().createPullThroughCacheRule({ ecrRepositoryPrefix, upstreamRegistryUrl: "quay.io" });
      const { code, stdout } = await verify({});
      assert.equal(code, 1);
      assert.match(stdout, /^eu-central-1 +3 caches +scanning \(advice\) +no scanning rule/m);
      assert.match(stdout, /^eu-central-1 +2 caches +template +no template/m);
      assert.match(stdout, /^eu-central-1 +hub +registry-1\.docker\.io +ok +with advice on scanning$/m);
    });

    it("Pulumi's fix where a program declares the cache, AWS's where none does, and both where one might", async () => {
      await cloud.ecr().deleteRepositoryCreationTemplate({ prefix: "hub" });
      const fixOf = (stdout: string) => JSON.parse(stdout).caches[0].findings[0].fix;
      const [up, aws] = ["run `pulumi up --refresh`", /^aws ecr create-repository-creation-template/];
      assert.equal(fixOf((await verify({ file: FILE }, "--json")).stdout), up);
      assert.equal(fixOf((await verify({ stack: stackWith(world) }, "--json")).stdout), up);
      assert.match(fixOf((await verify({}, "--json")).stdout), aws);
      const directory = resolve(__dirname, "../../../examples/verify-in-ci");
      const { stdout } = await runCli(["verify", "--json"], { directory });
      assert.match(
        fixOf(stdout),
        /^declare a RepositoryCreationTemplate .*\. Without Pulumi: aws ecr create-repository/,
      );
    });

    it("annotations for GitHub", async () => {
      await cloud.ecr().deleteRepositoryCreationTemplate({ prefix: "hub" });
      await world.scans("prod/*");
      await world.fails("ecr", "ValidatePullThroughCacheRule");
      const { code, stdout } = await verify({ file: FILE }, "--format", "github");
      assert.equal(code, 1);
      assert.deepEqual(stdout.split("\n"), [
        "::error title=hub in eu-central-1%3A template::no template: new repositories get no lifecycle policy and keep images forever. To fix: run `pulumi up --refresh`",
        "::notice title=hub in eu-central-1%3A scanning::no scanning rule of the Region covers all its repositories. To fix: set `scanning` on the component, or add its output `scanningFilters` to the Region's configuration",
        "::warning title=hub in eu-central-1%3A not checked::upstream: no permission for ecr:ValidatePullThroughCacheRule",
      ]);
    });
  });

  it("counts the days until a token expires", async () => {
    const dates: { [date: string]: string | undefined } = {
      "2027-02-01": "the token expired on 2027-02-01",
      "2027-02-02": "the token expires in 0 days, on 2027-02-02",
      "2027-02-03": "the token expires in 1 day, on 2027-02-03",
      "2027-03-03T12:00:00Z": "the token expires in 30 days, on 2027-03-03T12:00:00Z",
      "2027-03-04T11:59:59Z": "the token expires in 30 days, on 2027-03-04T11:59:59Z",
      "2027-03-04T12:00:00Z": undefined,
    };
    for (const date of ["from 2027-03-01", "2027-03-01 at noon", "2027-13-01", "2027-03-01Tx"])
      dates[date] = "the tag with the day on which the token expires is not a date";
    const skip = ["upstream", "template", "scanning", "permissions", "stack"] as const;
    for (const [date, problem] of Object.entries(dates)) {
      await world.expires(date);
      const printed: string[] = [];
      const nothing = () => undefined;
      const print = (text: string) => printed.push(text);
      const terminal = { say: nothing, status: nothing, onInterrupt: () => nothing, print, directory: "/" };
      await verifyAt({ skip, format: "json" }, terminal as never, new Date("2027-02-01T12:00:00Z"));
      const [{ findings }] = JSON.parse(printed.join("")).caches;
      assert.equal(findings[0]?.problem, problem, date);
    }
  });

  it("skips what it is told to", async () => {
    await cloud.ecr().deleteRepositoryCreationTemplate({ prefix: "hub" });
    await world.expires("2024-01-31");
    await world.role("node", []);
    const skipped = ["template", "secret", "permissions"].flatMap((check) => ["--skip", check]);
    const { code, stdout } = await verify({}, ...skipped, ...NODE);
    assert.equal(code, 0);
    assert.match(stdout, /^eu-central-1 +hub +registry-1\.docker\.io +ok +without secret, template, permissions$/m);
    await world.fails("secretsmanager", "*");
    await world.fails("ecr", "ValidatePullThroughCacheRule");
    assert.equal((await verify({}, ...skipped, "--skip", "upstream")).code, 0);
  });

  it("says that it did not ask whether a role may pull from caches that do not serve its image", async () => {
    const template = { appliedFor: ["PULL_THROUGH_CACHE" as const], lifecyclePolicy: KEEP_50 };
    await cloud.ecr().createRepositoryCreationTemplate({ ...template, prefix: "quay" });
    await cloud.ecr().createPullThroughCacheRule({ ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" });
    await world.role("node", [statement([...PULL, ...IMPORT])]);
    const { code, stdout } = await verify({}, "--skip", "scanning", ...NODE, "--image", "nginx:1.27");
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^eu-central-1 +hub +registry-1\.docker\.io +ok +without scanning$/m);
    assert.match(stdout, /^eu-central-1 +quay +quay\.io +ok +without scanning, permissions$/m);
    assert.deepEqual(
      JSON.parse((await verify({}, "--json", ...NODE, "--image", "nginx:1.27")).stdout).caches[1].skipped,
      ["permissions"],
    );
  });

  it("needs no more than the permissions of the example, and takes the options of its workflows", async () => {
    const folder = resolve(__dirname, "../../../examples/verify-in-ci");
    const role = await world.role("ci", []);
    const PolicyDocument = readFileSync(join(folder, "verify.json"), "utf8");
    await cloud.iam().putRolePolicy({ RoleName: "ci", PolicyName: "verify", PolicyDocument });
    const stack = await stackWithAll(world);
    const { stdout, code } = await asRole(cloud, role, () => verify({ stack }, "--json"));
    assert.deepEqual([code, JSON.parse(stdout).caches[0].unchecked], [0, []], stdout);
    for (const file of ["github-actions.yml", "gitlab-ci.yml"]) {
      const [, line = ""] = /npx pull-through-cache (.*)/.exec(readFileSync(join(folder, file), "utf8")) ?? [];
      const args = line.replace(/--stack ("\$PULUMI_STACK"|\$\{\{ vars\.PULUMI_STACK \}\})/, "--registries -");
      assert.equal((await runCli(args.split(" "), { input: FILE })).code, 0, line);
    }
  });

  it("asks AWS once for each cache, and once for what the caches of a Region share", async () => {
    const upstreamRegistryUrl = "quay.io";
    await cloud.ecr().createPullThroughCacheRule({ ecrRepositoryPrefix: "quay", upstreamRegistryUrl });
    const there = cloud.ecr({ region: "us-east-1" });
    await there.createPullThroughCacheRule({ ecrRepositoryPrefix: "quay", upstreamRegistryUrl });
    const calls = await cloud.callsOf(() => verify({}, "--region", REGION, "--region", "us-east-1"));
    const counts = Object.fromEntries(
      [...new Set(calls)].map((call) => [call, calls.filter((one) => one === call).length]),
    );
    assert.deepEqual(counts, {
      ...{ GetCallerIdentity: 1, ValidatePullThroughCacheRule: 3, DescribeSecret: 1, GetSecretValue: 1 },
      ...{ DescribePullThroughCacheRules: 2, DescribeRepositoryCreationTemplates: 2 },
      GetRegistryScanningConfiguration: 2,
    });
  });

  it("takes of the declared caches those of the Regions and prefixes that it is told, and names all Regions", async () => {
    const outputs = [REGION, "us-east-1"].flatMap((region) =>
      ["hub", "quay"].map((ecrRepositoryPrefix) => ({ ecrRepositoryPrefix, upstreamRegistryUrl: HUB, region })),
    );
    const narrow = ["--region", REGION, "--prefix", "hub/", "--json"];
    const { stdout, stderr } = await verify({ outputs }, ...narrow);
    const { caches } = JSON.parse(stdout) as { caches: { region: string; prefix: string }[] };
    assert.deepEqual(
      caches.map(({ region, prefix }) => [region, prefix]),
      [[REGION, "hub"]],
    );
    assert.equal(stderr, `Account ${ACCOUNT}, Regions ${REGION}, us-east-1`);
  });

  describe("cannot run", () => {
    const cases: [title: string, args: string[], message: RegExp, input?: string][] = [
      [
        "with two sources",
        ["--registries", "-", "--outputs", "-"],
        /only one of --stack, --selected-stack, --outputs and --registries/,
      ],
      ["with outputs that are no JSON", ["--outputs", "-"], /^Standard input is not .*: it is not JSON/m, "urls: {}"],
      ["with outputs that name no cache", ["--outputs", "-"], /^Standard input names no cache: export the/m, "{}"],
      [
        "with a file that is no map",
        ["--registries", "-"],
        /^Standard input: 1 problem\.\n {2}- is not a YAML map/m,
        "a",
      ],
      ["with a prefix that is not there", ["--prefix", "nothing"], /no cache with the prefix nothing/],
      ["with an image that no cache serves", ["--image", "ghcr.io/acme/app:1"], /No cache serves the image/],
      ["with an image that is no reference", ["--image", "Not An Image"], /is no reference of an image/],
      ["with a role that is no ARN", ["--as", "node"], /must be the ARN of an IAM role/],
      ["in a Region without caches", ["--region", "us-east-1"], /no pull through cache here/],
      ["in a Region that AWS does not have", ["--region", "us-est-1"], /AWS has no such Region: write us-east-1\.$/],
      ["with a check that it does not know", ["--skip", "everything"], /Allowed choices are rule, upstream/],
    ];
    for (const [title, args, message, input] of cases) {
      it(title, async () => {
        const { code, stderr } = await runCli(["verify", ...args], { input });
        assert.equal(code, 2);
        assert.match(stderr, message);
      });
    }

    it("of a stack without a cache", async () => {
      const stack = JSON.stringify({ version: 3, deployment: { resources: [] } });
      const { code, stderr } = await verify({ stack });
      assert.deepEqual(
        [code, stderr],
        [2, "The stack has no pull through cache. Was it deployed? Is it the right stack?"],
      );
    });
  });
});
