import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PackageDependency } from "@pulumi/pulumi/proto/plugin_pb";

interface PackageJson {
  name?: string;
  version?: string;
  pulumi?: { resource?: boolean; name?: string; version?: string; server?: string };
}

/** The Pulumi packages in the program's node_modules: those whose package.json sets `pulumi.resource`. */
export function requiredPackages(programDirectory: string): PackageDependency[] {
  const found = new Map<string, PackageDependency>();
  for (const modules of nodeModules(programDirectory)) {
    for (const directory of installedPackages(modules)) {
      const { name = "", version = "", pulumi } = readPackageJson(directory);
      if (!pulumi?.resource) continue;
      const plugin = pulumi.name ?? name.replace(/^@pulumi\//, "");
      if (found.has(plugin)) continue;
      const dependency = new PackageDependency();
      dependency.setName(plugin);
      dependency.setKind("resource");
      dependency.setVersion(`v${(pulumi.version ?? version).replace(/^v/, "")}`);
      dependency.setServer(pulumi.server ?? "");
      found.set(plugin, dependency);
    }
  }
  return [...found.values()];
}

function packageRoots(directory: string): string[] {
  const parent = dirname(directory);
  return parent === directory ? [directory] : [directory, ...packageRoots(parent)];
}

function nodeModules(directory: string): string[] {
  return packageRoots(directory)
    .map((root) => join(root, "node_modules"))
    .filter((candidate) => existsSync(candidate));
}

function installedPackages(modules: string): string[] {
  return readdirSync(modules).flatMap((name) => {
    if (name.startsWith(".")) return [];
    const directory = join(modules, name);
    return name.startsWith("@") ? readdirSync(directory).map((scoped) => join(directory, scoped)) : [directory];
  });
}

function readPackageJson(directory: string): PackageJson {
  try {
    return JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as PackageJson;
  } catch {
    return {};
  }
}
