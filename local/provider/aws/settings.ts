import { hasUnknown, type Properties } from "../wire";

interface AssumeRole {
  readonly roleArn: string;
  readonly sessionName?: string;
  readonly externalId?: string;
}

/** The provider's configuration, from `aws:` settings, or else from AWS's environment variables. */
export interface Settings {
  readonly region: string;
  readonly credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  readonly maxAttempts: number;
  readonly defaultTags: Readonly<Record<string, string>>;
  readonly assumeRoles: readonly AssumeRole[];
  /** The URL to send a service's requests to. */
  endpoint(service: string): string;
}

const DEFAULT_MAX_ATTEMPTS = 8;

/**
 * @throws Error when the region, credentials or endpoint are missing. Without an endpoint the AWS SDK would call the
 * real AWS, which the local provider must never do.
 */
export function readSettings(configuration: Properties, environment: NodeJS.ProcessEnv): Settings {
  const value = (key: string): unknown => parse(configuration[key]);
  const textOf = (key: string, ...variables: string[]): string | undefined => {
    const candidates = [configuration[key], ...variables.map((variable) => environment[variable])];
    return candidates.find((candidate): candidate is string => typeof candidate === "string" && candidate !== "");
  };
  if (hasUnknown(configuration))
    throw new Error("the provider's configuration is not known yet: configure it with plain values");

  const region = textOf("region", "AWS_REGION", "AWS_DEFAULT_REGION");
  if (!region) throw new Error("Missing region configuration: set it with `pulumi config set aws:region <region>`");
  const accessKeyId = textOf("accessKey", "AWS_ACCESS_KEY_ID");
  const secretAccessKey = textOf("secretKey", "AWS_SECRET_ACCESS_KEY");
  if (!accessKeyId || !secretAccessKey) {
    throw new Error("No valid credential sources found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
  }
  // Source: pulumi-aws, provider/config.go `parseAssumeRoles`.
  if (configuration.assumeRole !== undefined) {
    throw new Error("invalid config key 'aws:assumeRole', should be 'aws:assumeRoles'");
  }
  if (configuration.ignoreTags !== undefined) throw new Error("the local AWS provider does not have ignoreTags");
  const endpoints = Object.assign({}, ...asList(value("endpoints"))) as Record<string, string>;
  const assumed = asList(value("assumeRoles")) as unknown as AssumeRole[];
  const defaultTags = (value("defaultTags") as { tags?: Record<string, string> } | undefined)?.tags ?? {};
  return {
    region,
    credentials: { accessKeyId, secretAccessKey, sessionToken: textOf("token", "AWS_SESSION_TOKEN") },
    maxAttempts: Number(value("maxRetries") ?? environment.AWS_MAX_ATTEMPTS ?? DEFAULT_MAX_ATTEMPTS),
    defaultTags,
    assumeRoles: assumed.filter(({ roleArn }) => roleArn),
    endpoint: (service) => {
      const url = endpoints[service] ?? environment.AWS_ENDPOINT_URL;
      if (url) return url;
      throw new Error(`the local AWS provider has no endpoint for ${service}: set AWS_ENDPOINT_URL to the local AWS`);
    },
  };
}

// Settings that are not strings arrive as JSON in a string.
function parse(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function asList(value: unknown): Properties[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]) as Properties[];
}
