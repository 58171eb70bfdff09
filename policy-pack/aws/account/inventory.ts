import type { ECRClientConfig } from "@aws-sdk/client-ecr";
import type { AnyResource } from "../../kit/policy";
import { fieldsOf, hasUnknown, items, json, read, text, unknown } from "../../kit/values";

/** An existing repository. */
export interface ExistingRepository {
  readonly name: string;
  /** The account that has it. */
  readonly account: string | undefined;
  readonly scanOnPush: boolean;
}

/** What an audit reads from one registry. Every method throws the errors of the AWS SDK. */
export interface Inventory {
  repositories(): AsyncIterable<ExistingRepository>;
  /** The text of the repository's lifecycle policy. */
  lifecyclePolicy(name: string): Promise<string | undefined>;
  scanning(): Promise<{ scanType: string | undefined; rules: readonly object[] }>;
  close(): void;
}

export type OpenInventory = (client: ECRClientConfig) => Promise<Inventory>;

/** What decides the provider's account in a way that the audit does not repeat. `assumeRole` is from @pulumi/aws 6. */
const notFollowed = [
  "assumeRole",
  "assumeRoles",
  "assumeRoleWithWebIdentity",
  "sharedConfigFiles",
  "sharedCredentialsFiles",
];
const followed = ["accessKey", "secretKey", "token", "profile", "endpoints"];

/** Why the audit's client could reach another account than the provider. `undefined` if it reaches the same. */
export function whyElsewhere(resource: AnyResource): string | undefined {
  const provider = resource.provider?.props ?? {};
  const isSet = (name: string) => {
    const values = items(json(read(provider, name)));
    return values === unknown || values.some((value) => Object.keys(fieldsOf(value)).length > 0 || text(value));
  };
  const other = notFollowed.find(isSet);
  if (other !== undefined) return `the provider has ${other}, which the audit does not follow`;
  const open = followed.find((name) => hasUnknown(json(read(provider, name))));
  return open === undefined ? undefined : `the setting ${open} of the provider is known only after the deployment`;
}

/**
 * The settings of the provider that deploys the resource, so that the audit reads the same account. Settings that the
 * provider does not have come from the environment and the AWS configuration, as for every AWS client, including
 * AWS_ENDPOINT_URL.
 */
export function clientSettings(resource: AnyResource, region: string | undefined): ECRClientConfig {
  const provider = resource.provider?.props ?? {};
  const setting = (name: string) => {
    const value = text(read(provider, name));
    return value === unknown ? undefined : value;
  };
  const [accessKeyId, secretAccessKey] = [setting("accessKey"), setting("secretKey")];
  const endpoints = items(json(read(provider, "endpoints")));
  const endpoint = (endpoints === unknown ? [] : endpoints)
    .map((one) => fieldsOf(one).ecr)
    .find((url) => typeof url === "string");
  const profile = setting("profile");
  return {
    // Slow down instead of using up the account's request rate, which a deployment needs.
    retryMode: "adaptive",
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000 },
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId, secretAccessKey, ...session(setting("token")) } }),
  };
}

function session(sessionToken: string | undefined) {
  return sessionToken === undefined ? {} : { sessionToken };
}

/** Opens the registry of the client's account and Region. The AWS SDK is loaded only here, when an audit runs. */
export const openInventory: OpenInventory = async (settings) => {
  const ecr = await import("@aws-sdk/client-ecr");
  const client = new ecr.ECRClient(settings);
  return {
    async *repositories() {
      for await (const page of ecr.paginateDescribeRepositories({ client, pageSize: 1_000 }, {})) {
        for (const { repositoryName, registryId, imageScanningConfiguration } of page.repositories ?? []) {
          if (repositoryName === undefined) continue;
          const scanOnPush = imageScanningConfiguration?.scanOnPush === true;
          yield { name: repositoryName, account: registryId, scanOnPush };
        }
      }
    },
    async lifecyclePolicy(name) {
      try {
        return (await client.send(new ecr.GetLifecyclePolicyCommand({ repositoryName: name }))).lifecyclePolicyText;
      } catch (error) {
        if (error instanceof ecr.LifecyclePolicyNotFoundException) return undefined;
        throw error;
      }
    },
    async scanning() {
      const { scanningConfiguration } = await client.send(new ecr.GetRegistryScanningConfigurationCommand({}));
      return { scanType: scanningConfiguration?.scanType, rules: scanningConfiguration?.rules ?? [] };
    },
    close: () => client.destroy(),
  };
};
