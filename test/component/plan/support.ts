import assert from "node:assert/strict";
import type { RegistryArgs } from "../../../component/args";
import { type PlanIssue, planRegistries } from "../../../component/plan";
import type { CredentialSources } from "../../../component/plan/credentials";
import type { EntryPlan, Plan } from "../../../component/plan/model";
import { planCache, type ResolvedArgs } from "../../../component/plan/plan";
import { formatPath } from "../../../component/problems/print";

export const ROLE = "arn:aws:iam::111122223333:role/puller";
const NOW = Date.parse("2027-01-15T12:00:00Z");
export const ECR = "222233334444.dkr.ecr.eu-west-1.amazonaws.com";

/** The ARN of a secret that ECR can read. */
export function secretArn(region: string): string {
  return `arn:aws:secretsmanager:${region}:111122223333:secret:ecr-pullthroughcache/hub-AbCdEf`;
}

export function kmsArn(region: string): string {
  return `arn:aws:kms:${region}:111122223333:key/0a1b2c3d-0000-1111-2222-333344445555`;
}

/** Where credentials can come from, without any by default. */
export function sources(given: Partial<CredentialSources> = {}): CredentialSources {
  return { given: [], config: {}, ...given };
}

interface Options {
  /** Name of the component. Default: `cache`. */
  readonly name?: string;
  /** Where credentials can come from. Default: an empty config, which is encrypted. */
  readonly credentials?: Partial<CredentialSources>;
  /** Milliseconds since the epoch. Default: a day in January 2027. */
  readonly now?: number;
}

function attempt(args: ResolvedArgs, { name = "cache", credentials, now = NOW }: Options = {}) {
  return planCache(args, {
    name,
    stack: ["project", "stack"],
    given: args.registries,
    credentials: sources(credentials),
    now,
  });
}

/** The plan for arguments that are valid. */
export function plan(args: ResolvedArgs, options?: Options): Plan {
  const planned = attempt(args, options);
  assert.ok(planned.ok, JSON.stringify(planned));
  return planned.value;
}

/** The problems with arguments, as `path: message`. */
export function problems(args: ResolvedArgs, options?: Options): string[] {
  const planned = attempt(args, options);
  return shown(planned.ok ? [] : planned.issues);
}

function shown(issues: readonly PlanIssue[]): string[] {
  return issues.map(({ path, message }) => `${formatPath(path)}: ${message}`);
}

/** A test for each row: the problems with these arguments, none if they are accepted. */
export function refuses(rows: readonly (readonly [what: string, args: ResolvedArgs, ...found: string[]])[]): void {
  for (const [what, args, ...found] of rows) {
    it(`${found.length > 0 ? "refuses" : "accepts"} ${what}`, () => assert.deepEqual(problems(args), found));
  }
}

/** An entry's key, its settings, and the problems with them after the entry's own path: `.prefix: is wrong`. */
export type EntryRow = readonly [
  key: string,
  own: { readonly [field in keyof RegistryArgs]: unknown },
  ...found: string[],
];

/** A test for each entry by itself, also of its shape. Credentials are not missed. */
export function refusesEntries(rows: readonly EntryRow[]): void {
  for (const [key, own, ...found] of rows) {
    it(`${found.length > 0 ? "refuses" : "accepts"} ${JSON.stringify({ [key]: own })}`, () => {
      const planned = planRegistries("cache", { [key]: own });
      assert.deepEqual(
        shown(planned.ok ? [] : planned.issues),
        found.map((problem) => formatPath(["registries", key]) + problem),
      );
    });
  }
}

/** The plan of one entry. */
export function entry(planned: Plan, key: string): EntryPlan {
  const found = planned.entries.find((candidate) => candidate.key === key);
  assert.ok(found, `no registry ${key}`);
  return found;
}
