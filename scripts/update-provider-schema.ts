// Rewrites local/provider/aws/kinds/schema.json: the arguments and outputs of the resource types that the local provider
// has, as the npm package @pulumi/aws declares them. `npx tsx scripts/update-provider-schema.ts`
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { KINDS } from "../local/provider/aws/kinds";

const PACKAGE = path.resolve(__dirname, "../node_modules/@pulumi/aws");
const TARGET = path.resolve(__dirname, "../local/provider/aws/kinds/schema.json");

type Type = string | readonly Type[] | { readonly [name: string]: Type };

function parse(file: string): ts.SourceFile {
  const name = path.join(PACKAGE, file);
  return ts.createSourceFile(name, readFileSync(name, "utf8"), ts.ScriptTarget.Latest, true);
}

/** The interfaces of nested arguments, by `<service>.<name>`. */
const nested = new Map<string, ts.InterfaceDeclaration>();
for (const module of parse("types/input.d.ts").statements.filter(ts.isModuleDeclaration)) {
  const { statements } = module.body as ts.ModuleBlock;
  for (const each of statements.filter(ts.isInterfaceDeclaration))
    nested.set(`${module.name.text}.${each.name.text}`, each);
}

/** The type below Input<…> and `undefined`. A policy document, which may be text, is text. */
function typeOf(node: ts.TypeNode): Type {
  if (ts.isUnionTypeNode(node)) return typeOf(node.types[0] as ts.TypeNode);
  if (ts.isArrayTypeNode(node)) return [typeOf(node.elementType)];
  if (ts.isTypeLiteralNode(node)) return { "*": "string" };
  if (!ts.isTypeReferenceNode(node)) return node.getText();
  const name = node.typeName.getText();
  if (name === "pulumi.Input") return typeOf(node.typeArguments?.[0] as ts.TypeNode);
  const found = nested.get(name.replace(/^inputs\./, ""));
  return found ? membersOf(found) : "string";
}

/** The type of each property; the name of an optional one ends in `?`. */
function membersOf({ members }: ts.InterfaceDeclaration): Record<string, Type> {
  const properties = members.filter(ts.isPropertySignature);
  return Object.fromEntries(
    properties.map(({ name, questionToken, type }) => [
      `${name.getText()}${questionToken ? "?" : ""}`,
      typeOf(type as ts.TypeNode),
    ]),
  );
}

function schemaOf(token: string): object {
  const [, file = "", name = ""] = /^aws:(.+):(.+)$/.exec(token) ?? [];
  const { statements } = parse(`${file}.d.ts`);
  const args = statements.filter(ts.isInterfaceDeclaration).find((each) => each.name.text === `${name}Args`);
  const resource = statements.filter(ts.isClassDeclaration).find((each) => each.name?.text === name);
  if (!args || !resource) throw new Error(`${token}: @pulumi/aws does not declare it`);
  const inputs = membersOf(args);
  const properties = resource.members
    .filter(ts.isPropertyDeclaration)
    .map((each) => ({ name: each.name.getText(), type: each.type?.getText() ?? "" }))
    .filter(({ type }) => type.startsWith("pulumi.Output<"));
  // An optional argument whose output has a value anyway has a default, or AWS chooses one.
  const filled = properties.filter(({ name, type }) => `${name}?` in inputs && !type.endsWith("undefined>"));
  const outputs = properties.filter(({ name }) => !(name in inputs) && !(`${name}?` in inputs));
  const code = readFileSync(path.join(PACKAGE, `${file}.js`), "utf8");
  const [, secrets = "[]"] = /additionalSecretOutputs: (\[.*?\])/.exec(code) ?? [];
  return {
    inputs,
    filled: filled.map(({ name }) => name),
    outputs: outputs.map(({ name }) => name),
    secrets: JSON.parse(secrets) as string[],
  };
}

const { version } = JSON.parse(readFileSync(path.join(PACKAGE, "package.json"), "utf8")) as { version: string };
const source = { package: "@pulumi/aws", registry: "npm", version, generatedBy: "scripts/update-provider-schema.ts" };
const types = Object.fromEntries(Object.keys(KINDS).map((token) => [token, schemaOf(token)]));
writeFileSync(TARGET, `${JSON.stringify({ source, types }, null, 1)}\n`);
execFileSync("npx", ["biome", "format", "--write", TARGET], { stdio: "inherit" });
