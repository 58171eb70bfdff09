import type { ECR } from "@aws-sdk/client-ecr";
import type { CallContext } from "../../context";
import { AwsError } from "../../errors";
import { type OperationsOf, operation } from "../../operation";
import { requirePassRole } from "../../policy/require";
import { ensureServiceLinkedRole, PULL_THROUGH_CACHE } from "../../policy/service-linked-roles";
import type { PullThroughCacheRule } from "../../state/model";
import { page } from "../pages";
import { alreadyExists, invalidParameter, limitExceeded, notFound, validation } from "./errors";
import { namespaceOf, ROOT } from "./prefixes";
import { ownRegistry } from "./registry";
import { checkRuleCredentials } from "./rule-credentials";
import { upstreamRegistry } from "./upstream-registries";

const RULES_PER_REGISTRY = 50;
const UNSUPPORTED_REGIONS = ["cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1"];

const describe = (prefix: string) => `pull through cache rule with prefix '${prefix}'`;

function findRule(input: { ecrRepositoryPrefix: string; registryId?: string }, context: CallContext) {
  const rule = ownRegistry(input, context).rules.get(namespaceOf(input.ecrRepositoryPrefix));
  if (rule !== undefined) return rule;
  throw notFound("PullThroughCacheRuleNotFoundException", describe(input.ecrRepositoryPrefix), context.account);
}

export const rules: OperationsOf<ECR> = {
  CreatePullThroughCacheRule: operation((input, context) => {
    const { account, region, cloud } = context;
    const state = ownRegistry(input, context);
    if (UNSUPPORTED_REGIONS.includes(region)) {
      throw validation(`Pull through cache rules are not available in Region ${region}`);
    }
    const upstream = upstreamRegistry(input.upstreamRegistryUrl);
    if (upstream === undefined) {
      throw new AwsError(
        "UnsupportedUpstreamRegistryException",
        `The specified upstream registry URL '${input.upstreamRegistryUrl}' is not supported`,
      );
    }
    if (input.upstreamRegistry !== undefined && input.upstreamRegistry !== upstream.name) {
      throw invalidParameter(`The upstream registry ${input.upstreamRegistry} has another URL`);
    }
    checkPrefixes(input.ecrRepositoryPrefix, input.upstreamRepositoryPrefix);
    const namespace = namespaceOf(input.ecrRepositoryPrefix);
    if (state.rules.has(namespace)) {
      const what = describe(input.ecrRepositoryPrefix);
      throw alreadyExists("PullThroughCacheRuleAlreadyExistsException", what, account);
    }
    if (state.rules.size >= RULES_PER_REGISTRY) {
      throw limitExceeded(
        `The registry with id '${account}' has ${RULES_PER_REGISTRY} pull through cache rules already`,
      );
    }
    requirePassRole(input.customRoleArn, context);
    checkRuleCredentials(input, upstream, context);
    ensureServiceLinkedRole(context, PULL_THROUGH_CACHE);
    const now = cloud.clock.now();
    // AWS fills in ROOT for ECR upstreams, and its guide shows ROOT for a rule whose prefix is ROOT ("Wildcards for ECR
    // to ECR pull through cache"). For other upstreams it reports only what was sent.
    const root = upstream.name === "ecr" || namespace === ROOT ? ROOT : undefined;
    const rule: PullThroughCacheRule = {
      ...input,
      registryId: account,
      upstreamRegistry: upstream.name,
      upstreamRepositoryPrefix: input.upstreamRepositoryPrefix ?? root,
      createdAt: now,
      updatedAt: now,
    };
    state.rules.set(namespace, rule);
    return rule;
  }),
  DescribePullThroughCacheRules: operation((input, context) => {
    const state = ownRegistry(input, context);
    if (input.ecrRepositoryPrefixes !== undefined) {
      const named = input.ecrRepositoryPrefixes.map((prefix) => findRule({ ecrRepositoryPrefix: prefix }, context));
      return { pullThroughCacheRules: named };
    }
    const { items, nextToken } = page([...state.rules.values()], input.maxResults, input.nextToken);
    return { pullThroughCacheRules: items, nextToken };
  }),
  UpdatePullThroughCacheRule: operation((input, context) => {
    const rule = findRule(input, context);
    if (input.credentialArn === undefined && input.customRoleArn === undefined) {
      throw invalidParameter("Please set either credential arn or role arn to update the credentials");
    }
    const { credentialArn = rule.credentialArn, customRoleArn = rule.customRoleArn } = input;
    requirePassRole(input.customRoleArn, context);
    const changed = { ...rule, credentialArn, customRoleArn, updatedAt: context.cloud.clock.now() };
    const upstream = upstreamRegistry(rule.upstreamRegistryUrl);
    if (upstream) checkRuleCredentials(changed, upstream, context);
    return Object.assign(rule, changed);
  }),
  DeletePullThroughCacheRule: operation((input, context) => {
    const rule = findRule(input, context);
    // Cached repositories stay: AWS's documentation does not say that anything deletes them.
    ownRegistry(input, context).rules.delete(namespaceOf(rule.ecrRepositoryPrefix));
    return rule;
  }),
  ValidatePullThroughCacheRule: operation(async (input, context) => {
    const rule = findRule(input, context);
    const failure = await context.upstream.check(context.account, context.region, rule.ecrRepositoryPrefix);
    return { ...rule, isValid: failure === undefined, failure };
  }),
};

function checkPrefixes(cache: string, upstreamPrefix: string | undefined): void {
  if (cache !== ROOT || upstreamPrefix === undefined || upstreamPrefix === ROOT) return;
  throw validation("The upstream repository prefix can be set only when the ECR repository prefix is not ROOT");
}
