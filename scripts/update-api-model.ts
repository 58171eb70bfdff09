// Writes local/emulator/model/aws.json: inputs, outputs, exceptions and wire formats of AWS's service models, with lengths,
// patterns, enumerations and required members, for the operations that the local emulator knows. `npx tsx scripts/update-api-model.ts [botocore version]`
// takes the models from the PyPI package botocore (Apache License 2.0). It keeps only facts, not the documentation.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { SERVICES } from "../local/emulator/services/catalogue";

const TARGET = path.resolve(__dirname, "../local/emulator/model/aws.json");
/** Where botocore has the model of each service. */
const MODELS = {
  cloudcontrolapi: "cloudcontrol/2021-09-30",
  ecr: "ecr/2015-09-21",
  events: "events/2015-10-07",
  iam: "iam/2010-05-08",
  scheduler: "scheduler/2021-06-30",
  secretsmanager: "secretsmanager/2017-10-17",
  sns: "sns/2010-03-31",
  sts: "sts/2011-06-15",
};
const FACTS = ["type", "required", "min", "max", "pattern", "enum"] as const;
/** How a service's calls are written on the wire. */
const WIRE = ["protocol", "jsonVersion", "targetPrefix", "xmlNamespace"] as const;

interface Reference {
  readonly shape: string;
  readonly location?: string;
  readonly locationName?: string;
}

interface Shape extends Partial<Record<(typeof FACTS)[number], unknown>> {
  readonly members?: { readonly [name: string]: Reference };
  readonly member?: Reference;
  readonly key?: Reference;
  readonly value?: Reference;
  readonly error?: { readonly code?: string; readonly httpStatusCode?: number };
}

interface Operation {
  readonly http: { readonly method: string; readonly requestUri: string };
  readonly input?: Reference;
  readonly output?: Reference;
  readonly errors?: readonly Reference[];
}

interface ServiceModel {
  readonly metadata: { readonly [name: string]: string };
  readonly operations: { readonly [name: string]: Operation };
  readonly shapes: { readonly [name: string]: Shape };
}

function referencesOf(shape: Shape): Reference[] {
  return [...Object.values(shape.members ?? {}), shape.member, shape.key, shape.value].filter(
    (each) => each !== undefined,
  );
}

function factsOf(shape: Shape): object {
  const members = Object.entries(shape.members ?? {});
  // Members that are not in the body, with where and as what.
  const elsewhere = members.filter(([, { location }]) => location !== undefined);
  return {
    ...picked(shape, FACTS),
    ...(shape.members && { members: Object.fromEntries(members.map(([name, { shape }]) => [name, shape])) }),
    ...(elsewhere.length > 0 && {
      elsewhere: Object.fromEntries(
        elsewhere.map(([name, { location, locationName }]) => [name, { location, name: locationName ?? name }]),
      ),
    }),
    ...(shape.member && { member: shape.member.shape }),
    ...(shape.key && { key: shape.key.shape }),
    ...(shape.value && { value: shape.value.shape }),
  };
}

function picked(from: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));
}

/** Some operations, and every shape that they reach. */
function extract(model: ServiceModel, names: readonly string[]): object {
  const shapes = new Map<string, Shape>();
  const reach = (name: string): void => {
    const shape = model.shapes[name];
    if (!shape || shapes.has(name)) return;
    shapes.set(name, shape);
    for (const reference of referencesOf(shape)) reach(reference.shape);
  };
  const codeOf = ({ shape }: Reference) => model.shapes[shape]?.error?.code ?? shape;
  const statuses = new Map<string, number | undefined>();
  const operations = [...names].sort().map((name) => {
    const operation = model.operations[name];
    if (!operation) throw new Error(`the model has no operation ${name}`);
    const { http, input, output, errors = [] } = operation;
    for (const reference of [input, output]) if (reference) reach(reference.shape);
    for (const reference of errors)
      statuses.set(codeOf(reference), model.shapes[reference.shape]?.error?.httpStatusCode);
    return [
      name,
      {
        ...(input && { input: input.shape }),
        ...(output && { output: output.shape }),
        ...(errors.length > 0 && { errors: errors.map(codeOf).sort() }),
        ...(model.metadata.protocol === "rest-json" && { method: http.method, path: http.requestUri }),
      },
    ];
  });
  const sorted = [...shapes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, shape]) => [name, factsOf(shape)]);
  return {
    ...picked(model.metadata, WIRE),
    operations: Object.fromEntries(operations),
    // The HTTP statuses of exceptions. Others have 400.
    statuses: Object.fromEntries([...statuses].filter(([, status]) => status && status !== 400).sort()),
    shapes: Object.fromEntries(sorted),
  };
}

function readModel(directory: string, model: string): ServiceModel {
  const file = path.join(directory, "botocore/data", model, "service-2.json");
  const text = existsSync(file) ? readFileSync(file) : gunzipSync(readFileSync(`${file}.gz`));
  return JSON.parse(text.toString("utf8")) as ServiceModel;
}

const directory = mkdtempSync(path.join(tmpdir(), "botocore-"));
try {
  const wanted = process.argv[2] ? `botocore==${process.argv[2]}` : "botocore";
  const options = ["--quiet", "--no-deps", "--no-compile", "--disable-pip-version-check", "--target", directory];
  execFileSync("python3", ["-m", "pip", "install", ...options, wanted], { stdio: "inherit" });
  const version = /^botocore-(.+)\.dist-info$/m.exec(readdirSync(directory).join("\n"))?.[1];
  const services = Object.entries(MODELS).map(([service, model]) => {
    const operations = Object.keys(SERVICES[service]?.operations ?? {});
    return [service, { model, ...extract(readModel(directory, model), operations) }];
  });
  const source = { package: "botocore", registry: "PyPI", version, generatedBy: "scripts/update-api-model.ts" };
  writeFileSync(TARGET, `${JSON.stringify({ source, services: Object.fromEntries(services) }, null, 1)}\n`);
  execFileSync("npx", ["biome", "format", "--write", TARGET], { stdio: "inherit" });
  console.log(`${path.relative(process.cwd(), TARGET)}: botocore ${version}`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
