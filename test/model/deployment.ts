import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../../local/provider/aws/context";
import {
  pullThroughCacheRule,
  registryPolicy,
  registryScanningConfiguration,
  repositoryCreationTemplate,
} from "../../local/provider/aws/ecr-registry";
import { FUNCTIONS } from "../../local/provider/aws/functions";
import { role, rolePolicy } from "../../local/provider/aws/iam";
import type { Operations } from "../../local/provider/aws/operations";
import { awsResourceType } from "../../local/provider/aws/resource-type";
import { secret, secretPolicy, secretVersion } from "../../local/provider/aws/secrets-manager";
import { TABLE } from "../../local/provider/aws/table";
import { type Properties, withoutSecrets } from "../../local/provider/wire";
import { ACCOUNT, LocalCloud, modelTakes, REGION } from "./cloud";

const OPERATIONS: Readonly<Record<string, Operations>> = {
  PullThroughCacheRule: pullThroughCacheRule,
  RepositoryCreationTemplate: repositoryCreationTemplate,
  RegistryScanningConfiguration: registryScanningConfiguration,
  RegistryPolicy: registryPolicy,
  Secret: secret,
  SecretVersion: secretVersion,
  SecretPolicy: secretPolicy,
  Role: role,
  RolePolicy: rolePolicy,
};

/**
 * Runs programs in this process: Pulumi's mocks replace the engine, and the local provider's resource types call the
 * emulator's services without a network. AWS's model checks every call too.
 */
export class LocalDeployment {
  readonly cloud = new LocalCloud();
  /** What was refused, with the resource that it was for. */
  readonly refusals: string[] = [];
  /** Types of the resources that exist, one for each resource. */
  readonly made: string[] = [];

  /** Starts again with an empty account. */
  reset(): void {
    this.cloud.reset();
    this.refusals.length = 0;
    this.made.length = 0;
  }

  async start(): Promise<void> {
    await pulumi.runtime.setMocks({
      call: async ({ token, inputs }) => {
        const call = FUNCTIONS[token];
        if (call === undefined) throw new Error(`no function ${token}`);
        return call(this.contextOf(inputs.region as string | undefined), inputs as Properties);
      },
      newResource: async ({ custom, type, name, inputs: given }) => {
        const inputs = withoutSecrets(given) as Properties;
        if (custom === false) return { id: undefined, state: inputs };
        try {
          return await this.create(type, name, inputs);
        } catch (error) {
          this.refusals.push(`${name} (${type}): ${(error as Error).message}`);
          return { id: name, state: inputs };
        }
      },
    });
  }

  private async create(type: string, name: string, given: Properties) {
    const row = TABLE[type];
    const operations = OPERATIONS[type.split(":").at(-1) ?? ""];
    if (row === undefined || operations === undefined) throw new Error(`no type ${type}`);
    const resourceType = awsResourceType(type, row, operations, (region) => this.contextOf(region));
    const { inputs, refusals } = resourceType.check({ name, old: {}, inputs: given, seed: new Uint8Array() });
    if (refusals.length > 0) throw new Error(refusals.map(({ reason }) => reason).join("; "));
    const { id, state } = await resourceType.create(inputs);
    this.made.push(type);
    return { id, state };
  }

  private contextOf(region = REGION): AwsContext {
    const client = (service: string) => () => Promise.resolve(this.client(service, region));
    const context = {
      region,
      settings: { region, defaultTags: {}, ignoreTags: { keys: [], keyPrefixes: [] } },
      ecr: client("ecr"),
      secretsManager: client("secretsmanager"),
      iam: client("iam"),
      sts: client("sts"),
      cloudControl: client("cloudcontrolapi"),
    };
    return context as unknown as AwsContext;
  }

  /** A client of the AWS SDK, as far as its methods go. */
  private client(service: string, region: string): object {
    return new Proxy(
      {},
      {
        // A promise that is resolved with the client asks whether it is a promise.
        get: (_, method) => (method === "then" ? undefined : this.method(service, region, String(method))),
      },
    );
  }

  private method(service: string, region: string, method: string) {
    const operation = method.charAt(0).toUpperCase() + method.slice(1);
    return async (members: object) => {
      const call = { service, operation, input: JSON.parse(JSON.stringify(members)) as object };
      const output = await this.cloud.call(call, ACCOUNT, region);
      // Cloud Control API only reads, with a type and an id that no argument changes: its model is not kept here.
      if (service !== "cloudcontrolapi" && !modelTakes(call))
        throw new Error(`AWS's model refuses ${service}:${operation}`);
      return output ?? {};
    };
  }
}
