import type { Plugin } from "../plugin";
import { type AwsContext, awsContexts } from "./context";
import {
  pullThroughCacheRule,
  pullTimeUpdateExclusion,
  registryPolicy,
  registryScanningConfiguration,
  repositoryCreationTemplate,
} from "./ecr-registry";
import { lifecyclePolicy, repository, repositoryPolicy } from "./ecr-repository";
import { eventRule, eventTarget } from "./events";
import { FUNCTIONS } from "./functions";
import { policy, role, rolePolicy, rolePolicyAttachment } from "./iam";
import type { Operations } from "./operations";
import { awsResourceType } from "./resource-type";
import { schedule } from "./scheduler";
import { secret, secretPolicy, secretVersion } from "./secrets-manager";
import { readSettings } from "./settings";
import { topic, topicPolicy, topicSubscription } from "./sns";
import { RECORDED, TABLE } from "./table";

const OPERATIONS: Readonly<Record<string, Operations>> = {
  PullThroughCacheRule: pullThroughCacheRule,
  RepositoryCreationTemplate: repositoryCreationTemplate,
  RegistryScanningConfiguration: registryScanningConfiguration,
  RegistryPolicy: registryPolicy,
  PullTimeUpdateExclusion: pullTimeUpdateExclusion,
  Repository: repository,
  LifecyclePolicy: lifecyclePolicy,
  RepositoryPolicy: repositoryPolicy,
  Secret: secret,
  SecretVersion: secretVersion,
  SecretPolicy: secretPolicy,
  Role: role,
  RolePolicy: rolePolicy,
  Policy: policy,
  RolePolicyAttachment: rolePolicyAttachment,
  EventRule: eventRule,
  EventTarget: eventTarget,
  Topic: topic,
  TopicPolicy: topicPolicy,
  TopicSubscription: topicSubscription,
  Schedule: schedule,
};

/** The AWS plugin. It calls the endpoint that is configured, and never AWS itself. */
export function awsPlugin(): Plugin {
  let contextOf: (region?: string) => AwsContext = () => {
    throw new Error("the AWS provider is not configured");
  };
  return {
    identitySettings: ["region", "profile"],
    configure: (configuration) => {
      contextOf = awsContexts(readSettings(configuration, process.env));
    },
    resourceType: (token) => {
      const recorded = (RECORDED as Partial<Record<string, (typeof RECORDED)[keyof typeof RECORDED]>>)[token];
      if (recorded) return recorded;
      const row = TABLE[token];
      const operations = OPERATIONS[token.split(":").at(-1) ?? ""];
      if (row && operations) return awsResourceType(token, row, operations, (region) => contextOf(region));
      const known = [...Object.keys(TABLE), ...Object.keys(RECORDED)].join(", ");
      throw new Error(`the local AWS provider does not have ${token}; it has ${known}`);
    },
    invoke: async (token, args) => {
      const call = FUNCTIONS[token];
      if (!call)
        throw new Error(`the local AWS provider does not have ${token}; it has ${Object.keys(FUNCTIONS).join(", ")}`);
      return call(contextOf(typeof args.region === "string" ? args.region : undefined), args);
    },
  };
}
