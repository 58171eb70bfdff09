import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import type { PullThroughCacheArgs } from "../../../component/args";
import { PullThroughCache } from "../../../component/index";
import { Monitor } from "./monitor";
import { OTHER_ECR as ECR, ROLE, SECRET, TOKEN } from "./programs";

/** What is in AWS: a rule and a template for each entry, and roles with the names and purposes of the component's. */
const RULES: { readonly [prefix: string]: object } = {
  quay: { upstreamRegistryUrl: "quay.io" },
  k8s: { upstreamRegistryUrl: "registry.k8s.io", customRoleArn: ROLE },
  base: { upstreamRegistryUrl: ECR, upstreamRepositoryPrefix: "base", customRoleArn: ROLE },
};
const ROLES: { readonly [name: string]: string } = {
  "project-stack-cache-template": "Lets Amazon ECR create the repositories of a pull through cache",
  "project-stack-cache-upstream": "Lets Amazon ECR pull from the upstream ECR registries of a pull through cache",
  "project-stack-cache-reminders": "Lets EventBridge Scheduler remind of tokens of a pull through cache that expire",
};

describe("a component that adopts", () => {
  const all: PullThroughCacheArgs = {
    registries: {
      quay: {},
      k8s: {},
      base: { registry: ECR, upstreamPrefix: "base" },
      hub: {
        registry: "registry-1.docker.io",
        tokenExpires: "2199-01-31",
        secret: { name: "ecr-pullthroughcache/own" },
      },
    },
    credentials: { hub: TOKEN },
    defaults: { resourceTags: { cached: "yes" } },
    alerts: {},
  };

  let monitor: Monitor;

  /** What is imported, by "type name": the id in AWS. */
  async function imported(
    args: PullThroughCacheArgs,
    owned: () => { readonly [urn: string]: object } = () => ({}),
  ): Promise<{ [resource: string]: pulumi.Input<string> }> {
    monitor = await Monitor.start(
      {
        "aws:ecr/getPullThroughCacheRule:getPullThroughCacheRule": ({ ecrRepositoryPrefix }: Record<string, string>) =>
          RULES[ecrRepositoryPrefix ?? ""] ?? {},
        "aws:ecr/getRepositoryCreationTemplate:getRepositoryCreationTemplate": {
          encryptionConfigurations: [{ encryptionType: "AES256" }],
        },
        "aws:iam/getRole:getRole": ({ name }: Record<string, string>) => ({ description: ROLES[name ?? ""] }),
        "aws:secretsmanager/getSecret:getSecret": { arn: SECRET, kmsKeyId: "" },
        "pulumi:pulumi:readStackResourceOutputs": (inputs: object) => {
          assert.deepEqual(inputs, { stackName: "organization/project/stack" });
          return { outputs: owned() };
        },
      },
      { isEngine: true },
    );
    new PullThroughCache("cache", args);
    await monitor.end();
    const found: { [resource: string]: pulumi.Input<string> } = {};
    for (const { type, name, transforms } of monitor.requests) {
      for (const transform of transforms) {
        const result = await transform({ props: {}, opts: {} } as pulumi.ResourceTransformArgs);
        const id = (result?.opts as pulumi.CustomResourceOptions | undefined)?.import;
        if (id !== undefined) found[`${type} ${name}`] = id;
      }
    }
    return found;
  }

  it("imports what it can continue: rules, templates, roles and a named secret", async () => {
    assert.deepEqual(await imported({ ...all, adopt: true }), {
      "PullThroughCacheRule cache-base": "base",
      "PullThroughCacheRule cache-quay": "quay",
      "RepositoryCreationTemplate cache-base": "base",
      "RepositoryCreationTemplate cache-hub": "hub",
      "RepositoryCreationTemplate cache-k8s": "k8s",
      "RepositoryCreationTemplate cache-quay": "quay",
      "Role cache-reminders": "project-stack-cache-reminders",
      "Role cache-template": "project-stack-cache-template",
      "Role cache-upstream": "project-stack-cache-upstream",
      "Secret cache-hub": SECRET,
    });
  });

  it("imports what is in each Region, for single entries", async () => {
    const registries = { ...all.registries, quay: { adopt: true } } as PullThroughCacheArgs["registries"];
    assert.deepEqual(await imported({ ...all, registries, regions: ["us-east-1", "eu-west-1"] }), {
      "PullThroughCacheRule cache-quay@eu-west-1": "quay@eu-west-1",
      "PullThroughCacheRule cache-quay@us-east-1": "quay@us-east-1",
      "RepositoryCreationTemplate cache-quay@eu-west-1": "quay@eu-west-1",
      "RepositoryCreationTemplate cache-quay@us-east-1": "quay@us-east-1",
      "Role cache-template": "project-stack-cache-template",
    });
    const asked = monitor.calls.filter(({ token }) =>
      /getPullThroughCacheRule|getRepositoryCreationTemplate/.test(token),
    );
    assert.deepEqual(
      asked.map(({ args: { ecrRepositoryPrefix, prefix, region } }) => [ecrRepositoryPrefix ?? prefix, region]).sort(),
      ["eu-west-1", "us-east-1"].flatMap((region) => [
        ["quay", region],
        ["quay", region],
      ]),
    );
    const urn = "urn:pulumi:stack::project::pulumi:pulumi:None::none";
    assert.deepEqual(
      monitor.calls.filter(({ token }) => token === "pulumi:pulumi:getResource"),
      [{ token: "pulumi:pulumi:getResource", args: { urn } }],
      "the engine has the provider that reads the state",
    );
  });

  it("imports nothing that the stack has in the same Region, also if the engine was writing the state", async () => {
    const type = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule";
    for (const [region, failures, found] of [
      ["us-east-1", 3, ["RepositoryCreationTemplate cache-quay"]],
      ["eu-west-1", 0, ["RepositoryCreationTemplate cache-quay", "PullThroughCacheRule cache-quay"]],
    ] as const) {
      let left: number = failures;
      const state = () => {
        if (left-- > 0) throw new Error("failed to load checkpoint: EOF");
        return { "urn:pulumi:any": { type, outputs: { ecrRepositoryPrefix: "quay", region } } };
      };
      assert.deepEqual(Object.keys(await imported({ registries: { quay: {} }, adopt: true }, state)), found);
      assert.ok(left < 0, "the state was read to the end");
    }
  });

  it("imports nothing unless it is told to", async () => {
    assert.deepEqual(await imported(all), {});
  });
});
