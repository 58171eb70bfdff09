import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { PullThroughCacheArgs } from "../../../component/args";
import { PullThroughCache } from "../../../component/index";
import { ACCOUNT, Monitor, REGION } from "./monitor";
import { Refusals } from "./refusals";

const OTHER = "444455556666";
const ECR = `${OTHER}.dkr.ecr.eu-west-1.amazonaws.com`;
const arn = (service: string, resource: string, region = "") => `arn:aws:${service}:${region}:${ACCOUNT}:${resource}`;
const later = (value: string) => pulumi.output(value);

const REFUSED: readonly (readonly [what: string, args: PullThroughCacheArgs, problem: RegExp])[] = [
  [
    "a key by its alias",
    { registries: { quay: { encryption: { kmsKey: later("alias/mine") } } } },
    /- registries\.quay\.encryption\.kmsKey: must be the ARN of a KMS key/,
  ],
  [
    "a key in another Region",
    { registries: { quay: { encryption: { kmsKey: later(arn("kms", "key/0123abcd", "eu-west-1")) } } } },
    /- registries\.quay\.encryption\.kmsKey: .*eu-west-1.* us-east-1/,
  ],
  [
    "a template's role by its name",
    { registries: { quay: { resourceTags: { a: "b" } } }, templateRoleArn: later("creator") },
    /- templateRoleArn: /,
  ],
  [
    "a template's role in another account",
    {
      registries: { quay: { resourceTags: { a: "b" } } },
      templateRoleArn: later(`arn:aws:iam::${OTHER}:role/creator`),
    },
    new RegExp(
      `^PullThroughCache "cache": 1 problem in the input\\.\n  - templateRoleArn: the role .*${OTHER}.* ${ACCOUNT}`,
    ),
  ],
  [
    "a rule's role by its name",
    { registries: { ecr: { registry: ECR, roleArn: later("puller") } } },
    /- registries\.ecr\.roleArn: /,
  ],
  [
    "an account other than that of an ECR upstream, for a rule without a role",
    { registries: { ecr: { registry: ECR, createRole: false } } },
    /- registries\.ecr\.createRole: ECR needs a role/,
  ],
  [
    "a secret in another Region",
    {
      registries: {
        ghcr: { credentialArn: later(arn("secretsmanager", "secret:ecr-pullthroughcache/a-AbCdEf", "eu-west-1")) },
      },
    },
    /- registries\.ghcr\.credentialArn: the secret .*eu-west-1.* us-east-1/,
  ],
  [
    "an account without its leading zero",
    { registries: { quay: { access: { accounts: [OTHER, later("12345678901")] } } } },
    /- registries\.quay\.access\.accounts\[1\]: /,
  ],
  [
    "the name of another account's role",
    { registries: { quay: { access: { roleArns: [later("puller")] } } } },
    /- registries\.quay\.access\.roleArns\[0\]: /,
  ],
  [
    "an account that the registry policy grants access",
    { registries: { "team/a": { registry: "quay", access: { accounts: [later("1")] } } }, registryPolicy: {} },
    /- access\.accounts\[0\]: an AWS account id has 12 digits/,
  ],
  [
    "the name of an organization",
    { registries: { quay: { access: { organizationId: later("mine") } } } },
    /- registries\.quay\.access\.organizationId: /,
  ],
  [
    "more accounts than fit into a repository policy",
    {
      registries: {
        quay: { access: { accounts: Array.from({ length: 400 }, (_, index) => later(`${100000000000 + index}`)) } },
      },
    },
    /- registries\.quay\.access: .*10240/,
  ],
  [
    "a repository policy that is not JSON",
    { registries: { quay: { repositoryPolicy: later("{") } } },
    /- registries\.quay\.repositoryPolicy: /,
  ],
  [
    "a statement that is not JSON",
    { registries: { quay: {} }, registryPolicy: { statements: [later("{")] } },
    /- registryPolicy\.statements\[0\]: /,
  ],
  ["a topic by its name", { registries: { quay: {} }, alerts: { topicArn: later("mine") } }, /- alerts\.topicArn: /],
  [
    "a Region's topic by its name",
    { registries: { quay: {} }, regions: [REGION], alerts: { topicArns: { [REGION]: later("mine") } } },
    /- alerts\.topicArns\.us-east-1: /,
  ],
  [
    "a puller that is neither a role's name nor its ARN",
    { registries: { quay: {} }, pullerRoles: { ci: later("arn:aws:iam::1:user/ci") } },
    /- pullerRoles\.ci: must be the name or the ARN of an IAM role/,
  ],
];

