import {
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
} from "@aws-sdk/client-secrets-manager";
import { errorName } from "../aws/errors";
import type { Cache, DeclaredSecret } from "../caches/model";
import { shellWord } from "../shell";
import { counted } from "../terminal/count";
import { attempt } from "./attempt";
import { comparison, isSamePolicy, isSameTags } from "./compare";
import { type Code, type Finding, found, NOTHING, type Outcome, together } from "./finding";
import { awsCommand, type Fix, UP_AND_REFRESH } from "./fix";
import type { RegionFacts } from "./region";

/** The tag of a secret with the day on which its token expires, such as `2027-03-01`. */
export const TOKEN_EXPIRES_TAG = "pull-through-cache:token-expires";

const DAY = 24 * 60 * 60 * 1000;
const DATE = /^\d{4}-\d{2}-\d{2}(T|$)/;
const SOON_DAYS = 30;

/** A secret of rules, and who uses it. */
interface Place {
  readonly arn: string;
  readonly region: string;
  /** Of the caches with this secret. */
  readonly prefixes: readonly string[];
}

/** What is wrong with a secret. */
interface Fault {
  readonly code: Code;
  readonly problem: string;
  /** What must change, so that one command changes all of it. */
  readonly needs: readonly ("value" | "key" | "tag")[];
}

/**
 * Whether ECR can use a rule's secret: it exists, is not scheduled for deletion, has the default key and the two keys
 * that ECR reads, and its token does not expire soon. Its values are checked but never kept. Source: Amazon ECR user
 * guide, "Storing your upstream repository credentials in an AWS Secrets Manager secret".
 *
 * @param upstream What ECR says about the upstream, which often has the same cause.
 */
export async function checkSecret(
  { prefix, region, declared }: Cache,
  arn: string,
  facts: RegionFacts,
  upstream: Promise<Outcome>,
): Promise<Outcome> {
  const [reachable, secret, value] = await Promise.all([
    upstream,
    faultsFrom(() => facts.shared(`secret ${arn}`, () => faultsOfSecret(arn, facts))),
    faultsFrom(() => facts.shared(`value ${arn}`, () => faultsOfValue(arn, facts))),
  ]);
  const isGone = secret.faults.some(({ code }) => code === "secret-missing" || code === "secret-deleted");
  const isKnown = !isGone && secret.outcome === NOTHING;
  const wanted = isKnown ? declared?.stack?.secret : undefined;
  const failure = reachable.findings.find(({ code }) => code === "upstream-fails");
  const faults: Fault[] = [
    ...secret.faults,
    ...(isGone ? [] : value.faults),
    ...(failure ? [{ code: failure.code, problem: failure.problem, needs: ["value"] as const }] : []),
  ];
  return together(
    { ...reachable, findings: reachable.findings.filter((one) => one !== failure) },
    faults.length === 0 ? NOTHING : found(oneFinding(faults, { arn, region, prefixes: sharing(arn, prefix, facts) })),
    secret.outcome,
    isGone ? NOTHING : value.outcome,
    wanted ? await attempt("secret", () => compareSecret(wanted, arn, facts)) : NOTHING,
  );
}

function describe(arn: string, { secrets, shared }: RegionFacts): Promise<DescribeSecretCommandOutput> {
  return shared(`described ${arn}`, () => secrets.send(new DescribeSecretCommand({ SecretId: arn })));
}

