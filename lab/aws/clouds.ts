import { CloudControlClient } from "@aws-sdk/client-cloudcontrol";
import { ECRClient } from "@aws-sdk/client-ecr";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { Cloud } from "./sandbox";

/**
 * The account of the AWS credentials in the environment.
 * @throws Error if it is not the named account
 */
export async function realCloud(account: string, region: string): Promise<Cloud> {
  const { Account } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
  if (Account !== account) {
    throw new Error(`the AWS credentials in the environment are of account ${Account}, not of ${account}`);
  }
  return clients(account, { region });
}

/** The emulator at a URL, used as the root of an account. */
export function emulatedCloud(url: string, account: string, region: string): Cloud {
  const credentials = { accessKeyId: `AKIAROOT${account}`, secretAccessKey: "local" };
  return clients(account, { region, endpoint: url, credentials });
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
  };
}
