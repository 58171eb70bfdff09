import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import type { Provider } from "@pulumi/pulumi/provider";
import type { PullThroughCacheArgs } from "./args";
import { PullThroughCache } from "./pull-through-cache";

/** What the provider reads of the package's schema. */
interface Schema {
  readonly resources: { readonly [type: string]: { readonly properties: { readonly [output: string]: unknown } } };
}

/**
 * The Pulumi provider that offers the component to every language. It serves the schema that the package ships: Pulumi's
 * own host for components would analyze the sources each time it starts, and name the Pulumi package after the npm package.
 */
export function createProvider(): Provider {
  const manifest = require.resolve("pulumi-pull-through-cache/package.json");
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  const schema = JSON.parse(readFileSync(join(dirname(manifest), "pulumi-schema.json"), "utf8")) as Schema;
  return {
    version,
    getSchema: async () => JSON.stringify({ ...schema, version }),
    construct: async (name, type, inputs, options) => {
      const definition = schema.resources[type];
      if (!definition) throw new Error(`unknown resource type ${type}`);
      const cache = new PullThroughCache(name, inputs as PullThroughCacheArgs, options);
      return { urn: cache.urn, state: outputsOf(cache, Object.keys(definition.properties)) };
    },
  };
}

function outputsOf(cache: pulumi.ComponentResource, names: readonly string[]): pulumi.Inputs {
  const values = cache as unknown as pulumi.Inputs;
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}
