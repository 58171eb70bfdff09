import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import { IAMClient } from "@aws-sdk/client-iam";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { fromIni } from "@aws-sdk/credential-provider-ini";
import { CannotRunError } from "../exit";
import type { Terminal } from "../terminal/terminal";
import { watchCalls } from "./calls";
import { connection } from "./connection";
import { noSuchRegion } from "./regions";

/** The keys of a role's session. */
interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface AwsOptions {
  /** How long to wait for an answer, in seconds. */
  readonly timeout?: number;
}

/** Calls are retried with growing pauses, because thousands of calls in a row exceed ECR's rate limits. */
const RETRIES = { retryMode: "adaptive", maxAttempts: 8 } as const;

const DEFAULT_TIMEOUT_SECONDS = 60;

/**
 * The clients of a command, one for each service and Region. They use the SDK's usual credentials and endpoint:
 * environment, profile, role of the machine.
 */
export class Aws {
  readonly ecr: ForRegion<ECRClient>;
  readonly ecs: ForRegion<ECSClient>;
  readonly iam: ForRegion<IAMClient>;
  readonly lambda: ForRegion<LambdaClient>;
  readonly secrets: ForRegion<SecretsManagerClient>;
  readonly sts: ForRegion<STSClient>;

  constructor(
    private readonly terminal: Terminal,
    private readonly options: AwsOptions = {},
    credentials?: Session | ReturnType<typeof fromIni>,
  ) {
    const requestHandler = connection(options.timeout ?? DEFAULT_TIMEOUT_SECONDS);
    const settings = { ...RETRIES, requestHandler, ...(credentials && { credentials }) };
    this.ecr = once((region) => watchCalls(new ECRClient({ region, ...settings }), terminal));
    this.ecs = once((region) => watchCalls(new ECSClient({ region, ...settings }), terminal));
    this.lambda = once((region) => watchCalls(new LambdaClient({ region, ...settings }), terminal));
    this.iam = once((region) => watchCalls(new IAMClient({ region, ...settings }), terminal));
    this.secrets = once((region) => watchCalls(new SecretsManagerClient({ region, ...settings }), terminal));
    this.sts = once((region) => watchCalls(new STSClient({ region, ...settings }), terminal));
  }

  /** The clients of another profile. */
  ofProfile(profile: string): Aws {
    return new Aws(this.terminal, this.options, fromIni({ profile }));
  }

  /** The clients of a role that the caller may assume. */
  async assume(region: string, RoleArn: string): Promise<Aws> {
    const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: "pull-through-cache-verify" });
    const { Credentials: keys } = await this.sts(region).send(command);
    if (!keys?.AccessKeyId || !keys.SecretAccessKey)
      throw new CannotRunError(`AWS returned no session for ${RoleArn}.`);
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = keys;
    return new Aws(this.terminal, this.options, { accessKeyId, secretAccessKey, sessionToken });
  }
}

type ForRegion<C> = (region: string) => C;

/** Clients are kept, with their connections and their rate of calls. */
function once<C>(create: ForRegion<C>): ForRegion<C> {
  const clients = new Map<string, C>();
  return (region) => {
    const client = clients.get(region) ?? create(region);
    clients.set(region, client);
    return client;
  };
}

/** The Region of the environment or the profile, in the order of the AWS CLI. */
export async function defaultRegion(): Promise<string> {
  const { AWS_REGION, AWS_DEFAULT_REGION, AWS_PROFILE } = process.env;
  const found = AWS_REGION || AWS_DEFAULT_REGION || (await regionOfProfile());
  if (found === undefined) {
    const profile = AWS_PROFILE ? ` The profile "${AWS_PROFILE}" has none.` : "";
    throw new CannotRunError(`No Region is set: give --region, or set AWS_REGION.${profile}`);
  }
  const problem = noSuchRegion(found);
  if (problem !== undefined) throw new CannotRunError(`The Region of your environment is ${found}. ${problem}`);
  return found;
}

async function regionOfProfile(): Promise<string | undefined> {
  try {
    return await new ECRClient({}).config.region();
  } catch {
    return undefined;
  }
}
