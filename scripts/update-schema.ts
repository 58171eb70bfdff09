// Writes component/pulumi-schema.json, the component's schema for all languages, as Pulumi's analyzer makes it of the
// sources: `npx tsx scripts/update-schema.ts`.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer";
import { generateSchema } from "@pulumi/pulumi/provider/experimental/schema";

const COMPONENT = path.resolve(__dirname, "../component");
const PULUMI_PACKAGE = "pull-through-cache";

export const SCHEMA_FILE = path.join(COMPONENT, "pulumi-schema.json");

/** The schema of the sources as they are, as JSON. It has no version: the plugin adds the package's. */
export function analyzeComponent(): string {
  const manifest = JSON.parse(readFileSync(path.join(COMPONENT, "package.json"), "utf8")) as { description: string };
  const analyzer = new Analyzer(COMPONENT, PULUMI_PACKAGE, manifest, new Set(["PullThroughCache"]));
  const { components, typeDefinitions, dependencies } = analyzer.analyze();
  const schema = generateSchema(PULUMI_PACKAGE, "", manifest.description, components, typeDefinitions, dependencies);
  return JSON.stringify({ ...schema, version: undefined });
}

if (require.main === module) {
  writeFileSync(SCHEMA_FILE, analyzeComponent());
  execFileSync("npx", ["biome", "format", "--write", SCHEMA_FILE], { stdio: "inherit" });
}
