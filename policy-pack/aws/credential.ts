import type { AnyResource } from "../kit/policy";
import { read, text, type Unknown, unknown } from "../kit/values";

/** ECR reads only secrets whose name starts so. AWS: "Creating a secret for a pull through cache rule". */
export const cacheSecretPrefix = "ecr-pullthroughcache/";

const credentialArn = /^arn:aws(?:-\w+)*:secretsmanager:([a-zA-Z0-9-]+):(\d{12}):secret:(.+)$/;
const secretName = /^ecr-pullthroughcache\/[a-zA-Z0-9/_+=.@-]+$/;

export interface CredentialArn {
  readonly region: string;
  readonly account: string;
  readonly name: string;
}

export function parseCredentialArn(arn: string): CredentialArn | undefined {
  const [, region, account, name] = credentialArn.exec(arn) ?? [];
  return region === undefined || account === undefined || name === undefined ? undefined : { region, account, name };
}

export function isCacheSecretName(name: string): boolean {
  return secretName.test(name);
}

/** The start of a secret's name: the name, or the namePrefix where AWS adds the rest. */
export function secretNameStart(resource: AnyResource): string | Unknown | undefined {
  const name = text(read(resource.props, "name"));
  return typeof name === "string" ? name : (text(read(resource.props, "namePrefix")) ?? name);
}

/** Whether a secret is named as ECR demands of the credentials of a pull-through cache. */
export function isCacheSecret(resource: AnyResource): boolean | Unknown {
  const start = secretNameStart(resource);
  return start === unknown ? unknown : (start ?? "").startsWith(cacheSecretPrefix);
}
