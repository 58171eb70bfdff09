// Entry point of the plugin: Pulumi requires the package's folder, which loads `main` of package.json. Programs use
// `exports` instead. A resolver that knows only `main` finds the same library here.

import { main } from "@pulumi/pulumi/provider";
import { createProvider } from "./plugin-provider";

export * from "./index";

const isPlugin = /[\\/]run-plugin([\\/]|$)/.test(process.argv[1] ?? "");
if (isPlugin) void main(createProvider(), process.argv.slice(2));
