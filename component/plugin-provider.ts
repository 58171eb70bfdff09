import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Provider } from "@pulumi/pulumi/provider";
import type { PullThroughCacheArgs } from "./args";
import { currentDeployment } from "./deployment";
import { FUNCTIONS, METHODS } from "./plugin-functions";
import { UserError } from "./problems/error";
import { PullThroughCache } from "./pull-through-cache";
import { knownText } from "./resources/late/settle";

const PACKAGE = "pull-through-cache:index";

/** The part of the package's schema that the provider reads. */
interface Schema {
  readonly resources: { readonly [type: string]: { readonly properties: { readonly [output: string]: unknown } } };
}

type Callable = (...args: never[]) => object | Promise<object>;

/**
 * The Pulumi provider that offers the component to every language. It serves the schema in the package. Pulumi's own
 * component host is no alternative: it analyzes the sources each time it starts, names the Pulumi package after the npm
 * package, and supports neither methods nor functions.
 */
export function createProvider(): Provider {
  const manifest = require.resolve("pulumi-pull-through-cache/package.json");
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  const schema = JSON.parse(readFileSync(join(dirname(manifest), "pulumi-schema.json"), "utf8")) as Schema;
  const methods = named<Callable>(METHODS, `${PACKAGE}:PullThroughCache/`);
  const functions = named<Callable>(FUNCTIONS, `${PACKAGE}:`);
  return {
    version,
    getSchema: async () => JSON.stringify({ ...schema, version }),
    construct: async (name, type, inputs, options) => {
      const definition = schema.resources[type];
      if (!definition) throw new UserError(`unknown resource type ${type}`);
      const cache = new PullThroughCache(name, inputs as PullThroughCacheArgs, options);
      currentDeployment().caches.set(await knownText(cache.urn), cache);
      return { urn: cache.urn, state: outputsOf(cache, Object.keys(definition.properties)) };
    },
    call: async (token, { __self__: self, ...args }) => {
      const method = methods.get(token);
      if (!method) throw new UserError(`unknown method ${token}`);
      // Pulumi's runtime passes the URN of a resource whose class it does not know.
      const cache = currentDeployment().caches.get(await knownText(self as pulumi.Input<string>));
      if (!cache) {
        throw new UserError(
          `${token}: this program did not create the cache. Call its methods in the program that does; in other stacks ` +
            "use the functions cacheImage and clientConfiguration with the cache's output cacheRules.",
        );
      }
      return { outputs: await method(cache as never, args as never) };
    },
    invoke: async (token, args) => {
      const run = functions.get(token);
      if (!run) throw new UserError(`unknown function ${token}`);
      return { outputs: run(withoutSecrets(args) as never) };
    },
  };
}

function named<T>(values: { readonly [name: string]: T }, start: string): Map<string, T> {
  return new Map(Object.entries(values).map(([name, value]) => [`${start}${name}`, value]));
}

function outputsOf(cache: pulumi.ComponentResource, names: readonly string[]): pulumi.Inputs {
  const values = cache as unknown as pulumi.Inputs;
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}

/** Pulumi passes a function's arguments as they were sent. If one is secret, the caller's SDK makes the result secret. */
function withoutSecrets(args: unknown): unknown {
  return pulumi.runtime.unwrapRpcSecret(pulumi.runtime.deserializeProperty(args));
}
