import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { PullThroughCacheArgs } from "../../../component/args";
import { PullThroughCache } from "../../../component/index";
import { prepare } from "../../../component/prepare";
import { ARGUMENTS, type Argument } from "../../model/arguments";
import { role } from "../../model/arguments/calls";
import { ACCOUNT, REGION } from "../../model/cloud";
import { LocalDeployment } from "../../model/deployment";

const OTHER = "444455556666";
const ecr = (account: string, region = REGION) => `${account}.dkr.ecr.${region}.amazonaws.com`;
const SECRETS = ["dockerhub", "ghcr", "gitlab", "chainguard", "mine1.azurecr.io"];

/** One registry of each kind, in several Regions. */
const REGIONS = ["us-east-1", "eu-west-1", "ap-southeast-2"];
const EVERY_UPSTREAM: PullThroughCacheArgs = {
  registries: {
    ...Object.fromEntries(SECRETS.map((registry, index) => [`with-secret-${index}`, { registry }])),
    quay: {},
    "team/k8s": { registry: "k8s", upstreamPrefix: "kube" },
    public: { registry: "ecr-public", prefix: "ROOT" },
    "in-region": { registry: ecr(OTHER, "eu-west-1"), upstreamPrefix: "base" },
    own: { registry: ecr(ACCOUNT), createRole: false },
  },
  credentials: Object.fromEntries(
    SECRETS.map((_, index) => [`with-secret-${index}`, { username: "someone", accessToken: 'é"\\😀' }]),
  ),
  regions: REGIONS,
};

/** Rules and templates at ECR's limit, with policies as long as they can get. */
const AT_THE_LIMITS: PullThroughCacheArgs = {
  registries: Object.fromEntries(
    Array.from({ length: 50 }, (_, index) => [
      `${index}`.padStart(30, "p"),
      {
        registry: ecr(`${333344440000 + index}`, "ap-southeast-2"),
        upstreamPrefix: `${index}`.padStart(30, "u"),
        encryption: { kmsKey: `arn:aws:kms:${REGION}:${ACCOUNT}:key/0123abcd-0123-0123-0123-0123456789${10 + index}` },
      },
    ]),
  ),
  defaults: { access: { accounts: [OTHER], organizationId: "o-0123456789", lambda: true } },
  registryPolicy: {},
  scanning: {},
  pullerRoles: { node: "puller" },
};

interface Described {
  readonly pullThroughCacheRules: readonly Record<string, string>[];
  readonly repositoryCreationTemplates: readonly { readonly prefix: string }[];
}

describe("deployments", () => {
  const deployment = new LocalDeployment();
  before(() => deployment.start());

  /** What the provider, the emulator or AWS's model refuses of a program. */
  async function deploy(args: PullThroughCacheArgs, name = "cache"): Promise<string[]> {
    deployment.reset();
    for (const arn of rolesIn(args)) {
      const [, Path = "/", RoleName = arn] = /:role(\/(?:.*\/)?)([^/]*)$/.exec(arn) ?? [];
      await deployment.cloud.refusal(role({ Path, RoleName }));
    }
    const cache = new PullThroughCache(name, args);
    const outputs = pulumi.all([cache.rules, cache.secretArns, cache.templates, cache.roleArns, cache.pullPolicyJson]);
    await (outputs as unknown as { promise(): Promise<unknown> }).promise();
    // Policies of secrets and registries are in no output: wait until every resource is there.
    for (let made = -1; made !== deployment.made.length; ) {
      made = deployment.made.length;
      for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    return deployment.refusals;
  }

  /** The roles that a program names, which must exist. */
  function rolesIn({ registries = {}, templateRoleArn, pullerRoles = {} }: PullThroughCacheArgs): string[] {
    const own = Object.values(registries).map(({ roleArn }) => roleArn);
    return [templateRoleArn, ...own, ...Object.values(pullerRoles)].filter((arn) => typeof arn === "string");
  }

  it("are accepted by AWS with every value of an argument that the component accepts", async () => {
    const isAccepted = (argument: Argument) => (value: unknown) => {
      try {
        prepare(argument.name?.(value as never) ?? "cache", argument.args(value as never));
        return true;
      } catch {
        return false;
      }
    };
    let deployed = 0;
    // Roles, keys and topics would have to exist, and archives make warnings.
    const alone = ARGUMENTS.filter(({ path, shapesOnly }) => !shapesOnly && !/role|archive/i.test(path));
    for (const argument of alone) {
      const length = (value: unknown) => JSON.stringify(value).length;
      const values = argument.values().sort((one, other) => length(other) - length(one));
      const some = values.filter((_, index) => index % Math.ceil(values.length / 5) === 0);
      const accepted = [values.find(isAccepted(argument)), ...some.filter(isAccepted(argument))];
      for (const value of new Set(accepted)) {
        const found = await deploy(argument.args(value as never), argument.name?.(value as never));
        assert.deepEqual(found, [], `${argument.path}: ${JSON.stringify(value).slice(0, 500)}`);
        deployed++;
      }
    }
    assert.ok(deployed >= 60, `${deployed} programs`);
  });

  it("have every registry and its template in every Region", async () => {
    assert.deepEqual(await deploy(EVERY_UPSTREAM), []);
    const registries = Object.entries(EVERY_UPSTREAM.registries ?? {});
    const prefixes = registries.map(([key, { prefix = key }]) => prefix).sort();
    for (const region of REGIONS) {
      const describe = (operation: string) =>
        deployment.cloud.call({ service: "ecr", operation, input: {} }, ACCOUNT, region) as Promise<Described>;
      const { pullThroughCacheRules } = await describe("DescribePullThroughCacheRules");
      assert.deepEqual(pullThroughCacheRules.map(({ ecrRepositoryPrefix }) => ecrRepositoryPrefix).sort(), prefixes);
      const { repositoryCreationTemplates } = await describe("DescribeRepositoryCreationTemplates");
      assert.deepEqual(repositoryCreationTemplates.map(({ prefix }) => prefix).sort(), prefixes);
    }
  });

  it("are accepted at the limits of ECR and of IAM's policies", async () => {
    assert.deepEqual(await deploy(AT_THE_LIMITS), []);
    // A rule and a template for each, two roles with their policies, the puller's policy, and the Region's two documents.
    assert.equal(deployment.made.length, 2 * 50 + 4 + 1 + 2);
  });
});
