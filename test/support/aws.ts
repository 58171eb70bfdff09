import { request } from "node:http";
import { ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { type LocalAws, rootCredentials } from "../../local";

/** The caller of AWS: an account's root, or a role's session. */
export interface Identity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface PullResult {
  readonly status: number;
  /** Digest of the manifest, or the registry's refusal. */
  readonly answer: string;
}

export function root(account: string): Identity {
  const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "" } = rootCredentials(account);
  return { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
}

export function ecr(aws: LocalAws, credentials: Identity, region = "us-east-1"): ECRClient {
  return new ECRClient({ endpoint: aws.url, region, credentials });
}

export function secretsManager(aws: LocalAws, credentials: Identity, region = "us-east-1"): SecretsManagerClient {
  return new SecretsManagerClient({ endpoint: aws.url, region, credentials });
}

/** Creates a role that its account can assume, with an inline policy. */
export async function createRole(aws: LocalAws, account: string, RoleName: string, policy: object): Promise<string> {
  const iam = new IAMClient({ endpoint: aws.url, region: "us-east-1", credentials: root(account) });
  const trust = { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "sts:AssumeRole" };
  const document = (Statement: unknown) => JSON.stringify({ Version: "2012-10-17", Statement });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document(trust) }));
  const PolicyDocument = JSON.stringify(policy);
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "inline", PolicyDocument }));
  return Role?.Arn ?? "";
}

/** The session of a role that its own account's root assumes. */
export async function assume(aws: LocalAws, roleArn: string): Promise<Identity> {
  const [, , , , account = ""] = roleArn.split(":");
  const sts = new STSClient({ endpoint: aws.url, region: "us-east-1", credentials: root(account) });
  const { Credentials: found } = await sts.send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: "test" }));
  if (!found?.AccessKeyId || !found.SecretAccessKey) throw new Error(`no session of ${roleArn}`);
  return {
    accessKeyId: found.AccessKeyId,
    secretAccessKey: found.SecretAccessKey,
    sessionToken: found.SessionToken,
  };
}

/** The password for `docker login`. Throws if the identity may not log in. */
export async function registryPassword(aws: LocalAws, credentials: Identity, region = "us-east-1"): Promise<string> {
  const { authorizationData } = await ecr(aws, credentials, region).send(new GetAuthorizationTokenCommand({}));
  const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? "", "base64").toString();
  return token.replace(/^AWS:/, "");
}

/** Pulls an image as a container runtime does: its manifest, those of its platforms, and their layers. */
export async function pull(aws: LocalAws, image: string, credentials: Identity): Promise<PullResult> {
  const region = image.split(".")[3] ?? "";
  return pullWith(aws, image, await registryPassword(aws, credentials, region));
}

export async function pullWith(aws: LocalAws, image: string, password: string): Promise<PullResult> {
  const [registry = "", ...path] = image.split("/");
  const [repository = "", tag = "latest"] = path.join("/").split(":");
  const get = (path: string) => registryGet(aws, registry, `/v2/${repository}/${path}`, password);
  const top = await get(`manifests/${tag}`);
  if (top.status !== 200) return { status: top.status, answer: top.body };
  const manifests = [top];
  for (const { digest } of (JSON.parse(top.body) as Manifest).manifests ?? []) {
    manifests.push(await get(`manifests/${digest}`));
  }
  for (const { status, body } of manifests) {
    if (status !== 200) return { status, answer: body };
    for (const { digest } of (JSON.parse(body) as Manifest).layers ?? []) {
      const blob = await get(`blobs/${digest}`);
      if (blob.status !== 200) return { status: blob.status, answer: blob.body };
    }
  }
  return { status: 200, answer: top.digest };
}

interface Manifest {
  readonly manifests?: readonly { readonly digest: string }[];
  readonly layers?: readonly { readonly digest: string }[];
}

/** The emulator is the HTTP proxy for the registries' real names. */
function registryGet(
  { port }: LocalAws,
  registry: string,
  path: string,
  password: string,
): Promise<{ status: number; body: string; digest: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: "127.0.0.1",
        port,
        path: `http://${registry}${path}`,
        auth: `AWS:${password}`,
        headers: { Host: registry },
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.once("error", reject);
        response.once("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(parts).toString(),
            digest: String(response.headers["docker-content-digest"] ?? ""),
          }),
        );
      },
    );
    sent.once("error", reject);
    sent.end();
  });
}

/** Calls the emulator's own API, for what AWS has no API for. */
export async function control<T>(aws: LocalAws, method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(`${aws.url}/_local/${path}`, { method, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

/** Names of everything that exists in an account. */
export interface Inventory {
  readonly empty: boolean;
  readonly roles: readonly string[];
  readonly regions: Readonly<
    Record<
      string,
      {
        readonly rules: readonly string[];
        readonly templates: readonly string[];
        readonly secrets: readonly string[];
        readonly secretsScheduledForDeletion: readonly string[];
        readonly repositories: readonly string[];
        readonly eventRules: readonly string[];
        readonly topics: readonly string[];
        readonly schedules: readonly string[];
        readonly registryPolicy: boolean;
        readonly scanning: boolean;
      }
    >
  >;
}

export function inventory(aws: LocalAws, account: string): Promise<Inventory> {
  return control(aws, "GET", `accounts/${account}`);
}
