// What Pulumi runs when the package is used as a plugin: `main` in package.json, while programs import by its `exports`.
import { main } from "@pulumi/pulumi/provider";
import { createProvider } from "./plugin-provider";

void main(createProvider(), process.argv.slice(2));
