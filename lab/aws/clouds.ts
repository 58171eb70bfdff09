import { CloudControlClient } from "@aws-sdk/client-cloudcontrol";
import { ECRClient } from "@aws-sdk/client-ecr";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { Cloud } from "./sandbox";

export interface RealOptions {
  readonly kmsKey?: string;
  /** A profile of the AWS configuration files, for the partner. */
  readonly partnerProfile?: string;
}

/**
 * The account of the AWS credentials in the environment.
 * @throws Error if it is not the named account, or if the partner is the same account
 */
export async function realCloud(
  account: string,
  region: string,
  { kmsKey, partnerProfile }: RealOptions = {},
): Promise<Cloud> {
  const found = await accountOf({ region });
  if (found !== account) {
    throw new Error(`the AWS credentials in the environment are of account ${found}, not of ${account}`);
  }
  const cloud = { ...clients(account, { region }), kmsKey };
  if (partnerProfile === undefined) return cloud;
  const settings = { region, profile: partnerProfile };
  const partner = await accountOf(settings);
  if (partner === account)
    throw new Error(`the profile ${partnerProfile} is of account ${account} too, not of another`);
  return { ...cloud, partner: { account: partner, ecr: new ECRClient(settings) } };
}

async function accountOf(settings: { readonly region: string; readonly profile?: string }): Promise<string> {
  return (await new STSClient(settings).send(new GetCallerIdentityCommand({}))).Account ?? "";
}

export interface EmulatedOptions {
  readonly kmsKey?: string;
  /** The partner's account. */
  readonly partner?: string;
}

/** The emulator at a URL, used as the root of an account. */
export function emulatedCloud(
  url: string,
  account: string,
  region: string,
  { kmsKey, partner }: EmulatedOptions = {},
): Cloud {
  const settings = (id: string) => ({
    region,
    endpoint: url,
    credentials: { accessKeyId: `AKIAROOT${id}`, secretAccessKey: "local" },
  });
  return {
    ...clients(account, settings(account)),
    kmsKey,
    ...(partner !== undefined && { partner: { account: partner, ecr: new ECRClient(settings(partner)) } }),
  };
}

interface Settings {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

function clients(account: string, settings: Settings): Cloud {
  return {
    account,
    region: settings.region,
    ecr: new ECRClient(settings),
    iam: new IAMClient(settings),
    secrets: new SecretsManagerClient(settings),
    events: new EventBridgeClient(settings),
    scheduler: new SchedulerClient(settings),
    settings: new CloudControlClient(settings),
    ecrAs: async (RoleArn) => {
      const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: "probe" });
      const { Credentials: session } = await new STSClient(settings).send(command);
      const credentials = {
        accessKeyId: session?.AccessKeyId ?? "",
        secretAccessKey: session?.SecretAccessKey ?? "",
        sessionToken: session?.SessionToken,
      };
      return new ECRClient({ ...settings, credentials });
    },
  };
}
