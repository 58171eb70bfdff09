import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { PullThroughCacheArgs, RegistryArgs } from "../../../component/args";
import { PullThroughCache } from "../../../component/index";
import { described } from "./described";
import { ACCOUNT, Monitor, REGION } from "./monitor";
import { arn, KEY, OTHER, OTHER_ECR, ROLE, run, SECRET, TOKEN } from "./programs";
import { Refusals } from "./refusals";

const later = <T>(value: T) => pulumi.output(value);
const quay = (entry: RegistryArgs) => ({ registries: { quay: entry } });
const ecr = (entry: RegistryArgs) => ({ registries: { ecr: { registry: OTHER_ECR, ...entry } } });
const ghcr = (entry: RegistryArgs) => ({ registries: { ghcr: entry } });
const hub = (secret: RegistryArgs["secret"]) => ({ registries: { hub: { registry: "ghcr", secret } }, ...HUB_TOKEN });
const HUB_TOKEN = { credentials: { hub: TOKEN } };
const TAGGED = quay({ resourceTags: { a: "b" } });
const ALERTED = quay({});

const GET = { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: "*" };
const document = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });

/** Values that are wrong: at which argument, in which arguments, and what is said. */
const REFUSED: readonly (readonly [path: string, args: PullThroughCacheArgs, problem: string])[] = [
  [
    "registries.quay.encryption.kmsKey",
    quay({ encryption: { kmsKey: later("alias/mine") } }),
    "must be the ARN of a KMS key",
  ],
  [
    "registries.quay.encryption.kmsKey",
    quay({ encryption: { kmsKey: later(arn("kms", "key/0123abcd", "eu-west-1")) } }),
    "the key is in eu-west-1; ECR needs one in us-east-1",
  ],
  ["templateRoleArn", { ...TAGGED, templateRoleArn: later("creator") }, "must be the ARN of an IAM role"],
  [
    "templateRoleArn",
    { ...TAGGED, templateRoleArn: later(ROLE.replace(ACCOUNT, OTHER)) },
    `the role is in the account ${OTHER} .* deploys to ${ACCOUNT}`,
  ],
  ["registries.ecr.roleArn", ecr({ roleArn: later("puller") }), "must be the ARN of an IAM role"],
  ["registries.ecr.createRole", ecr({ createRole: false }), "ECR needs a role, because"],
  [
    "registries.ghcr.credentialArn",
    ghcr({ credentialArn: later(SECRET.replace(REGION, "eu-west-1")) }),
    "the secret is in eu-west-1; ECR needs one in us-east-1",
  ],
  [
    "registries.ghcr.credentialArn",
    ghcr({ credentialArn: later(SECRET.replace(ACCOUNT, OTHER)) }),
    `the secret is in the account ${OTHER}; ECR needs one in ${ACCOUNT}`,
  ],
  ["registries.hub.secret.policy", hub({ policy: later("{") }), ""],
  ["registries.hub.secret.policy", hub({ policy: later(document({ ...GET, Principal: "*" })) }), ".*everyone"],
  ["registries.hub.secret.readers[0]", hub({ readers: [later("reader")] }), ""],
  [
    "registries.hub.secret.readers",
    hub({ readers: Array.from({ length: 500 }, (_, index) => later(`${ROLE}${index}`)) }),
    "has more than 20480 characters, AWS's limit",
  ],
  ["registries.quay.access.accounts[1]", quay({ access: { accounts: [OTHER, later("12345678901")] } }), ""],
  ["registries.quay.access.roleArns[0]", quay({ access: { roleArns: [later("puller")] } }), ""],
  ["access.accounts[0]", { ...quay({ access: { accounts: [later("1")] } }), registryPolicy: {} }, "an AWS account id"],
  ["registries.quay.access.organizationId", quay({ access: { organizationId: later("mine") } }), ""],
  [
    "registries.quay.access",
    quay({ access: { accounts: Array.from({ length: 400 }, (_, index) => later(`${100000000000 + index}`)) } }),
    ".*10240",
  ],
  ["registries.quay.repositoryPolicy", quay({ repositoryPolicy: later("{") }), ""],
  ["registryPolicy.statements[0]", { ...ALERTED, registryPolicy: { statements: [later("{")] } }, ""],
  ["alerts.topicArn", { ...ALERTED, alerts: { topicArn: later("mine") } }, ""],
  [
    "alerts.topicArns.us-east-1",
    { ...ALERTED, regions: [REGION], alerts: { topicArns: { [REGION]: later("mine") } } },
    "",
  ],
  [
    "pullerRoles.ci",
    { ...ALERTED, pullerRoles: { ci: later("arn:aws:iam::1:user/ci") } },
    "must be the name or the ARN",
  ],
  ["pullTimeExclusions.scanner", { ...ALERTED, pullTimeExclusions: { scanner: later("scanner") } }, ""],
];

const NOTHING = pulumi.output<string | undefined>(undefined);