const NOTHING = pulumi.output<string | undefined>(undefined);
const NO_VALUE = "the Output has no value\\. Without the argument other things would be created";
const GHCR = { credentials: { ghcr: { username: "someone", accessToken: "a-token" } } };

/** Outputs without a value that are refused, because without the argument the plan would be another one. */
const NEEDED: readonly (readonly [path: string, args: PullThroughCacheArgs])[] = [
  ["registries.ghcr.credentialArn", { registries: { ghcr: { credentialArn: NOTHING } } }],
  ["registries.ecr.roleArn", { registries: { ecr: { registry: ECR, roleArn: NOTHING } } }],
  ["templateRoleArn", { registries: { quay: { resourceTags: { a: "b" } } }, templateRoleArn: NOTHING }],
  [
    "registries.quay.templateRoleArn",
    { registries: { quay: { encryption: { type: "KMS" }, templateRoleArn: NOTHING } } },
  ],
  ["registries.ghcr.secret.policy", { registries: { ghcr: { secret: { policy: NOTHING } } }, ...GHCR }],
  ["alerts.topicArn", { registries: { quay: {} }, alerts: { topicArn: NOTHING } }],
];

const CREATOR = `arn:aws:iam::${ACCOUNT}:role/creator`;
const TEMPLATE: RequestOf = ["RepositoryCreationTemplate", "cache-quay"];
type RequestOf = readonly [type: string, name: string];

/** Outputs without a value that count as not given: the resource is that of the same program without the argument. */
const OPTIONAL: readonly (readonly [
  what: string,
  resource: RequestOf,
  args: PullThroughCacheArgs,
  same: PullThroughCacheArgs,
])[] = [
  [
    "encryption.kmsKey",
    TEMPLATE,
    { registries: { quay: { encryption: { kmsKey: NOTHING }, templateRoleArn: CREATOR } } },
    { registries: { quay: { templateRoleArn: CREATOR } } },
  ],
  [
    "encryption.kmsKey with a type",
    TEMPLATE,
    { registries: { quay: { encryption: { type: "KMS", kmsKey: NOTHING } } } },
    { registries: { quay: { encryption: { type: "KMS" } } } },
  ],
  ["repositoryPolicy", TEMPLATE, { registries: { quay: { repositoryPolicy: NOTHING } } }, { registries: { quay: {} } }],
  [
    "access.organizationId",
    TEMPLATE,
    { registries: { quay: { access: { accounts: [OTHER], organizationId: NOTHING } } } },
    { registries: { quay: { access: { accounts: [OTHER] } } } },
  ],
  ["templateRoleArn", TEMPLATE, { registries: { quay: { templateRoleArn: NOTHING } } }, { registries: { quay: {} } }],
  [
    "credentials",
    ["SecretVersion", "cache-ghcr"],
    { registries: { ghcr: {} }, credentials: pulumi.output(undefined) },
    { registries: { ghcr: {} } },
  ],
];

describe("a value that is known only during the deployment", () => {
  const refusals = new Refusals();

  before(() => refusals.start());
  after(() => refusals.end());

  for (const [path, args] of NEEDED) {
    it(`is refused if it has none, and the plan is made for one: ${path}`, async () => {
      await Monitor.start();
      await refusals.expect(() => new PullThroughCache("cache", args), new RegExp(`- ${path}: ${NO_VALUE}`));
    });
  }

  for (const [what, [type, name], args, same] of OPTIONAL) {
    it(`counts as not given if it has none: ${what}`, async () => {
      const credentials = JSON.stringify(GHCR.credentials);
      pulumi.runtime.setAllConfig({ "pull-through-cache:credentials": credentials }, [
        "pull-through-cache:credentials",
      ]);
      const registered = async (given: PullThroughCacheArgs) => {
        const monitor = await Monitor.start();
        new PullThroughCache("cache", given);
        await monitor.end();
        const { inputs, replacementTrigger } = monitor.find(type, name);
        return { inputs, replacementTrigger };
      };
      assert.deepEqual(await registered(args), await registered(same));
      pulumi.runtime.setAllConfig({}, []);
    });
  }

  for (const [what, args, problem] of REFUSED) {
    it(`is refused at its argument if it is ${what}`, async () => {
      await Monitor.start();
      await refusals.expect(() => new PullThroughCache("cache", args), problem);
    });
  }
});
