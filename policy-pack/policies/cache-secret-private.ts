import { given, givenPart, registryOf } from "../aws/account/registry";
import { cacheSecrets, secretPolicies } from "../aws/caches/credential";
import { accountsNamed, admitting, letsIn, stranger } from "../aws/iam/access";
import { kmsKeys, secret } from "../aws/types";
import { type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { fieldsOf, items, text, type Unknown, unknown, type Value } from "../kit/values";
import { advisory, all, fail, pass, undecided, type Verdict } from "../kit/verdict";

interface Config {
  readonly trustedAccounts: readonly string[];
}

const defaultKey = /^(?:arn:aws(?:-\w+)*:kms:[a-z0-9-]+:\d{12}:)?alias\/aws\/secretsmanager$/;
/** The id of any key, also of aws/secretsmanager: only AWS knows which. */
const keyId = /^(?:arn:aws(?:-\w+)*:kms:[a-z0-9-]+:\d{12}:key\/)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const keyAdvice = "Leave kmsKeyId out: ECR reads only secrets under aws/secretsmanager.";
const ownAdvice = "In the Principal of that statement, name only principals of the secret's own account.";

export const cacheSecretPrivate = stackPolicy<Config>({
  name: "cache-secret-private",
  displayName: "Cache secrets use the default key and stay in the account",
  rule: "The secret of a pull through cache rule and its replicas must use the default key aws/secretsmanager, and its policy must not let in everyone, or another account by its number. It may let in an organization.",
  why: "ECR cannot read a secret under another key, and anybody who can read the secret can use the upstream account.",
  fix: "Leave kmsKeyId out of the secret. In its policy, name only principals of its own account, or name other accounts in trustedAccounts.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-creating-secret.html",
  enforcementLevel: "mandatory",
  severity: "critical",
  topic: "security",
  trigger: secret,
  config: {
    trustedAccounts: {
      type: "array",
      items: { type: "string", pattern: "^[0-9]{12}$" },
      default: [],
      description: "Accounts that the secret's policy may let in, besides its own.",
    },
  },
  judge: judgeSecrets,
});

export function judgeSecrets(resources: readonly StackResource[], config: Config): Finding[] {
  return cacheSecrets(resources).flatMap(({ resource }) => {
    const { account } = registryOf(resource);
    const access = secretPolicies(resource, resources).map((one) => ({
      resource: one.resource,
      verdict: judgePolicy(one.policy, account, config),
    }));
    return [{ resource, verdict: all([judgeKey(resource), judgeReplicas(resource)]) }, ...access];
  });
}

function judgeKey(resource: StackResource): Verdict {
  const isOwn = (resource.propertyDependencies.kmsKeyId ?? []).some((feed) => kmsKeys.includes(feed.type));
  return judgeKeyOf("The secret", text(given(resource, "kmsKeyId")), isOwn);
}

function judgeReplicas(resource: StackResource): Verdict {
  const replicas = items(given(resource, "replicas"));
  if (replicas === unknown) return undecided;
  const keys = replicas.map((replica) => {
    const key = replica === unknown ? unknown : fieldsOf(replica).kmsKeyId;
    return text(givenPart(resource, "replicas", key));
  });
  return all(keys.map((key) => judgeKeyOf("A replica of the secret", key, false)));
}

/** `isOwn` if it comes from a key of the stack, which is never the default key. */
function judgeKeyOf(what: string, key: string | Unknown | undefined, isOwn: boolean): Verdict {
  if (key === undefined || (typeof key === "string" && defaultKey.test(key))) return pass;
  if (key === unknown && !isOwn) return undecided;
  return typeof key === "string" && keyId.test(key) && !isOwn
    ? advisory(
        fail(`${what} has the id of a key as its kmsKeyId, which may be another than aws/secretsmanager.`, keyAdvice),
      )
    : fail(`${what} has a kmsKeyId other than alias/aws/secretsmanager.`, keyAdvice);
}

function judgePolicy(policy: Value, account: string | Unknown | undefined, config: Config): Verdict {
  const open = letsIn(policy, stranger);
  if (open === true) return fail(`${admitting(policy, stranger)} of the secret's policy lets everyone in.`, ownAdvice);
  const others = accountsNamed(policy)
    .filter((one) => one !== account && !config.trustedAccounts.includes(one))
    .map((one) => ({ account: one, answer: letsIn(policy, { account: one }) }));
  const admitted = others.filter(({ answer }) => answer === true);
  // If the secret's own account is not known yet, it may be one of those that the policy lets in.
  const [first] = typeof account === "string" ? admitted : admitted.slice(1);
  if (first !== undefined) {
    return fail(
      `${admitting(policy, first)} of the secret's policy lets in another account.`,
      `${ownAdvice} If it is meant, name the account in trustedAccounts.`,
    );
  }
  return open === unknown || admitted.length > 0 || others.some(({ answer }) => answer === unknown) ? undecided : pass;
}