/** Outputs without a value that are refused, because without the argument the plan would be another one. */
const NEEDED: readonly (readonly [path: string, args: PullThroughCacheArgs])[] = [
  ["registries.ghcr.credentialArn", ghcr({ credentialArn: NOTHING })],
  ["registries.ecr.roleArn", ecr({ roleArn: NOTHING })],
  ["templateRoleArn", { ...TAGGED, templateRoleArn: NOTHING }],
  ["registries.quay.templateRoleArn", quay({ encryption: { type: "KMS" }, templateRoleArn: NOTHING })],
  ["registries.hub.secret.policy", hub({ policy: NOTHING })],
  ["alerts.topicArn", { ...ALERTED, alerts: { topicArn: NOTHING } }],
];

/** Pairs of programs that register the same: with an Output, and with a plain value or without one. */
const SAME: readonly (readonly [what: string, args: PullThroughCacheArgs, same: PullThroughCacheArgs])[] = [
  [
    "no encryption.kmsKey",
    quay({ encryption: { kmsKey: NOTHING }, templateRoleArn: ROLE }),
    quay({ templateRoleArn: ROLE }),
  ],
  [
    "no encryption.kmsKey, and a type",
    quay({ encryption: { type: "KMS", kmsKey: NOTHING } }),
    quay({ encryption: { type: "KMS" } }),
  ],
  ["no repositoryPolicy", quay({ repositoryPolicy: NOTHING }), quay({})],
  [
    "no access.organizationId",
    quay({ access: { accounts: [OTHER], organizationId: NOTHING } }),
    quay({ access: { accounts: [OTHER] } }),
  ],
  ["no templateRoleArn", quay({ templateRoleArn: NOTHING }), quay({})],
  ["a value for everything", withValues(later), withValues((value) => value)],
];

/** A program with every argument that may come late. */
function withValues(given: (text: string) => pulumi.Input<string>): PullThroughCacheArgs {
  const access = { accounts: [given(OTHER)], roleArns: [given(ROLE)], organizationId: given("o-abcdefghij") };
  const anybody = { Effect: "Allow", Principal: "*" };
  const ofAccount = { ...GET, Principal: "*", Condition: { StringEquals: { "aws:PrincipalAccount": ACCOUNT } } };
  return {
    registries: {
      // A key may be another account's.
      quay: { encryption: { kmsKey: given(KEY.replace(ACCOUNT, OTHER)) }, access },
      k8s: {
        repositoryPolicy: given(document({ ...anybody, Action: "ecr:BatchGetImage" })),
        resourceTags: { team: given("a") },
        templateRoleArn: given(ROLE),
      },
      ecr: { registry: OTHER_ECR, roleArn: given(ROLE) },
      ghcr: { secret: { policy: given(document(ofAccount)) } },
      gitlab: { secret: { readers: [given(ROLE)], tags: { team: given("a") } } },
      own: { registry: "ghcr", credentialArn: given(SECRET) },
    },
    credentials: { ghcr: TOKEN, gitlab: { username: given("someone"), accessToken: given("a-token") } },
    registryPolicy: {
      statements: [given(JSON.stringify({ ...anybody, Action: "ecr:ReplicateImage", Resource: "*" }))],
    },
    alerts: { topicArn: given(arn("sns", "one", REGION)) },
    pullerRoles: { ci: given(ROLE) },
    pullTimeExclusions: { scanner: given(ROLE) },
  };
}

describe("a value that is known only during the deployment", () => {
  const refusals = new Refusals();

  before(() => refusals.start());
  after(() => refusals.end());

  for (const [path, args] of NEEDED) {
    it(`is refused if it has none, and the plan is made for one: ${path}`, async () => {
      await Monitor.start();
      const problem = `- ${path}: the Output has no value\\. Without the argument other things would be created`;
      await refusals.expect(() => new PullThroughCache("cache", args), new RegExp(problem));
    });
  }

  for (const [path, args, problem] of REFUSED) {
    it(`is refused by the rules of plain values: ${path}: ${problem}`, async () => {
      await Monitor.start();
      const start = '^PullThroughCache "cache": 1 problem in the input\\.\n  - ';
      const expected = new RegExp(`${start}${path.replace(/[[\]]/g, "\\$&")}: ${problem}`);
      await refusals.expect(() => new PullThroughCache("cache", args), expected);
    });
  }

  for (const [what, args, same] of SAME) {
    it(`is registered like a plain one: ${what}`, async () => {
      assert.deepEqual(await registered(args), await registered(same));
    });
  }

  it("is registered like a plain one: no credentials, and those of the config", async () => {
    const credentials = "pull-through-cache:credentials";
    pulumi.runtime.setAllConfig({ [credentials]: JSON.stringify({ ghcr: TOKEN }) }, [credentials]);
    assert.deepEqual(await registered({ ...ghcr({}), credentials: later(undefined) }), await registered(ghcr({})));
    pulumi.runtime.setAllConfig({}, []);
  });

  /** What a program registers. An Output may be of something new, for which AWS needs time. */
  async function registered(args: PullThroughCacheArgs) {
    const all = Object.entries(described((await run(args)).monitor.requests));
    return all.map(([resource, { onError, ...description }]) => [resource, description]);
  }
});