/** Whether everything but the value is as the stack declares it. The stack keeps the value encrypted. */
async function compareSecret(wanted: DeclaredSecret, arn: string, facts: RegionFacts): Promise<Outcome> {
  const { region, secrets, shared } = facts;
  const [{ Description, Tags = [] }, { ResourcePolicy }] = await Promise.all([
    describe(arn, facts),
    shared(`policy ${arn}`, () => secrets.send(new GetResourcePolicyCommand({ SecretId: arn }))),
  ]);
  const fields = [
    ...((Description || undefined) === wanted.description ? [] : ["description"]),
    ...(isSameTags(Tags, wanted.tags) ? [] : ["tags"]),
    ...(isSamePolicy(wanted.policy, ResourcePolicy) ? [] : ["policy"]),
  ];
  const isForeign = wanted.policy === undefined && fields.includes("policy");
  const remove = awsCommand("secretsmanager delete-resource-policy", { region, "secret-id": arn });
  const pulumi = [
    ...(fields.some((field) => field !== "policy" || !isForeign) ? [UP_AND_REFRESH] : []),
    ...(isForeign ? [`run: ${remove}`] : []),
  ].join(", then ");
  return comparison("secret", fields, wanted.hidden, (names) => ({
    ...({ check: "secret", code: "secret-differs" } as const),
    ...{ problem: `the secret differs from the stack's: ${names}`, fix: { pulumi } },
  }));
}

async function faultsFrom(read: () => Promise<readonly Fault[]>) {
  let faults: readonly Fault[] = [];
  const outcome = await attempt("secret", async () => {
    faults = await read();
    return NOTHING;
  });
  return { faults, outcome };
}

/** The prefixes of the caches with this secret, first the one that is checked. */
function sharing(arn: string, prefix: string, { caches }: RegionFacts): string[] {
  const others = caches.filter(({ deployed }) => deployed?.credentialArn === arn).map((cache) => cache.prefix);
  return [...new Set([prefix, ...others])];
}

/** One cause has one finding, and one fix. */
function oneFinding(faults: readonly Fault[], place: Place): Finding {
  const [{ code } = { code: "upstream-fails" as const }] = faults;
  const check = code === "upstream-fails" ? "upstream" : "secret";
  return { check, code, problem: faults.map(({ problem }) => problem).join("; "), fix: fixFor(code, faults, place) };
}

async function faultsOfSecret(arn: string, facts: RegionFacts): Promise<Fault[]> {
  try {
    const { DeletedDate, KmsKeyId, Tags = [] } = await describe(arn, facts);
    if (DeletedDate)
      return [{ code: "secret-deleted", problem: "the rule's secret is scheduled for deletion", needs: [] }];
    const problem = "the secret is encrypted with a key of your own, which ECR cannot use";
    const isOwnKey = KmsKeyId !== undefined && !/(^|\/)aws\/secretsmanager$/.test(KmsKeyId);
    const key: Fault[] = isOwnKey ? [{ code: "secret-key", problem, needs: ["key"] }] : [];
    return [...key, ...expiry(Tags.find(({ Key }) => Key === TOKEN_EXPIRES_TAG)?.Value, facts.now)];
  } catch (error) {
    if (errorName(error) !== "ResourceNotFoundException") throw error;
    return [{ code: "secret-missing", problem: "the rule's secret does not exist", needs: [] }];
  }
}

async function faultsOfValue(arn: string, { secrets }: RegionFacts): Promise<Fault[]> {
  const fault = (problem: string): Fault[] => [{ code: "secret-value", problem, needs: ["value"] }];
  try {
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: arn }));
    const missing = missingKeys(SecretString);
    return missing.length === 0
      ? []
      : fault(`the secret is not JSON with ${missing.join(" and ")}, so ECR cannot log in`);
  } catch (error) {
    if (errorName(error) === "ResourceNotFoundException") return fault("the secret has no value");
    throw error;
  }
}

/** The keys that ECR needs but the secret's text does not have. */
function missingKeys(text: string | undefined): string[] {
  let found: unknown;
  try {
    found = JSON.parse(text ?? "");
  } catch {
    // All keys count as missing below. The parser's message would quote the text.
  }
  const values = (typeof found === "object" && found !== null ? found : {}) as { [key: string]: unknown };
  return ["username", "accessToken"].filter((key) => typeof values[key] !== "string" || values[key] === "");
}

