import { join } from "node:path";
import { compiledFile } from "../cli/dist";
import { writeLauncher } from "../cli/launcher";
import { PLUGIN_VERSION } from "./version";

/** The plugins of this folder: `aws` talks to an AWS endpoint, the others only record what they are given. */
const PLUGINS = ["aws", "kubernetes", "docker", "docker-build"] as const;

/** Puts the local plugins into a private PULUMI_HOME. */
export function installPlugins(home: string): void {
  const main = compiledFile("provider/main.js");
  for (const name of PLUGINS) {
    writeLauncher(join(home, "plugins", `resource-${name}-v${PLUGIN_VERSION}`, `pulumi-resource-${name}`), main, [
      name,
    ]);
  }
}
