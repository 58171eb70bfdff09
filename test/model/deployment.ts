import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../../local/provider/aws/context";
import { invoke } from "../../local/provider/aws/functions";
import { awsResourceType } from "../../local/provider/aws/resource-type";
import { readSettings } from "../../local/provider/aws/settings";
import { specOf } from "../../local/provider/aws/spec";
import { type Properties, withoutSecrets } from "../../local/provider/wire";
import { ACCOUNT, LocalCloud, modelTakes, REGION } from "./cloud";

const SETTINGS = { region: REGION, accessKey: `AKIAROOT${ACCOUNT}`, secretKey: "invented" };

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
      call: ({ token, inputs }) =>
        invoke(token, this.contextOf(inputs.region as string | undefined), inputs as Properties),
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
    const spec = specOf(type);
    if (spec === undefined) throw new Error(`no type ${type}`);
    const resourceType = awsResourceType(spec, (region) => this.contextOf(region));
    const { inputs, refusals } = resourceType.check({ name, old: {}, inputs: given, seed: new Uint8Array() });
    if (refusals.length > 0) throw new Error(refusals.join("; "));
    const { id, state } = await resourceType.create(inputs);
    this.made.push(type);
    return { id, state };
  }

  private contextOf(region = REGION): AwsContext {
    return {
      region,
      settings: readSettings(SETTINGS, {}),
      call: async (service, method, members) => {
        const operation = method.charAt(0).toUpperCase() + method.slice(1);
        const name = service === "cloudcontrol" ? "cloudcontrolapi" : service;
        const call = { service: name, operation, input: JSON.parse(JSON.stringify(members)) as object };
        const output = await this.cloud.call(call, ACCOUNT, region);
        // Cloud Control API only reads, with a type and an id that no argument changes: its model is not kept here.
        if (service !== "cloudcontrol" && !modelTakes(call))
          throw new Error(`AWS's model refuses ${service}:${operation}`);
        return (output ?? {}) as Properties;
      },
    };
  }
}
