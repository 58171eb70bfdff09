import { isDeepStrictEqual } from "node:util";
import { formatPath, type PlanIssue, planRegistries } from "pulumi-pull-through-cache/plan";
import { counted } from "../terminal/count";
import type { Deployed, Found, Problem } from "./entry";
import { readerOf } from "./module-yaml";

/** Whether the component creates new secrets and a role for its templates, or uses the existing ones. */
export type SecretMode = "new" | "keep";

/** How a field of the input is converted. A dry run prints these as a table. */
export interface FieldChange {
  readonly entry: string;
  readonly from: string;
  readonly to: string;
  readonly note: string;
}

/** Entries of registries.yaml, and how each was converted. */
export interface Conversion {
  readonly registries: { readonly [key: string]: Entry };
  readonly changes: readonly FieldChange[];
  readonly problems: readonly Problem[];
}

/** One entry of registries.yaml. */
export type Entry = { [field: string]: unknown };

/** What the module deploys if the YAML has no lifecycle_policy. Source: main.tf@ebb8fdf of the module. */
const MODULE_KEEPS = 3;

/** Converts what was found into entries, and checks them by the component's own rules. */
export function convert(found: readonly Found[], name: string, mode: SecretMode): Conversion {
  const changes: FieldChange[] = [];
  const problems: Problem[] = [];
  const converted = found.map((one) => [one.key, convertOne(one, mode, changes, problems)] as const);
  // As own properties, whatever the keys are.
  const registries: Conversion["registries"] = Object.fromEntries(converted);
  const planned = planRegistries(name, registries);
  if (!planned.ok) problems.push(...planned.issues.map(problemOf));
  return { registries, changes, problems };
}

function convertOne(found: Found, mode: SecretMode, changes: FieldChange[], problems: Problem[]): Entry {
  const { key, deployed } = found;
  const entry: Entry = {};
  const set = (from: string, to: string, value: unknown, note = "") => {
    if (value === undefined) return;
    entry[to] = value;
    changes.push({ entry: key, from, to, note });
  };
  const note = (from: string, to: string, text: string) => changes.push({ entry: key, from, to, note: text });

  set("registry", "registry", found.registry);
  convertUpstreamPrefix(found, set);
  set("custom_role_arn of the rule", "roleArn", deployed?.roleArn, "the role stays with its owner");
  convertCredentials(found, mode, { set, note, problems });
  convertLifecycle(found, set, note);
  convertMutability(found, set, note);
  convertAccess(found, set, note);
  if (deployed) convertTemplate(deployed, mode, set, note);
  return entry;
}

/** The component sends ROOT by itself for ECR. Elsewhere the provider tells ROOT from none, and would replace the rule. */
function convertUpstreamPrefix({ key, registry, deployed }: Found, set: Set): void {
  const isImplied = deployed?.upstreamPrefix === "ROOT" && (key === "ROOT" || registry.includes(".dkr.ecr."));
  if (!isImplied) set("upstream_repository_prefix", "upstreamPrefix", deployed?.upstreamPrefix);
}

type Set = (from: string, to: string, value: unknown, note?: string) => void;
type Note = (from: string, to: string, text: string) => void;

function convertCredentials(
  { key, credentials, tokenProblem = "has a secret, but no input has its token", deployed }: Found,
  mode: SecretMode,
  { set, note, problems }: { set: Set; note: Note; problems: Problem[] },
): void {
  const arn = deployed?.credentialArn;
  if (mode === "keep") {
    if (arn !== undefined) set("credential_arn", "credentialArn", arn, "the secret stays; its token is rotated there");
    else if (credentials) {
      problems.push({ place: formatPath([key]), message: "--secrets keep needs the ARN of the secret: give --state" });
    }
    return;
  }
  if (!credentials) {
    if (arn !== undefined) {
      const message = `${tokenProblem}: give the YAML with --from, or keep the secret with --secrets keep`;
      problems.push({ place: formatPath([key]), message });
    }
    return;
  }
  note("username, accessToken", "the stack's config", "encrypted, on the standard input of pulumi config set");
  const { description, policy, recoveryWindowInDays, tags } = deployed?.secretSettings ?? {};
  const secret = {
    ...(description !== undefined && { description }),
    ...(recoveryWindowInDays && { recoveryWindowInDays }),
    ...(tags !== undefined && { tags }),
    ...(policy !== undefined && { policy }),
  };
  if (Object.keys(secret).length > 0) set("the secret's settings", "secret", secret, "for the new secret");
}

