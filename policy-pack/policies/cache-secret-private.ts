import { Secret } from "@pulumi/policy";
import { isPublicStatement } from "../aws/access";
import { isCacheSecret } from "../aws/credential";
import { allowsSomething, type Statement, statementsOf } from "../aws/policy-document";
import { accountsOf, namesEveryone } from "../aws/principals";
import { given, registryOf } from "../aws/registry";
import { kmsKeys, pullThroughCacheRule, secret, secretPolicy, secretVersion } from "../aws/types";
import { type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { read, text, type Unknown, unknown, type Value } from "../kit/values";
import { all, fail, pass, undecided, type Verdict } from "../kit/verdict";

interface Config {
  readonly trustedAccounts: readonly string[];
}

const defaultKey = /^(?:arn:aws(?:-\w+)*:kms:[a-z0-9-]+:\d{12}:)?alias\/aws\/secretsmanager$/;

export const cacheSecretPrivate = stackPolicy<Config>({
  name: "cache-secret-private",
  displayName: "Cache secrets use the default key and stay in the account",
  rule: "The secret of a pull-through cache rule must use the default key aws/secretsmanager, and its policy must name no public or foreign principal.",
  why: "ECR cannot read a secret under another key, and whoever reads the secret has the upstream account.",
  fix: "Leave kmsKeyId out, and take such principals out of the secret's policy.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-creating-secret.html",
  enforcementLevel: "mandatory",
  severity: "critical",
  trigger: secret,
  config: {
    trustedAccounts: {
      type: "array",
      items: { type: "string", pattern: "^[0-9]{12}$" },
      default: [],
      description: "Accounts beside the secret's own that its policy may name.",
    },
  },
  judge: judgeSecrets,
  remediates: { type: secretVersion, mend: ({ props }) => markSecret(props) },
});

/**
 * Makes plain values secret in Pulumi's sense. Pulumi shows a policy which values are secret only here: everywhere
 * else secrets and plain values look the same.
 */
function markSecret(props: Record<string, unknown>): Record<string, unknown> | undefined {
  const raw = unproxied(props);
  const plain = ["secretString", "secretBinary"].filter(
    (property) => typeof read(props, property) === "string" && !(raw[property] instanceof Secret),
  );
  for (const property of plain) props[property] = new Secret(raw[property]);
  return plain.length > 0 ? props : undefined;
}

/** The properties behind the proxies of @pulumi/policy, one of which unwraps secrets. */
function unproxied(props: Record<string, unknown>): Record<string, unknown> {
  let current = props;
  while (current.__isSpecialProxy === true) current = current.__getSpecialProxyTarget as Record<string, unknown>;
  return current;
}

export function judgeSecrets(resources: readonly StackResource[], config: Config): Finding[] {
  const used = secretsOfRules(resources);
  const policies = resources.filter((resource) => resource.type === secretPolicy);
  return resources
    .filter((resource) => resource.type === secret)
    .map((resource) => {
      const ours = used.has(resource.urn) || isCacheSecret(resource);
      if (ours === false) return { resource, verdict: pass };
      const attached = policies.filter((policy) => belongsTo(policy, resource));
      const verdict = all([judgeKey(resource), ...judgePolicies(resource, attached, config)]);
      const open = ours === unknown && (verdict.violations.length > 0 || verdict.undecided);
      return { resource, verdict: open ? undecided : verdict };
    });
}

function secretsOfRules(resources: readonly StackResource[]): ReadonlySet<string> {
  const feeds = resources
    .filter((resource) => resource.type === pullThroughCacheRule)
    .flatMap((rule) => rule.propertyDependencies.credentialArn ?? []);
  const behind = feeds
    .filter((feed) => feed.type === secretVersion)
    .flatMap((version) => version.propertyDependencies.secretId ?? []);
  return new Set([...feeds, ...behind].map((feed) => feed.urn));
}

function judgeKey(resource: StackResource): Verdict {
  const key = text(given(resource, "kmsKeyId"));
  if (key === undefined || (typeof key === "string" && defaultKey.test(key))) return pass;
  const fedByKey = (resource.propertyDependencies.kmsKeyId ?? []).some((feed) => kmsKeys.includes(feed.type));
  if (key === unknown && !fedByKey) return undecided;
  return fail("The secret has a kmsKeyId other than alias/aws/secretsmanager.");
}

function belongsTo(policy: StackResource, resource: StackResource): boolean {
  const feeds = policy.propertyDependencies.secretArn ?? [];
  const arn = text(read(policy.props, "secretArn"));
  if (typeof arn === "string") return arn === text(read(resource.props, "arn"));
  return feeds.some((feed) => feed.urn === resource.urn);
}

function judgePolicies(resource: StackResource, attached: readonly StackResource[], config: Config): Verdict[] {
  const account = registryOf(resource).account;
  const policies: readonly Value[] = [
    given(resource, "policy"),
    ...attached.map((policy) => read(policy.props, "policy")),
  ];
  return policies.map((policy) => judgePolicy(policy, account, config));
}

function judgePolicy(policy: Value, account: string | Unknown | undefined, config: Config): Verdict {
  const statements = statementsOf(policy);
  if (statements === unknown) return undecided;
  return all((statements ?? []).map((statement) => judgeStatement(statement, account, config)));
}

function judgeStatement(statement: Statement, account: string | Unknown | undefined, config: Config): Verdict {
  const allows = allowsSomething(statement);
  if (allows === false) return pass;
  if (isPublicStatement(statement) === true) return fail("The secret's policy lets everyone in.");
  if (namesEveryone(statement) === true && !keepsTo(statement, account, config)) {
    return isPublicStatement(statement) === unknown || typeof account !== "string"
      ? undecided
      : fail("The secret's policy lets in principals of other accounts.");
  }
  const { accounts, open } = accountsOf(statement);
  const others = accounts.filter((one) => one !== account && !config.trustedAccounts.includes(one));
  const foreign = typeof account === "string" ? others.length > 0 : new Set(others).size > 1;
  if (foreign && allows === true) return fail("The secret's policy names a principal of another account.");
  return open || others.length > 0 || allows === unknown ? undecided : pass;
}

/** Whether a statement for everyone is kept to the secret's own account and the trusted ones by its conditions. */
function keepsTo(statement: Statement, account: string | Unknown | undefined, config: Config): boolean {
  if (statement.conditions === unknown) return false;
  return statement.conditions.some(
    ({ operator, key, values }) =>
      operator === "stringequals" &&
      (key === "aws:principalaccount" || key === "aws:sourceaccount") &&
      values !== unknown &&
      values.every((value) => value === account || config.trustedAccounts.includes(String(value))),
  );
}
