// `npm run update-schema`: generates component/pulumi-schema.json, the component's schema for all languages.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Sources } from "./schema/analyze";
import { commentsOf } from "./schema/comments";
import { withCall, withPrograms } from "./schema/examples";
import { type FunctionSpec, functionsOf } from "./schema/functions";
import { inOtherLanguages } from "./schema/rename";

const COMPONENT = path.resolve(__dirname, "../component");
const PULUMI_PACKAGE = "pull-through-cache";
const CLASS = "PullThroughCache";
const TYPE = `${PULUMI_PACKAGE}:index:${CLASS}`;

export const SCHEMA_FILE = path.join(COMPONENT, "pulumi-schema.json");

/** The schema of the current sources, as JSON, without a version: the plugin adds the package's version. */
export function analyzeComponent(): string {
  const manifest = JSON.parse(readFileSync(path.join(COMPONENT, "package.json"), "utf8")) as Manifest;
  const sources = new Sources(COMPONENT, PULUMI_PACKAGE, manifest.description, CLASS);
  const { resources, dependencies } = sources.component();
  const file = path.join(COMPONENT, "plugin-functions.ts");
  const methods = functionsOf(sources, file, "METHODS", `#/resources/${TYPE}`);
  const functions = functionsOf(sources, file, "FUNCTIONS");
  const comments = commentsOf(sources, COMPONENT);
  const types = Object.entries(sources.types()).map(([token, type]) => {
    const description = comments.get(token.split(":").at(-1) ?? "");
    if (!description) throw new Error(`${token} has no doc comment`);
    return [token, { ...type, description }];
  });

  const schema = {
    name: PULUMI_PACKAGE,
    displayName: "ECR pull through cache",
    description: manifest.description,
    keywords: ["category/cloud", "kind/component", ...manifest.keywords],
    license: manifest.license,
    homepage: manifest.homepage,
    repository: manifest.repository.url.replace(/^git\+|\.git$/g, ""),
    publisher: "pulumi-pull-through-cache",
    language: {
      nodejs: { respectSchemaVersion: true, liftSingleValueMethodReturns: true },
      python: { respectSchemaVersion: true, liftSingleValueMethodReturns: true, pyproject: { enabled: true } },
      csharp: { respectSchemaVersion: true, liftSingleValueMethodReturns: true },
      java: { respectSchemaVersion: true },
      go: {
        respectSchemaVersion: true,
        liftSingleValueMethodReturns: true,
        // Without it the generator uses a different folder than the one it writes.
        importBasePath: "example.com/pulumi-pull-through-cache/sdk/go/pullthroughcache",
      },
    },
    dependencies,
    types: Object.fromEntries(types),
    resources: {
      [TYPE]: {
        ...resources[TYPE],
        description: withPrograms(resources[TYPE]?.description ?? ""),
        methods: Object.fromEntries([...methods.keys()].map((name) => [name, `${TYPE}/${name}`])),
      },
    },
    functions: Object.fromEntries([
      ...[...methods].map(([name, spec]) => [`${TYPE}/${name}`, example(name, spec)]),
      ...[...functions].map(([name, spec]) => [`${PULUMI_PACKAGE}:index:${name}`, example(name, spec)]),
    ]),
  };
  return JSON.stringify(inOtherLanguages(schema, Object.keys(schema.types)));
}

function example(name: string, spec: FunctionSpec): FunctionSpec {
  return { ...spec, description: withCall(name, spec.description) };
}

interface Manifest {
  readonly description: string;
  readonly keywords: readonly string[];
  readonly license: string;
  readonly homepage: string;
  readonly repository: { readonly url: string };
}

if (require.main === module) {
  writeFileSync(SCHEMA_FILE, analyzeComponent());
  execFileSync("npx", ["biome", "format", "--write", SCHEMA_FILE], { stdio: "inherit" });
}
