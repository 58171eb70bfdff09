import { ECRClient } from "@aws-sdk/client-ecr";
import { IAMClient } from "@aws-sdk/client-iam";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { CannotRunError } from "../exit";

/** Calls are retried with growing pauses, because thousands of calls in a row exceed ECR's rate limits. */
export const RETRIES = { retryMode: "adaptive", maxAttempts: 8 } as const;

/** The keys of a role's session. */
export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Clients with the SDK's usual credentials and endpoint: environment, profile, role of the machine. */
export function ecrClient(region: string, credentials?: Session): ECRClient {
  return new ECRClient({ region, ...RETRIES, ...(credentials && { credentials }) });
}

export function secretsClient(region: string): SecretsManagerClient {
  return new SecretsManagerClient({ region, ...RETRIES });
}

export function iamClient(region: string): IAMClient {
  return new IAMClient({ region, ...RETRIES });
}

/** The Region from the environment or the profile. */
export async function defaultRegion(): Promise<string> {
  try {
    return await new ECRClient({}).config.region();
  } catch {
    throw new CannotRunError("No Region is set: give --region, or set AWS_REGION.");
  }
}

/** A session of a role that the caller may assume. */
export async function assumeRole(region: string, RoleArn: string): Promise<Session> {
  const sts = new STSClient({ region, ...RETRIES });
  const { Credentials: keys } = await sts.send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: "pull-through-cache-verify" }),
  );
  if (!keys?.AccessKeyId || !keys.SecretAccessKey) throw new CannotRunError(`AWS returned no session for ${RoleArn}.`);
  return { accessKeyId: keys.AccessKeyId, secretAccessKey: keys.SecretAccessKey, sessionToken: keys.SessionToken };
}

/** The name of an AWS error, such as `AccessDeniedException`. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

/** Whether a call failed because of a missing permission. Services spell the error with and without the ending. */
export function isDenied(error: unknown): boolean {
  return /^AccessDenied(Exception)?$/.test(errorName(error));
}
