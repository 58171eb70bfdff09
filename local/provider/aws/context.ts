import type { CloudControl } from "@aws-sdk/client-cloudcontrol";
import type { ECR } from "@aws-sdk/client-ecr";
import type { EventBridge } from "@aws-sdk/client-eventbridge";
import type { IAM } from "@aws-sdk/client-iam";
import type { Scheduler } from "@aws-sdk/client-scheduler";
import type { SecretsManager } from "@aws-sdk/client-secrets-manager";
import type { SNS } from "@aws-sdk/client-sns";
import type { STS } from "@aws-sdk/client-sts";
import type { Settings } from "./settings";

/** The clients of one region. A client is loaded on first use. */
export interface AwsContext {
  readonly region: string;
  readonly settings: Settings;
  ecr(): Promise<ECR>;
  secretsManager(): Promise<SecretsManager>;
  iam(): Promise<IAM>;
  sts(): Promise<STS>;
  events(): Promise<EventBridge>;
  sns(): Promise<SNS>;
  scheduler(): Promise<Scheduler>;
  cloudControl(): Promise<CloudControl>;
}

/** Returns the context of a region, the same one each time. */
export function awsContexts(settings: Settings): (region?: string) => AwsContext {
  const contexts = new Map<string, AwsContext>();
  const credentials = lazy(() => resolveCredentials(settings));
  const common = async (service: string, region: string) => ({
    region,
    endpoint: settings.endpoint(service),
    credentials: await credentials(),
    maxAttempts: settings.maxAttempts,
  });
  return (region = settings.region) => {
    const existing = contexts.get(region);
    if (existing) return existing;
    const context: AwsContext = {
      region,
      settings,
      ecr: lazy(async () => new (await import("@aws-sdk/client-ecr")).ECR(await common("ecr", region))),
      secretsManager: lazy(
        async () =>
          new (await import("@aws-sdk/client-secrets-manager")).SecretsManager(await common("secretsmanager", region)),
      ),
      iam: lazy(async () => new (await import("@aws-sdk/client-iam")).IAM(await common("iam", region))),
      events: lazy(
        async () => new (await import("@aws-sdk/client-eventbridge")).EventBridge(await common("events", region)),
      ),
      sns: lazy(async () => new (await import("@aws-sdk/client-sns")).SNS(await common("sns", region))),
      scheduler: lazy(
        async () => new (await import("@aws-sdk/client-scheduler")).Scheduler(await common("scheduler", region)),
      ),
      cloudControl: lazy(
        async () =>
          new (await import("@aws-sdk/client-cloudcontrol")).CloudControl(await common("cloudcontrol", region)),
      ),
      sts: lazy(async () => new (await import("@aws-sdk/client-sts")).STS(await common("sts", region))),
    };
    contexts.set(region, context);
    return context;
  };
}

async function resolveCredentials(settings: Settings): Promise<Settings["credentials"]> {
  let credentials = settings.credentials;
  for (const { roleArn, sessionName, externalId } of settings.assumeRoles) {
    const { STS } = await import("@aws-sdk/client-sts");
    const sts = new STS({ region: settings.region, endpoint: settings.endpoint("sts"), credentials });
    const { Credentials } = await sts.assumeRole({
      RoleArn: roleArn,
      RoleSessionName: sessionName ?? "pulumi",
      ExternalId: externalId,
    });
    if (!Credentials?.AccessKeyId || !Credentials.SecretAccessKey)
      throw new Error(`STS gave no credentials for ${roleArn}`);
    credentials = {
      accessKeyId: Credentials.AccessKeyId,
      secretAccessKey: Credentials.SecretAccessKey,
      sessionToken: Credentials.SessionToken,
    };
  }
  return credentials;
}

function lazy<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
