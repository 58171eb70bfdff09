import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compiledFile } from "../pulumi-cli/dist";
import { writeLauncher } from "../pulumi-cli/launcher";
import { PLUGIN_VERSION } from "./version";

/** The plugins of this folder. `aws` calls an AWS endpoint; the others only record their inputs. */
const PLUGINS = ["aws", "kubernetes", "docker", "docker-build"] as const;

/** Puts the local plugins into a private PULUMI_HOME. `LOCAL_AWS_PLUGIN` names another program to be the `aws` plugin. */
export function installPlugins(home: string): void {
  const main = compiledFile("bundle/provider.js");
  for (const name of PLUGINS) {
    for (const version of [PLUGIN_VERSION, ...installedVersion(name)]) {
      const path = join(home, "plugins", `resource-${name}-v${version}`, `pulumi-resource-${name}`);
      const other = name === "aws" && process.env.LOCAL_AWS_PLUGIN;
      writeLauncher(path, ...(other ? [other] : [process.execPath, main, name]));
    }
  }
}

// Before Pulumi runs a component's folder, it needs exactly the plugin version of the package installed there.
function installedVersion(name: string): string[] {
  try {
    const { version } = JSON.parse(readFileSync(require.resolve(`@pulumi/${name}/package.json`), "utf8")) as {
      version: string;
    };
    return [version];
  } catch {
    return [];
  }
}
