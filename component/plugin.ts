// What Pulumi runs when the package is used as a plugin: it requires the package's folder, and so `main` of package.json.
// Programs import by `exports` and never come here; a resolver that knows only `main` finds the same library.
import { main } from "@pulumi/pulumi/provider";
import { createProvider } from "./plugin-provider";

export * from "./index";

const isPlugin = /[\\/]run-plugin([\\/]|$)/.test(process.argv[1] ?? "");
if (isPlugin) void main(createProvider(), process.argv.slice(2));