interface LifecycleDocument {
  readonly rules?: readonly {
    readonly selection?: { readonly [name: string]: unknown };
    readonly action?: { readonly [name: string]: unknown };
  }[];
}

function convertLifecycle({ lifecyclePolicy, deployed }: Found, set: Set, note: Note): void {
  if (lifecyclePolicy === undefined) {
    if (deployed) {
      note(
        "no lifecycle_policy",
        "the default",
        "repositories cached from now on get the component's default lifecycle",
      );
    } else {
      set("(the module's default)", "lifecycle", { keepImages: MODULE_KEEPS }, "said explicitly");
    }
    return;
  }
  const keepImages = keptImages(lifecyclePolicy);
  if (keepImages !== undefined)
    set("lifecycle_policy", "lifecycle", { keepImages }, `keeps ${counted(keepImages, "image")}`);
  else set("lifecycle_policy", "lifecycle", { policy: lifecyclePolicy }, "the document as it is");
}

/** How many images the document keeps, if it does nothing else. */
function keptImages(text: string): number | undefined {
  let document: LifecycleDocument;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  const [rule, ...others] = document?.rules ?? [];
  if (!rule || others.length > 0) return undefined;
  const { countNumber, ...selection } = rule.selection ?? {};
  const isKeep =
    isDeepStrictEqual(selection, { tagStatus: "any", countType: "imageCountMoreThan" }) &&
    isDeepStrictEqual(rule.action, { type: "expire" });
  return isKeep && typeof countNumber === "number" ? countNumber : undefined;
}

function convertMutability({ tagMutability, deployed }: Found, set: Set, note: Note): void {
  const filters = deployed?.settings.exclusionFilters ?? [];
  if (tagMutability === undefined || tagMutability === "MUTABLE") {
    if (tagMutability) note("image_tag_mutability", "the default", "MUTABLE");
    return;
  }
  const warning = tagMutability === "IMMUTABLE" ? "as deployed; a tag such as latest is never refreshed" : "";
  set("image_tag_mutability", "tagMutability", tagMutability, warning);
  if (filters.length > 0) set("image_tag_mutability_exclusion_filter", "tagMutabilityExclusionFilters", [...filters]);
}

function convertAccess({ readers, deployed }: Found, set: Set, note: Note): void {
  const policy = deployed?.settings.repositoryPolicy;
  if (readers && readers.length > 0) {
    const known = readers.map(readerOf).filter((reader) => reader !== undefined);
    const accounts = known.flatMap(({ account }) => account ?? []);
    const roleArns = known.flatMap(({ role }) => role ?? []);
    const access = { ...(accounts.length > 0 && { accounts }), ...(roleArns.length > 0 && { roleArns }) };
    set("repository_read_access_arns", "access", access, "their first pulls need registryPolicyStatements too");
    return;
  }
  if (policy !== undefined) set("repository_policy", "repositoryPolicy", policy, "the document as it is");
  else if (!deployed) {
    note("(the module's own-account policy)", "none", "in the same account, the pullers' IAM policies are enough");
  }
}

function convertTemplate({ settings, template, inherited }: Deployed, mode: SecretMode, set: Set, note: Note): void {
  if (inherited !== undefined)
    note(`the template of ${inherited}`, "a template of its own", "with the same settings; the other one stays");
  else if (!template)
    note("no template", "a new template", "the component creates one; it applies to repositories cached from now on");
  set("description", "description", settings.description);
  if (settings.encryptionType === "KMS") {
    set("encryption_configuration", "encryption", {
      type: "KMS",
      ...(settings.kmsKey !== undefined && { kmsKey: settings.kmsKey }),
    });
  }
  set("resource_tags", "resourceTags", settings.resourceTags);
  if (mode === "keep") set("custom_role_arn", "templateRoleArn", settings.roleArn, "the role stays");
  else if (settings.roleArn)
    note("custom_role_arn", "a role of the component", "one least-privilege role for all registries");
  const uses = (settings.appliedFor ?? []).filter((use) => use !== "PULL_THROUGH_CACHE");
  if (uses.length > 0)
    note(`applied_for ${uses.join(", ")}`, "dropped", "the component's templates apply only to pull through caches");
}

function problemOf({ path, message }: PlanIssue): Problem {
  const [first, ...rest] = path;
  return { place: formatPath(first === "registries" ? rest : path), message };
}
