import type { Cache } from "../caches/model";
import type { Fix } from "./fix";

/** The checks. `--skip` can leave out each of them. */
export const CHECKS = ["rule", "upstream", "secret", "template", "scanning", "permissions", "stack"] as const;
export type Check = (typeof CHECKS)[number];

/** The kinds of problems. Programs may rely on these names. */
export type Code =
  | "rule-missing"
  | "rule-differs"
  | "upstream-fails"
  | "secret-missing"
  | "secret-deleted"
  | "secret-key"
  | "secret-value"
  | "secret-differs"
  | "token-date"
  | "token-expires"
  | "template-missing"
  | "template-differs"
  | "template-no-lifecycle"
  | "template-needs-role"
  | "role-missing"
  | "role-trust"
  | "role-denied"
  | "role-differs"
  | "scanning-off"
  | "scanning-differs"
  | "puller-missing"
  | "puller-denied"
  | "pull-fails"
  | "registry-denies"
  | "registry-scope"
  | "registry-policy-differs"
  | "exclusions-differ"
  | "setting-differs"
  | "call-failed";

/** A problem with a cache. It never contains a secret's value. */
export interface Finding {
  readonly check: Check;
  /** A stable name of the kind of problem, for programs. */
  readonly code: Code;
  /** The problem, in one sentence. */
  readonly problem: string;
  /** What to do about it. */
  readonly fix: Fix;
  /** The cache works without it, so it does not change the exit code. */
  readonly isAdvice?: true;
}

/** What a check found, and what it could not find out, with the reason. */
export interface Outcome {
  readonly findings: readonly Finding[];
  readonly unchecked: readonly string[];
}

export const NOTHING: Outcome = { findings: [], unchecked: [] };

export function found(...findings: readonly Finding[]): Outcome {
  return { findings, unchecked: [] };
}

export function unchecked(...reasons: readonly string[]): Outcome {
  return { findings: [], unchecked: reasons };
}

export function together(...outcomes: readonly Outcome[]): Outcome {
  return {
    findings: outcomes.flatMap(({ findings }) => findings),
    unchecked: outcomes.flatMap(({ unchecked }) => unchecked),
  };
}

/** The findings about a cache. */
export interface CacheReport extends Outcome {
  readonly cache: Cache;
  /** The checks that were left out, as the options say. */
  readonly skipped: readonly Check[];
}

/** Whether a cache was checked and works. Advice does not count; a check that could not run does. */
export function isSound({ findings, unchecked }: Outcome): boolean {
  return unchecked.length === 0 && findings.every(({ isAdvice }) => isAdvice);
}
