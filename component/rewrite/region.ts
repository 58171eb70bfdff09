import { AsyncResource } from "node:async_hooks";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { knownText, settle } from "../resources/late/settle";

/** Where a workload runs: its Region, `undefined` if it has none, or not known before the update. */
export type Whereabouts = { readonly region: string | undefined } | "not known";

/** Returns a function that finds the Region of a workload: its own, or its provider's. Only the AWS provider tells. */
export function regionFinder(): (workload: pulumi.ResourceTransformArgs) => Promise<Whereabouts> {
  const asked = new Map<string, Promise<Whereabouts>>();
  // In a plugin, Pulumi keeps the deployment in the asynchronous context, which calls from the engine lack.
  const ask = AsyncResource.bind(async (provider: pulumi.ProviderResource | undefined): Promise<Whereabouts> => {
    const { region } = (await aws.getRegion({}, { provider })) as Partial<aws.GetRegionResult>;
    // The engine returns an empty map while the provider's configuration is unknown.
    return region === undefined ? "not known" : { region };
  });
  return async ({ type, props, opts }) => {
    if (!type.startsWith("aws:")) return { region: undefined };
    if (props.region !== undefined) {
      const own = await settle(pulumi.output(props.region as pulumi.Input<string>));
      return own === undefined ? "not known" : { region: own.value };
    }
    const { provider } = opts as pulumi.CustomResourceOptions;
    const name = provider ? await knownText(provider.urn) : "";
    const answer = asked.get(name) ?? ask(provider);
    asked.set(name, answer);
    return answer;
  };
}
