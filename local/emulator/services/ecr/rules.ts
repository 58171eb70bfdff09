import type { ECR } from "@aws-sdk/client-ecr";
import type { CallContext } from "../../context";
import { AwsError, found } from "../../errors";
import { type OperationsOf, operationsOn } from "../../operation";
import { requirePassRole } from "../../policy/require";
import { ensureServiceLinkedRole, PULL_THROUGH_CACHE } from "../../policy/service-linked-roles";
import type { PullThroughCacheRule } from "../../state/model";
import { page } from "../pages";
import { namespaceOf, ROOT } from "./prefixes";
import {
  alreadyExists,
  invalidParameter,
  limitExceeded,
  notFound,
  onOwnRegistry,
  ownRegistry,
  validation,
} from "./registry";
import { checkRuleCredentials } from "./rule-credentials";
import { upstreamRegistry } from "./upstream-registries";

const RULES_PER_REGISTRY = 50;
const UNSUPPORTED_REGIONS = ["cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1"];

const describe = (prefix: string) => `pull through cache rule with prefix '${prefix}'`;

function findRule(input: { ecrRepositoryPrefix: string; registryId?: string }, context: CallContext) {
  const prefix = input.ecrRepositoryPrefix;
  const missing = () => notFound("PullThroughCacheRuleNotFoundException", describe(prefix), context.account);
  return found(ownRegistry(input, context).rules.get(namespaceOf(prefix)), missing);
}

const onRule = operationsOn(findRule);

export const rules: OperationsOf<ECR> = {
  CreatePullThroughCacheRule: onOwnRegistry((registry, input, context) => {
    const { account, region, cloud } = context;
    if (UNSUPPORTED_REGIONS.includes(region)) {
      throw validation(`Pull through cache rules are not available in Region ${region}`);
    }
    const unsupported = `The specified upstream registry URL '${input.upstreamRegistryUrl}' is not supported`;
    const upstream = found(
      upstreamRegistry(input.upstreamRegistryUrl),
      () => new AwsError("UnsupportedUpstreamRegistryException", unsupported),
    );
    if (input.upstreamRegistry !== undefined && input.upstreamRegistry !== upstream.name) {
      throw invalidParameter(`The upstream registry ${input.upstreamRegistry} has another URL`);
    }
    const { ecrRepositoryPrefix, upstreamRepositoryPrefix = ROOT } = input;
    if (ecrRepositoryPrefix === ROOT && upstreamRepositoryPrefix !== ROOT) {
      throw validation("The upstream repository prefix can be set only when the ECR repository prefix is not ROOT");
    }
    const namespace = namespaceOf(ecrRepositoryPrefix);
    if (registry.rules.has(namespace)) {
      throw alreadyExists("PullThroughCacheRuleAlreadyExistsException", describe(ecrRepositoryPrefix), account);
    }
    if (registry.rules.size >= RULES_PER_REGISTRY) {
      throw limitExceeded(`The registry has ${RULES_PER_REGISTRY} pull through cache rules already`);
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
    registry.rules.set(namespace, rule);
    return rule;
  }),
  DescribePullThroughCacheRules: onOwnRegistry(
    ({ rules }, { ecrRepositoryPrefixes, maxResults, nextToken }, context) => {
      if (ecrRepositoryPrefixes !== undefined) {
        const named = ecrRepositoryPrefixes.map((ecrRepositoryPrefix) => findRule({ ecrRepositoryPrefix }, context));
        return { pullThroughCacheRules: named };
      }
      const { items, ...next } = page([...rules.values()], maxResults, nextToken);
      return { pullThroughCacheRules: items, ...next };
    },
  ),
  UpdatePullThroughCacheRule: onRule((rule, input, context) => {
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
  DeletePullThroughCacheRule: onRule((rule, input, context) => {
    // Cached repositories stay: AWS's documentation does not say that anything deletes them.
    ownRegistry(input, context).rules.delete(namespaceOf(rule.ecrRepositoryPrefix));
    return rule;
  }),
  ValidatePullThroughCacheRule: onRule(async (rule, _input, context) => {
    const failure = await context.upstream.check(context.account, context.region, rule);
    return { ...rule, isValid: failure === undefined, failure };
  }),
};
