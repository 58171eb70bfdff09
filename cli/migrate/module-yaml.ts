import { formatPath } from "pulumi-pull-through-cache/plan";
import { isMap, isScalar, LineCounter, type Pair, parseAllDocuments, visit, type YAMLMap } from "yaml";
import type { Credentials, Found, Problem, Reading } from "./entry";

/**
 * The YAML of the Terraform module: a map of registries, decrypted. Source of the fields: `variable "registries"` of
 * github.com/opsworks-co/ecr-pull-through, variables.tf@4811902.
 */
const FIELDS = [
  "registry",
  "username",
  "accessToken",
  "image_tag_mutability",
  "repository_read_access_arns",
  "lifecycle_policy",
];

const ENCRYPTED = "the input is still encrypted: pipe it through `sops decrypt`";

/** Reads the module's YAML. Problems never quote a value, because any value may be a token. */
export function readModuleYaml(text: string, name: string): Reading {
  if (text.trim() === "") {
    return refuse(name, "is empty: did `sops decrypt` before the pipe fail?");
  }
  if (/^(age-encryption\.org|-----BEGIN (AGE|PGP))/.test(text)) return refuse(name, ENCRYPTED);
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines });
  const [document] = documents;
  if (!document) return refuse(name, "has no YAML document");
  const place = (offset = 0) => `${name}:${lines.linePos(offset).line}`;
  const problems: Problem[] = documents
    .flatMap(({ errors }) => errors)
    .map(({ code, pos }) => ({ place: place(pos[0]), message: SYNTAX[code] ?? "is not valid YAML" }));
  visit(document, {
    Alias: (_, { range }) => {
      problems.push({ place: place(range?.[0]), message: "YAML aliases are not supported here: write the value out" });
    },
  });
  if (documents.length > 1) problems.push({ place: name, message: "has more than one YAML document" });

  const { contents } = document;
  if (!isMap(contents)) {
    problems.push({ place: name, message: "must be a map of registries, as for the Terraform module" });
    return { entries: [], problems };
  }
  if (contents.has("sops")) return refuse(name, ENCRYPTED);
  const entries = contents.items.flatMap((pair) => readEntry(pair as Pair, name, problems));
  if (contents.items.length === 0) problems.push({ place: name, message: "has no registry" });
  return { entries, problems };
}

const SYNTAX: { readonly [code: string]: string } = {
  DUPLICATE_KEY: "the same key occurs twice in one map",
};

function refuse(place: string, message: string): Reading {
  return { entries: [], problems: [{ place, message }] };
}

/** Says what is wrong with an entry, or with what is at a path in it. */
type Report = (message: string, ...path: PropertyKey[]) => void;

function readEntry({ key: keyNode, value }: Pair, name: string, problems: Problem[]): Found[] {
  const key = isScalar(keyNode) ? String(keyNode.source) : "";
  const report: Report = (message, ...path) =>
    problems.push({ place: `${name}: ${formatPath([key, ...path])}`, message });
  if (!isMap(value)) {
    report("must be a map with at least `registry`");
    return [];
  }
  for (const { key: field } of value.items) {
    const named = isScalar(field) ? String(field.value) : "";
    if (!FIELDS.includes(named)) report(`is not a field of the module; its fields are ${FIELDS.join(", ")}`, named);
  }
  const text = (field: string) => scalarText(value, field, (message) => report(message, field));
  const registry = text("registry");
  if (registry === undefined) report("is required: the host of the upstream", "registry");
  const found: Found = {
    key,
    registry: bareHost(registry ?? ""),
    credentials: credentialsOf(text("username"), text("accessToken"), report),
    readers: readersOf(value, report),
    lifecyclePolicy: lifecycleOf(value, report),
    tagMutability: text("image_tag_mutability"),
  };
  return registry === undefined ? [] : [found];
}

/**
 * The text of a scalar as written: digits, which YAML takes for a number, are a name or a token here. It is empty after a
 * problem, because the field is there.
 */
function scalarText(map: YAMLMap, field: string, report: (message: string) => void): string | undefined {
  const node = map.get(field, true);
  if (node === undefined) return undefined;
  if (!isScalar(node)) {
    report("must be a string");
    return "";
  }
  if (node.value === null || node.value === "") return undefined;
  const text = typeof node.value === "string" ? node.value : node.source;
  if (text?.startsWith("ENC[")) {
    report("is still encrypted (ENC[...]): decrypt the whole file with `sops decrypt`");
    return "";
  }
  return text;
}

function credentialsOf(
  username: string | undefined,
  accessToken: string | undefined,
  report: Report,
): Credentials | undefined {
  if (username !== undefined && accessToken !== undefined) return { username, accessToken };
  if (username !== undefined) report("is missing, but username is given: give both or neither", "accessToken");
  if (accessToken !== undefined) report("is missing, but accessToken is given: give both or neither", "username");
  return undefined;
}

function readersOf(map: YAMLMap, report: Report): string[] | undefined {
  const field = "repository_read_access_arns";
  const value = map.toJSON()[field] as unknown;
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || value.some((arn) => typeof arn !== "string")) {
    report("must be a list of ARNs", field);
    return undefined;
  }
  const arns = value as string[];
  for (const [index, arn] of arns.entries()) {
    if (readerOf(arn) === undefined) {
      report("is neither an account (arn:aws:iam::<account>:root) nor a role", field, index);
    }
  }
  return arns;
}

/**
 * What an ARN of `repository_read_access_arns` names: an account, a role, or something that `access` does not accept.
 */
export function readerOf(arn: string): { readonly account?: string; readonly role?: string } | undefined {
  const account = /^arn:aws[a-z-]*:iam::([0-9]{12}):root$/.exec(arn)?.[1] ?? /^([0-9]{12})$/.exec(arn)?.[1];
  if (account !== undefined) return { account };
  return /^arn:aws[a-z-]*:iam::[0-9]{12}:role\/\S+$/.test(arn) ? { role: arn } : undefined;
}

function lifecycleOf(map: YAMLMap, report: Report): string | undefined {
  const field = "lifecycle_policy";
  const value = map.toJSON()[field] as unknown;
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "object" && !Array.isArray(value)) return JSON.stringify(value);
  report("must be a map with `rules`", field);
  return undefined;
}

/** A host without the scheme that some examples of the module write. */
export function bareHost(registry: string): string {
  return registry.replace(/^https?:\/\//, "").replace(/\/$/, "");
}
