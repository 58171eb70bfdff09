import { DescribeSecretCommand, GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { errorName, isDenied } from "../aws/errors";
import type { Code, Finding } from "./finding";
import type { RegionFacts } from "./region";

/** The tag of a secret with the day on which its token expires, such as `2027-03-01`. */
export const TOKEN_EXPIRES_TAG = "pull-through-cache:token-expires";

const DAY = 24 * 60 * 60 * 1000;
const DATE = /^\d{4}-\d{2}-\d{2}(T|$)/;
const SOON_DAYS = 30;

/**
 * Whether ECR can use a rule's secret: it exists, is not scheduled for deletion, has the default key and the two keys
 * that ECR reads, and its token does not expire soon. Its values are checked but never kept. Source: Amazon ECR user
 * guide, "Storing your upstream repository credentials in an AWS Secrets Manager secret".
 */
export async function checkSecret(arn: string, facts: RegionFacts, unchecked: string[]): Promise<Finding[]> {
  const { secrets, now } = facts;
  let described: Awaited<ReturnType<typeof describe>>;
  try {
    described = await describe();
  } catch (error) {
    if (isDenied(error)) return skip("secretsmanager:DescribeSecret");
    if (errorName(error) === "ResourceNotFoundException") {
      return [finding("secret-missing", "the rule's secret does not exist", "run `pulumi up --refresh`")];
    }
    throw error;
  }
  const { DeletedDate, KmsKeyId, Tags = [] } = described;
  if (DeletedDate) {
    return [
      finding(
        "secret-deleted",
        "the rule's secret is scheduled for deletion",
        `aws secretsmanager restore-secret --secret-id ${arn}`,
      ),
    ];
  }
  const findings: Finding[] = [];
  if (KmsKeyId && !/(^|\/)aws\/secretsmanager$/.test(KmsKeyId)) {
    const fix =
      "use the default key aws/secretsmanager: aws secretsmanager update-secret --kms-key-id alias/aws/secretsmanager";
    findings.push(finding("secret-key", "the secret is encrypted with a key of your own, which ECR cannot use", fix));
  }
  findings.push(...expiry(Tags.find(({ Key }) => Key === TOKEN_EXPIRES_TAG)?.Value, now));
  findings.push(...(await checkKeys()));
  return findings;

  function describe() {
    return secrets.send(new DescribeSecretCommand({ SecretId: arn }));
  }

  function skip(permission: string): Finding[] {
    unchecked.push(`secret: no permission for ${permission}`);
    return [];
  }

  async function checkKeys(): Promise<Finding[]> {
    try {
      const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: arn }));
      const missing = missingKeys(SecretString);
      if (missing.length === 0) return [];
      return [
        finding(
          "secret-value",
          `the secret is not JSON with ${missing.join(" and ")}, so ECR cannot log in`,
          "set the credentials (`pulumi config set --secret`) and run `pulumi up`",
        ),
      ];
    } catch (error) {
      if (isDenied(error)) return skip("secretsmanager:GetSecretValue");
      if (errorName(error) === "ResourceNotFoundException") {
        return [finding("secret-value", "the secret has no value", "set the credentials and run `pulumi up`")];
      }
      throw error;
    }
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

function expiry(date: string | undefined, now: Date): Finding[] {
  if (date === undefined) return [];
  const expires = Date.parse(date);
  if (!DATE.test(date) || Number.isNaN(expires)) {
    const fix = `write the day into the tag ${TOKEN_EXPIRES_TAG}, such as 2027-03-01`;
    return [finding("token-date", "the tag with the day on which the token expires is not a date", fix)];
  }
  const days = Math.floor((expires - now.getTime()) / DAY);
  const fix = "create a new token at the upstream, set it (`pulumi config set --secret`), run `pulumi up`";
  if (days < 0) return [finding("token-expires", `the token expired on ${date}`, fix)];
  return days <= SOON_DAYS ? [finding("token-expires", `the token expires in ${days} days, on ${date}`, fix)] : [];
}

function finding(code: Code, problem: string, fix: string): Finding {
  return { check: "secret", code, problem, fix };
}