function expiry(date: string | undefined, now: Date): Fault[] {
  if (date === undefined) return [];
  const expires = Date.parse(date);
  if (!DATE.test(date) || Number.isNaN(expires)) {
    const problem = "the tag with the day on which the token expires is not a date";
    return [{ code: "token-date", problem, needs: ["tag"] }];
  }
  const days = Math.floor((expires - now.getTime()) / DAY);
  if (days > SOON_DAYS) return [];
  const problem =
    days < 0 ? `the token expired on ${date}` : `the token expires in ${counted(days, "day")}, on ${date}`;
  return [{ code: "token-expires", problem, needs: ["value", "tag"] }];
}

function fixFor(code: Code, faults: readonly Fault[], { arn, region, prefixes }: Place): Fix {
  if (code === "secret-deleted") {
    const restore = awsCommand("secretsmanager restore-secret", { region, "secret-id": arn });
    return { pulumi: restore, aws: restore };
  }
  if (code === "secret-missing") return { pulumi: UP_AND_REFRESH, aws: newSecret({ arn, region, prefixes }) };
  const needs = new Set(faults.flatMap(({ needs }) => needs));
  const key = needs.has("key") ? { "kms-key-id": "alias/aws/secretsmanager" } : {};
  const value = needs.has("value") ? { "secret-string": "file://secret.json" } : {};
  const secret = { region, "secret-id": arn };
  const update = (options: object) => awsCommand("secretsmanager update-secret", { ...secret, ...options });
  const tag = awsCommand("secretsmanager tag-resource", {
    ...secret,
    tags: [{ Key: TOKEN_EXPIRES_TAG, Value: "<YYYY-MM-DD>" }],
  });
  const aws = [
    ...(needs.has("key") || needs.has("value") ? [update({ ...key, ...value })] : []),
    ...(needs.has("tag") ? [tag] : []),
  ].join(" && ");
  const [prefix] = prefixes;
  const isExpired = code === "token-expires";
  const set = (isExpired ? ["accessToken"] : ["username", "accessToken"]).map(
    (name) => `pulumi config set --secret --path ${shellWord(`pull-through-cache:credentials.${prefix}.${name}`)}`,
  );
  const login = `set ${isExpired ? "a new token" : "the user name and a new token"}, for example with \`${set.join(" && ")}\``;
  const pulumi = [
    ...(needs.has("key") ? [`run \`${update(key)}\``] : []),
    ...(needs.has("tag") ? ["set the entry's `tokenExpires`"] : []),
    ...(needs.has("value") ? [login] : []),
    ...(needs.has("value") || needs.has("tag") ? ["run `pulumi up`"] : []),
  ].join(", ");
  const isUnclear = code === "upstream-fails" && !faults.some(({ problem }) => REFUSED.test(problem));
  const wait = isUnclear ? "if the upstream is down, wait; otherwise " : "";
  return { pulumi: `${wait}${pulumi}`, aws: `${wait}${needs.has("value") ? `${WRITE_SECRET}: ` : ""}${aws}` };
}

/** ECR has no code for what it says about the upstream. */
const REFUSED = /credential|authenticat|unauthori[sz]ed|denied|\b40[13]\b/i;

/** A token on the command line would be in the shell's history, and visible to other processes. */
const WRITE_SECRET = 'write {"username": "<user>", "accessToken": "<token>"} to secret.json, then run';

function newSecret({ arn, region, prefixes }: Place): string {
  // Secrets Manager adds a hyphen and six characters to the name.
  const name = arn.split(":secret:")[1]?.replace(/-[A-Za-z0-9]{6}$/, "") ?? "";
  const create = awsCommand("secretsmanager create-secret", {
    ...{ region, name, "secret-string": "file://secret.json", query: "ARN", output: "text" },
  });
  const updates = [...prefixes].sort().map((prefix) => {
    const update = awsCommand("ecr update-pull-through-cache-rule", { region, "ecr-repository-prefix": prefix });
    return `${update} --credential-arn "$secret"`;
  });
  return `${WRITE_SECRET}: ${[`secret="$(${create})"`, ...updates].join(" && ")}`;
}
