import type { Properties } from "../wire";
import type { AwsError } from "./errors";
import { capitalized } from "./forms";
import type { Settings } from "./settings";

type Method = (input: object) => Promise<Properties>;
type Client = { readonly [operation: string]: Method | undefined } & {
  readonly config: { readonly serviceId: string };
};
type Configuration = Pick<Settings, "region" | "credentials" | "maxAttempts"> & { readonly endpoint: string };
type Credentials = Settings["credentials"];

/** The services that have an endpoint of their own in the provider's settings. A client is loaded on first use. */
const CLIENTS = {
  cloudcontrol: async (to: Configuration) => new (await import("@aws-sdk/client-cloudcontrol")).CloudControl(to),
  ecr: async (to: Configuration) => new (await import("@aws-sdk/client-ecr")).ECR(to),
  events: async (to: Configuration) => new (await import("@aws-sdk/client-eventbridge")).EventBridge(to),
  iam: async (to: Configuration) => new (await import("@aws-sdk/client-iam")).IAM(to),
  scheduler: async (to: Configuration) => new (await import("@aws-sdk/client-scheduler")).Scheduler(to),
  secretsmanager: async (to: Configuration) => new (await import("@aws-sdk/client-secrets-manager")).SecretsManager(to),
  sns: async (to: Configuration) => new (await import("@aws-sdk/client-sns")).SNS(to),
  sts: async (to: Configuration) => new (await import("@aws-sdk/client-sts")).STS(to),
};

export type Service = keyof typeof CLIENTS;

/** One Region, with the provider's settings. */
export interface AwsContext {
  readonly region: string;
  readonly settings: Settings;
  /** Calls an operation by the name that it has in the AWS SDK. */
  call(service: Service, operation: string, input: object): Promise<Properties>;
}

/** Returns the context of a Region. */
export function awsContexts(settings: Settings): (region?: string) => AwsContext {
  const { maxAttempts } = settings;
  const clients = new Map<string, Promise<Client>>();
  let credentials: Promise<Credentials> | undefined;
  const open = async (service: Service, region: string): Promise<Client> => {
    credentials ??= resolveCredentials(settings);
    const to = { region, endpoint: settings.endpoint(service), credentials: await credentials, maxAttempts };
    return (await CLIENTS[service](to)) as unknown as Client;
  };
  return (region = settings.region) => ({
    region,
    settings,
    call: async (service, operation, input) => {
      const key = `${service} ${region}`;
      const client = clients.get(key) ?? open(service, region);
      clients.set(key, client);
      const opened = await client;
      const method = opened[operation];
      if (!method) throw new Error(`the AWS SDK has no operation ${operation} of ${service}`);
      try {
        return await method.call(opened, input);
      } catch (error) {
        (error as AwsError).call = `${opened.config.serviceId}: ${capitalized(operation)}`;
        throw error;
      }
    },
  });
}

/** Assumes the roles, one after the other. */
async function resolveCredentials({ region, endpoint, maxAttempts, ...settings }: Settings): Promise<Credentials> {
  let credentials = settings.credentials;
  for (const { roleArn, sessionName, externalId } of settings.assumeRoles) {
    const sts = await CLIENTS.sts({ region, endpoint: endpoint("sts"), credentials, maxAttempts });
    const { Credentials } = await sts.assumeRole({
      RoleArn: roleArn,
      RoleSessionName: sessionName ?? `aws-go-sdk-${Date.now()}`,
      ExternalId: externalId,
    });
    const { AccessKeyId = "", SecretAccessKey = "", SessionToken } = Credentials ?? {};
    credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  }
  return credentials;
}
