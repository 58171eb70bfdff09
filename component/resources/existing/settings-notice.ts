import { isDeepStrictEqual } from "node:util";
import * as pulumi from "@pulumi/pulumi";

type Properties = { readonly [name: string]: unknown };

/** The settings that a template gives to repositories, as the command line tool calls them, with their properties. */
const SETTINGS: readonly { readonly title: string; readonly properties: readonly string[] }[] = [
  { title: "lifecycle policy", properties: ["lifecyclePolicy"] },
  { title: "repository policy", properties: ["repositoryPolicy"] },
  { title: "tag mutability", properties: ["imageTagMutability", "imageTagMutabilityExclusionFilters"] },
];

/** The settings of a template that change, by title. */
export interface TemplateChange {
  readonly prefix: string;
  /** Settings that `pull-through-cache apply` applies to existing repositories. */
  readonly applied: readonly string[];
  /** What existing repositories keep: their encryption, and settings that the template no longer has. */
  readonly kept: readonly string[];
  /** What new repositories no longer get. A template that was made elsewhere may have more than the component sets. */
  readonly lost: readonly string[];
}

/**
 * What changes between two versions of a template. Unknown values and secrets do not count, because it is not known yet
 * whether they change.
 */
export function settingChanges(before: Properties, after: Properties): TemplateChange {
  const applied: string[] = [];
  const kept: string[] = [];
  const lost: string[] = [];
  for (const { title, properties } of SETTINGS) {
    const changed = properties.filter((property) => differs(before[property], after[property]));
    if (changed.length === 0) continue;
    const isGone = changed.every((property) => plain(after[property]) === undefined);
    (isGone ? kept : applied).push(title);
    if (isGone) lost.push(title);
  }
  if (isKnown(before.resourceTags) && isKnown(after.resourceTags)) {
    const [old, wanted] = [(before.resourceTags ?? {}) as Properties, (after.resourceTags ?? {}) as Properties];
    if (Object.keys(wanted).some((key) => old[key] !== wanted[key])) applied.push("tags");
    if (Object.keys(old).some((key) => !(key in wanted))) {
      kept.push("removed tags");
      lost.push("removed tags");
    }
  }
  if (differs(before.encryptionConfigurations, after.encryptionConfigurations)) kept.push("encryption");
  for (const use of usesOf(before)) if (!usesOf(after).includes(use)) lost.push(`settings for ${use}`);
  return { prefix: String(after.prefix), applied, kept, lost };
}

/** What a template is for, such as CREATE_ON_PUSH. */
function usesOf({ appliedFors }: Properties): readonly unknown[] {
  return Array.isArray(appliedFors) ? appliedFors : [];
}

const SHOWN = 5;
const APPLY = "npx pull-through-cache apply --selected-stack";

/** One line about all templates that change, or undefined if no setting changes. */
export function settingsNotice(changes: readonly TemplateChange[]): string | undefined {
  const changed = changes.filter(({ applied, kept, lost }) => applied.length + kept.length + lost.length > 0);
  if (changed.length === 0) return undefined;
  // A prefix can have a template in each Region.
  const prefixes = [...new Set(changed.map(({ prefix }) => prefix))].sort();
  const more = prefixes.length > SHOWN ? [`${prefixes.length - SHOWN} more`] : [];
  const applied = [...new Set(changed.flatMap((change) => change.applied))];
  const kept = [...new Set(changed.flatMap((change) => change.kept))];
  const lost = [...new Set(changed.flatMap((change) => change.lost))];
  return [
    `The templates of ${list([...prefixes.slice(0, SHOWN), ...more])} change for new repositories only.`,
    ...(kept.length > 0 ? [`Existing repositories keep their ${list(kept)}.`] : []),
    ...(lost.length > 0 ? [`New ones no longer get the ${list(lost)}.`] : []),
    ...(applied.length > 0
      ? [`To apply the ${list(applied)} to existing repositories, run after the update: ${APPLY}`]
      : []),
  ].join(" ");
}

function list(items: readonly string[]): string {
  return new Intl.ListFormat("en").format(items);
}

function differs(before: unknown, after: unknown): boolean {
  return isKnown(before) && isKnown(after) && !isDeepStrictEqual(plain(before), plain(after));
}

function isKnown(value: unknown): boolean {
  return !pulumi.Output.isInstance(value) && !pulumi.containsUnknowns(value);
}

/**
 * A value in a normal form: JSON parsed, and without empty parts, which the state may hold where inputs have nothing.
 */
function plain(value: unknown): unknown {
  if (typeof value === "string" && value.startsWith("{")) return parsed(value);
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(plain);
  if (typeof value !== "object") return value === "" ? undefined : value;
  // The provider lists in "__defaults" what it filled in.
  const entries = Object.entries(value ?? {})
    .filter(([name]) => name !== "__defaults")
    .map(([name, inner]) => [name, plain(inner)])
    .filter(([, inner]) => inner !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
