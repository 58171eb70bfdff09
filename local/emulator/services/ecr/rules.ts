import type { CallContext } from "../../context";
import { AwsError } from "../../errors";
import { read, write } from "../../operation";
import { requirePassRole } from "../../policy/require";
import { ensureServiceLinkedRole, PULL_THROUGH_CACHE } from "../../policy/service-linked-roles";
import type { PullThroughCacheRule } from "../../state/model";
import { invalidEcrToken, page } from "../../validation/pages";
import { enumeration, list, required, string, structure } from "../../validation/shape";
import { invalidParameter, limitExceeded, validation } from "./errors";
import { namespaceOf, ROOT } from "./prefixes";
import { ownRegistry } from "./registry";
import { checkRuleCredentials } from "./rule-credentials";
import { customRoleArn, maxResults, nextToken, registryId, rulePrefix } from "./shapes";
import { UPSTREAM_NAMES, upstreamRegistry } from "./upstream-registries";

const RULES_PER_REGISTRY = 50;
const UNSUPPORTED_REGIONS = ["cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1"];

const credentialArn = string({
  min: 50,
  max: 612,
  pattern: /^arn:aws(?:-\w+)*:secretsmanager:[a-zA-Z0-9-:]+:secret:ecr-pullthroughcache\/[a-zA-Z0-9/_+=.@-]+$/,
});

function view(rule: PullThroughCacheRule, context: CallContext) {
  return {
    ecrRepositoryPrefix: rule.ecrRepositoryPrefix,
    upstreamRegistryUrl: rule.upstreamRegistryUrl,
    upstreamRegistry: rule.upstreamRegistry,
    upstreamRepositoryPrefix: rule.upstreamRepositoryPrefix,
    credentialArn: rule.credentialArn,
    customRoleArn: rule.customRoleArn,
    createdAt: new Date(rule.createdAt),
    updatedAt: new Date(rule.updatedAt),
    registryId: context.account,
  };
}

function findRule(input: { ecrRepositoryPrefix: string; registryId?: string }, context: CallContext) {
  const rule = ownRegistry(input, context).rules.get(namespaceOf(input.ecrRepositoryPrefix));
  if (rule !== undefined) return rule;
  throw new AwsError(
    "PullThroughCacheRuleNotFoundException",
    `The pull through cache rule with prefix '${input.ecrRepositoryPrefix}' does not exist in the registry with id '${context.account}'`,
  );
}

export const CreatePullThroughCacheRule = write(
  structure({
    ecrRepositoryPrefix: required(rulePrefix),
    upstreamRegistryUrl: required(string()),
    registryId,
    upstreamRegistry: enumeration(UPSTREAM_NAMES),
    credentialArn,
    customRoleArn,
    upstreamRepositoryPrefix: rulePrefix,
  }),
  (input, context) => {
    const state = ownRegistry(input, context);
    if (UNSUPPORTED_REGIONS.includes(context.region)) {
      throw validation(`Pull through cache rules are not available in Region ${context.region}`);
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
      throw new AwsError(
        "PullThroughCacheRuleAlreadyExistsException",
        `The pull through cache rule with prefix '${input.ecrRepositoryPrefix}' already exists in the registry with id '${context.account}'`,
      );
    }
    if (state.rules.size >= RULES_PER_REGISTRY) {
      throw limitExceeded(
        `The registry with id '${context.account}' has ${RULES_PER_REGISTRY} pull through cache rules already`,
      );
    }
    requirePassRole(input.customRoleArn, context);
    checkRuleCredentials(input, upstream, context);
    ensureServiceLinkedRole(context, PULL_THROUGH_CACHE);
    const now = context.cloud.clock.now();
    const rule: PullThroughCacheRule = {
      ecrRepositoryPrefix: input.ecrRepositoryPrefix,
      upstreamRegistryUrl: input.upstreamRegistryUrl,
      upstreamRegistry: upstream.name,
      // AWS fills in ROOT for ECR upstreams, and its guide shows ROOT for a rule whose prefix is ROOT ("Wildcards for
      // ECR to ECR pull through cache"). For other upstreams it reports only what was sent.
      upstreamRepositoryPrefix:
        input.upstreamRepositoryPrefix ?? (upstream.name === "ecr" || namespace === ROOT ? ROOT : undefined),
      credentialArn: input.credentialArn,
      customRoleArn: input.customRoleArn,
      createdAt: now,
      updatedAt: now,
    };
    state.rules.set(namespace, rule);
    const { updatedAt: _, ...created } = view(rule, context);
    return created;
  },
);

function checkPrefixes(cache: string, upstreamPrefix: string | undefined): void {
  if (cache !== ROOT || upstreamPrefix === undefined || upstreamPrefix === ROOT) return;
  throw validation("The upstream repository prefix can be set only when the ECR repository prefix is not ROOT");
}

export const DescribePullThroughCacheRules = read(
  structure({
    registryId,
    ecrRepositoryPrefixes: list(rulePrefix, { min: 1, max: 100 }),
    nextToken,
    maxResults,
  }),
  (input, context) => {
    const state = ownRegistry(input, context);
    if (input.ecrRepositoryPrefixes !== undefined) {
      const rules = input.ecrRepositoryPrefixes.map((prefix) => findRule({ ecrRepositoryPrefix: prefix }, context));
      return { pullThroughCacheRules: rules.map((rule) => view(rule, context)) };
    }
    const { items, nextToken } = page(
      [...state.rules.values()],
      input.maxResults ?? 100,
      input.nextToken,
      invalidEcrToken(),
    );
    return { pullThroughCacheRules: items.map((rule) => view(rule, context)), nextToken };
  },
);

export const UpdatePullThroughCacheRule = write(
  structure({ registryId, ecrRepositoryPrefix: required(rulePrefix), credentialArn, customRoleArn }),
  (input, context) => {
    const rule = findRule(input, context);
    if (input.credentialArn === undefined && input.customRoleArn === undefined) {
      throw invalidParameter("Please set either credential arn or role arn to update the credentials");
    }
    const changed = {
      upstreamRegistryUrl: rule.upstreamRegistryUrl,
      credentialArn: input.credentialArn ?? rule.credentialArn,
      customRoleArn: input.customRoleArn ?? rule.customRoleArn,
    };
    requirePassRole(input.customRoleArn, context);
    const upstream = upstreamRegistry(rule.upstreamRegistryUrl);
    if (upstream) checkRuleCredentials(changed, upstream, context);
    Object.assign(rule, changed, { updatedAt: context.cloud.clock.now() });
    const { createdAt: _, upstreamRegistry: __, upstreamRegistryUrl: ___, ...updated } = view(rule, context);
    return updated;
  },
);

export const DeletePullThroughCacheRule = write(
  structure({ ecrRepositoryPrefix: required(rulePrefix), registryId }),
  (input, context) => {
    const rule = findRule(input, context);
    // Cached repositories stay: AWS's documentation does not say that anything deletes them.
    ownRegistry(input, context).rules.delete(namespaceOf(rule.ecrRepositoryPrefix));
    const { updatedAt: _, upstreamRegistry: __, ...deleted } = view(rule, context);
    return deleted;
  },
);

export const ValidatePullThroughCacheRule = read(
  structure({ ecrRepositoryPrefix: required(rulePrefix), registryId }),
  async (input, context) => {
    const rule = findRule(input, context);
    const failure = await context.upstream.check(context.account, context.region, rule.ecrRepositoryPrefix);
    const { createdAt: _, updatedAt: __, upstreamRegistry: ___, ...validated } = view(rule, context);
    return { ...validated, isValid: failure === undefined, failure };
  },
);
