import { type Registry, registryOf, sameAccount, sameRegistry } from "../aws/account/registry";
import {
  cacheSecretPrefix,
  isCacheSecretName,
  parseCredentialArn,
  secretNameStart,
  secretsFeeding,
} from "../aws/caches/credential";
import { accessOf, ecrAccount, rightHost, upstreamHost } from "../aws/images/upstreams";
import { pullThroughCacheRule } from "../aws/types";
import { type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { fieldsOf, items, read, text, type Unknown, unknown } from "../kit/values";
import { all, fail, pass, undecided, type Verdict } from "../kit/verdict";

export const ruleHasCredential = stackPolicy<object>({
  name: "rule-has-credential",
  displayName: "Rules have the credentials that their upstream needs",
  rule: `A rule for an upstream that needs credentials must name a secret called ${cacheSecretPrefix}... in the rule's own account and Region, and a rule for another account's ECR a role.`,
  why: "ECR refuses such a rule, or creates it and then fails every pull.",
  fix: "Set the rule's credentialArn to a secret with a name that starts with ecr-pullthroughcache/, in the rule's account and Region. For the ECR of another account, set customRoleArn instead.",
  snippet: `
const secret = new aws.secretsmanager.Secret("hub", { name: "ecr-pullthroughcache/hub" });
const token = new aws.secretsmanager.SecretVersion("hub", {
  secretId: secret.id,
  secretString: pulumi.jsonStringify({
    username: config.require("hubUser"),
    accessToken: config.requireSecret("hubToken"),
  }),
});
new aws.ecr.PullThroughCacheRule("hub", {
  ecrRepositoryPrefix: "hub",
  upstreamRegistryUrl: "registry-1.docker.io",
  credentialArn: token.arn,
});`,
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-creating-secret.html",
  enforcementLevel: "mandatory",
  severity: "high",
  topic: "availability",
  trigger: pullThroughCacheRule,
  judge: judgeRules,
});

export function judgeRules(resources: readonly StackResource[]): Finding[] {
  return resources
    .filter((resource) => resource.type === pullThroughCacheRule)
    .map((rule) => ({ resource: rule, verdict: judgeRule(rule) }));
}

function judgeRule(rule: StackResource): Verdict {
  const url = text(read(rule.props, "upstreamRegistryUrl"));
  const credential = text(read(rule.props, "credentialArn"));
  const host = typeof url === "string" ? upstreamHost(url) : undefined;
  if (host !== undefined && accessOf(host) === "ecr") return judgeRole(rule, host);
  if (credential === undefined) return url === unknown ? undecided : needed(host);
  const verdict = judgeCredential(rule, credential);
  // If the upstream is not known yet, it may need no credential, and then a wrong one does not matter.
  return url === unknown && verdict !== pass ? undecided : verdict;
}

/** A wrong name of a host is reported by upstream-supported. */
function needed(host: string | undefined): Verdict {
  return host === undefined || rightHost(host) !== undefined || accessOf(host) !== "secret"
    ? pass
    : fail(`${host} requires credentials, and the rule has no credentialArn.`);
}

function judgeRole(rule: StackResource, host: string): Verdict {
  if (text(read(rule.props, "customRoleArn")) !== undefined) return pass;
  const { account } = registryOf(rule);
  if (typeof account !== "string") return undecided;
  return account === ecrAccount(host)
    ? pass
    : fail("The upstream is the ECR of another account, and the rule has no customRoleArn.", "Set customRoleArn.");
}

function judgeCredential(rule: StackResource, credential: string | Unknown): Verdict {
  const registry = registryOf(rule);
  if (credential !== unknown) return judgeArn(credential, registry);
  const verdicts = secretsFeeding(rule).map((one) => judgeSecret(one, registry));
  // If several secrets feed the ARN, it may be any of theirs.
  const [first] = verdicts;
  return first !== undefined && agree(verdicts) ? first : undecided;
}

function agree(verdicts: readonly Verdict[]): boolean {
  return verdicts.every((verdict) => verdict === pass) || verdicts.every((verdict) => verdict.violations.length > 0);
}

function judgeArn(arn: string, registry: Registry): Verdict {
  const parts = parseCredentialArn(arn);
  if (parts === undefined) return fail("The credentialArn is not the full ARN of a Secrets Manager secret.");
  const verdicts = [isCacheSecretName(parts.name) ? pass : badName];
  if (typeof registry.region !== "string") verdicts.push(undecided);
  else if (registry.region !== parts.region) verdicts.push(fail(otherRegion(parts.region, registry.region)));
  if (typeof registry.account === "string" && registry.account !== parts.account) verdicts.push(otherAccount);
  return settle(verdicts);
}

function judgeSecret(credential: StackResource, registry: Registry): Verdict {
  const place = registryOf(credential);
  const start = secretNameStart(credential);
  const verdicts: Verdict[] = [];
  if (start === undefined || (typeof start === "string" && !start.startsWith(cacheSecretPrefix)))
    verdicts.push(badName);
  if (start === unknown) verdicts.push(undecided);
  if (sameAccount(place, registry) === false) verdicts.push(otherAccount);
  else verdicts.push(judgePlace(credential, place, registry));
  return settle(verdicts);
}

/** A secret is also in the Regions that it is replicated to. There the rule's ARN is derived from the secret's. */
function judgePlace(credential: StackResource, place: Registry, registry: Registry): Verdict {
  const here = sameRegistry(place, registry);
  if (here === true) return pass;
  const replicas = items(read(credential.props, "replicas"));
  const regions =
    replicas === unknown ? [unknown] : replicas.map((one) => (one === unknown ? one : fieldsOf(one).region));
  if (regions.some((region) => typeof region === "string" && region === registry.region)) return pass;
  if (here === unknown || regions.includes(unknown)) return undecided;
  return fail(otherRegion(String(place.region), String(registry.region)));
}

function settle(verdicts: readonly Verdict[]): Verdict {
  const verdict = all(verdicts);
  return verdict.violations.length === 0 && !verdict.undecided ? pass : verdict;
}

const badName = fail(
  `The name of the rule's secret does not start with ${cacheSecretPrefix}, so ECR cannot read it.`,
  `Name the secret ${cacheSecretPrefix}<name>.`,
);
const otherAccount = fail(
  "The rule's secret is in another account than the rule.",
  "Create the secret with the rule's provider.",
);

function otherRegion(secretRegion: string, ruleRegion: string): string {
  return `The rule's secret is in ${secretRegion}, the rule in ${ruleRegion}.`;
}
