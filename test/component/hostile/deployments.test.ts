import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import type {
  AccessArgs,
  PullThroughCacheArgs,
  RegistryArgs,
  RegistryPolicyArgs,
  ScanningArgs,
  SecretArgs,
} from "../../../component/args";
import { PullThroughCache } from "../../../component/index";
import { prepare } from "../../../component/prepare";
import { ACCOUNT, REGION } from "../../model/cloud";
import { LocalDeployment } from "../../model/deployment";

const RUNS = Number(process.env.RUNS ?? 20);
const OTHER = "444455556666";
const ECR = (account: string, region = REGION) => `${account}.dkr.ecr.${region}.amazonaws.com`;
const KEYS = Array.from({ length: 4 }, (_, index) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/0123abcd-000${index}`);

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const letters = (alphabet: string, minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength, maxLength, size: "max" });
const count = fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constantFrom(2 ** 31 - 1));

const word = letters("abc019", 1, 8);
const prefix = fc.oneof(
  fc
    .array(fc.tuple(word, fc.constantFrom(".", "_", "-", "/")), { maxLength: 4 })
    .map((parts) =>
      parts
        .flat()
        .join("")
        .slice(0, 28)
        .replace(/[._/-]$/, ""),
    )
    .filter((text) => text.length > 1),
  fc.constant("p".repeat(30)),
);
const tags = fc.dictionary(
  letters("aB0 _.:/=+-@é名", 1, 128).filter((key) => !/^aws:/i.test(key)),
  letters("aB0 _.:/=+-@é名", 0, 256),
  {
    maxKeys: 20,
  },
);
const roleArn = (account: string) =>
  fc
    .tuple(fc.constantFrom("", "team/", `${"p".repeat(500)}/`), letters("aZ0_+=,.@-", 1, 64))
    .map(([path, name]) => `arn:aws:iam::${account}:role/${path}${name}`);

const access: fc.Arbitrary<AccessArgs> = fc.record(
  {
    accounts: fc.array(letters("0123456789", 12, 12), { maxLength: 5 }),
    roleArns: fc.array(roleArn(OTHER), { maxLength: 2 }),
    organizationId: letters("az09", 10, 32).map((id) => `o-${id}`),
    lambda: fc.boolean(),
  },
  { requiredKeys: [] },
);

const pattern = letters("aZ0._-", 0, 60).chain((text) => fc.constantFrom(`${text}*`, `*${text}*`, `v${text}`));
const lifecycle: fc.Arbitrary<RegistryArgs["lifecycle"]> = fc.oneof(
  fc.record({ keepImages: count, expireUntaggedAfterDays: optional(count) }),
  fc.record({
    expireAfterDays: count,
    tagged: fc.uniqueArray(
      fc.record({ tagPatterns: fc.array(pattern, { minLength: 1, maxLength: 3 }), keepImages: count }),
      { maxLength: 48, selector: ({ tagPatterns }) => JSON.stringify([...new Set(tagPatterns)].sort()) },
    ),
  }),
  count.map((countNumber) => ({
    policy: JSON.stringify({
      rules: [
        {
          rulePriority: countNumber,
          description: "any",
          selection: { tagStatus: "tagged", tagPrefixList: ["v"], countType: "imageCountMoreThan", countNumber },
          action: { type: "expire" },
        },
      ],
    }),
  })),
);
const mutability: fc.Arbitrary<RegistryArgs> = fc.oneof(
  fc.constantFrom({}, { tagMutability: "IMMUTABLE" }),
  fc.record({
    tagMutability: fc.constantFrom("IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION"),
    tagMutabilityExclusionFilters: fc.array(pattern, { minLength: 1, maxLength: 5 }),
  }),
);
const description = (max: number) =>
  fc.string({ unit: "binary", maxLength: max, size: "max" }).filter((text) => text.length <= max);
const statement = { Effect: "Allow", Principal: { AWS: OTHER }, Action: "ecr:BatchGetImage" };
const grant: fc.Arbitrary<RegistryArgs> = fc.oneof(
  fc.constant({}),
  access.map((given) => ({ access: given })),
  fc.constant({ repositoryPolicy: JSON.stringify({ Version: "2012-10-17", Statement: statement }) }),
);
const secret: fc.Arbitrary<SecretArgs> = fc.record(
  {
    description: description(2048),
    recoveryWindowInDays: fc.constantFrom(0, 7, 30),
    tags,
    readers: fc.array(roleArn(ACCOUNT), { maxLength: 3 }),
  },
  { requiredKeys: [] },
);

const settings: fc.Arbitrary<RegistryArgs> = fc
  .tuple(
    fc.record({ lifecycle, resourceTags: tags, description: description(255) }, { requiredKeys: [] }),
    mutability,
    grant,
    fc.constantFrom({}, { encryption: { type: "KMS" } }, { encryption: { type: "AES256" } }),
  )
  .map((parts) => Object.assign({}, ...parts) as RegistryArgs);

const upstream: fc.Arbitrary<RegistryArgs> = fc.oneof(
  fc.record({
    registry: fc.constantFrom("quay.io", "registry.k8s.io", "public.ecr.aws"),
    upstreamPrefix: optional(prefix),
  }),
  fc.record(
    {
      registry: fc.constantFrom(
        "registry-1.docker.io",
        "ghcr.io",
        "registry.gitlab.com",
        "cgr.dev",
        "mine1.azurecr.io",
      ),
      secret,
    },
    { requiredKeys: ["registry"] },
  ),
  fc.record({ registry: fc.constant(ECR(OTHER, "eu-west-1")), upstreamPrefix: optional(prefix) }),
  fc.record({ registry: fc.constant(ECR(OTHER)), roleArn: roleArn(ACCOUNT), upstreamPrefix: optional(prefix) }),
  fc.constant({ registry: ECR(ACCOUNT), createRole: false }),
);

interface Program {
  readonly name: string;
  readonly args: PullThroughCacheArgs;
}

/** The content of a Region's registry. */
interface Registered {
  readonly upstreams: Readonly<Record<string, string>>;
  readonly templates: readonly string[];
}

interface Described {
  readonly pullThroughCacheRules?: readonly Record<string, string>[];
  readonly repositoryCreationTemplates?: readonly { readonly prefix: string }[];
}

const scanning: ScanningArgs[] = [
  {},
  { scanType: "ENHANCED", scanFrequency: "CONTINUOUS_SCAN" },
  { rules: [{ scanFrequency: "SCAN_ON_PUSH", filters: ["*"] }] },
];

const program: fc.Arbitrary<Program> = fc
  .record({
    name: letters("aZ0_-", 1, 47),
    entries: fc.uniqueArray(fc.tuple(prefix, upstream, settings), {
      minLength: 1,
      maxLength: 4,
      selector: ([key]) => key,
    }),
    root: fc.boolean(),
    kmsKey: optional(fc.constantFrom(...KEYS)),
    tags: optional(tags),
    regions: optional(fc.uniqueArray(fc.constantFrom("us-east-1", "eu-west-1", "ap-southeast-2"), { minLength: 1 })),
    scanning: optional(fc.constantFrom(...scanning)),
    registryPolicy: optional(
      fc.constantFrom<RegistryPolicyArgs[]>(
        {},
        { statements: [JSON.stringify({ ...statement, Sid: "Own", Resource: "*" })] },
      ),
    ),
    pullerRoles: optional(fc.constant({ node: "puller" })),
    templateRoleArn: optional(roleArn(ACCOUNT)),
    token: fc.string({ unit: "binary", minLength: 1 }),
  })
  .map(({ name, entries, root, kmsKey, token, ...others }) => {
    const registries = Object.fromEntries(entries.map(([key, registry, more]) => [key, { ...registry, ...more }]));
    const [first] = Object.values(registries);
    if (root && first && first.upstreamPrefix === undefined) first.prefix = "ROOT";
    if (kmsKey && first && others.regions === undefined) first.encryption = { kmsKey };
    const withCredentials = entries.filter(([, { registry = "" }]) => /docker|ghcr|gitlab|cgr|azure/.test(registry));
    const credentials = Object.fromEntries(
      withCredentials.map(([key]) => [key, { username: "someone", accessToken: token }]),
    );
    return { name, args: { registries, credentials, ...others } };
  });

describe("deployments of arbitrary arguments", () => {
  const deployment = new LocalDeployment();
  before(() => deployment.start());

  /** What the provider, the emulator or AWS's model refuses in a program that the component accepts. */
  async function deploy({ name, args }: Program): Promise<string[]> {
    deployment.reset();
    await deployment.cloud.call(puller("puller"));
    await createRoles(args);
    const cache = new PullThroughCache(name, args);
    const outputs = pulumi.all([cache.rules, cache.secretArns, cache.templates, cache.roleArns, cache.pullPolicyJson]);
    await (outputs as unknown as { promise(): Promise<unknown> }).promise();
    await settled();
    return deployment.refusals;
  }

  /** Creates the roles that the arguments give to ECR, which refuses a role that does not exist. */
  async function createRoles({ registries, templateRoleArn }: Program["args"]): Promise<void> {
    const entries = Object.values(registries ?? {}) as { roleArn?: string }[];
    for (const arn of new Set([templateRoleArn, ...entries.map(({ roleArn }) => roleArn)])) {
      const [, Path = "/", RoleName = ""] = /:role(\/(?:.*\/)?)([^/]*)$/.exec(String(arn)) ?? [];
      const call = puller(RoleName);
      if (RoleName !== "") await deployment.cloud.refusal({ ...call, input: { ...call.input, Path } });
    }
  }

  /** Policies of secrets and registries are in no output: waits until every resource is there. */
  async function settled(): Promise<void> {
    for (let made = -1; made !== deployment.made.length; ) {
      made = deployment.made.length;
      for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** In each Region, the caches by prefix with their upstream, and the prefixes of the templates. */
  async function registered(regions: readonly string[]): Promise<Record<string, Registered>> {
    const all: Record<string, Registered> = {};
    for (const region of regions) {
      const describe = (operation: string) =>
        deployment.cloud.call({ service: "ecr", operation, input: {} }, ACCOUNT, region) as Promise<Described>;
      const { pullThroughCacheRules = [] } = await describe("DescribePullThroughCacheRules");
      const { repositoryCreationTemplates = [] } = await describe("DescribeRepositoryCreationTemplates");
      all[region] = {
        upstreams: Object.fromEntries(
          pullThroughCacheRules.map(
            ({ ecrRepositoryPrefix, upstreamRegistryUrl, upstreamRepositoryPrefix = "ROOT" }) => [
              ecrRepositoryPrefix,
              `${upstreamRegistryUrl}/${upstreamRepositoryPrefix}`,
            ],
          ),
        ),
        templates: repositoryCreationTemplates.map(({ prefix }) => prefix).sort(),
      };
    }
    return all;
  }

  /** The same, from the arguments. */
  function wanted({ registries }: Program["args"]): Registered {
    const entries = Object.entries(registries ?? {}) as [string, Record<string, string>][];
    return {
      upstreams: Object.fromEntries(
        entries.map(([key, { prefix = key, registry, upstreamPrefix = "ROOT" }]) => [
          prefix,
          `${registry}/${upstreamPrefix}`,
        ]),
      ),
      templates: entries.map(([key, { prefix = key }]) => prefix).sort(),
    };
  }

  it("are accepted by AWS if the component accepts the arguments, with every registry in every Region", async () => {
    let taken = 0;
    let resources = 0;
    await fc.assert(
      fc.asyncProperty(program, async (given) => {
        try {
          prepare(given.name, given.args);
        } catch (error) {
          assert.equal((error as Error).name, "InvalidInputError", String(error));
          return;
        }
        taken++;
        assert.deepEqual(await deploy(given), []);
        const regions = (given.args.regions as string[] | undefined) ?? [REGION];
        const expected = Object.fromEntries(regions.map((region) => [region, wanted(given.args)]));
        assert.deepEqual(await registered(regions), expected);
        resources += deployment.made.length;
      }),
      { numRuns: RUNS },
    );
    if (process.env.MODEL_COUNTS) console.log(`${taken} of ${RUNS} programs were taken, with ${resources} resources`);
    assert.ok(taken >= RUNS / 2, `${taken} programs were taken`);
  });

  it("are accepted at the limits of ECR and of IAM's policies", async () => {
    const registries = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [
        `${index}`.padStart(30, "p"),
        {
          registry: ECR(`${333344440000 + index}`, "ap-southeast-2"),
          upstreamPrefix: `${index}`.padStart(30, "u"),
          encryption: {
            kmsKey: `arn:aws:kms:${REGION}:${ACCOUNT}:key/0123abcd-0123-0123-0123-0123456789${10 + index}`,
          },
        },
      ]),
    );
    const access = { accounts: [OTHER], organizationId: "o-0123456789", lambda: true };
    const args = {
      registries,
      defaults: { access },
      registryPolicy: {},
      scanning: {},
      pullerRoles: { node: "puller" },
    };
    assert.deepEqual(await deploy({ name: "cache", args }), []);
    // A rule and a template for each, two roles with their policies, the puller's policy, and the Region's two documents.
    assert.equal(deployment.made.length, 2 * 50 + 4 + 1 + 2);
  });
});

function puller(name: string) {
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
  });
  return { service: "iam", operation: "CreateRole", input: { RoleName: name, AssumeRolePolicyDocument } };
}
