import type { Cache } from "../caches/model";

/** The checks. `--skip` can leave out each of them. */
export const CHECKS = ["rule", "upstream", "secret", "template", "scanning", "permissions"] as const;
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
  | "token-date"
  | "token-expires"
  | "template-missing"
  | "template-differs"
  | "template-no-lifecycle"
  | "template-needs-role"
  | "role-missing"
  | "role-trust"
  | "scanning-off"
  | "puller-denied"
  | "call-failed";

/** A problem with a cache. It never contains a secret's value. */
export interface Finding {
  readonly check: Check;
  /** A stable name of the kind of problem, for programs. */
  readonly code: Code;
  /** The problem, in one sentence. */
  readonly problem: string;
  /** What to do about it: a command if there is one. */
  readonly fix: string;
  /** The cache works without it, so it does not change the exit code. */
  readonly isAdvice?: true;
}

/** The findings about a cache. */
export interface CacheReport {
  readonly cache: Cache;
  readonly findings: readonly Finding[];
  /** Checks that could not run, with the reason. */
  readonly unchecked: readonly string[];
}

/** Whether a cache was checked and works. Advice does not count; a check that could not run does. */
export function isSound({ findings, unchecked }: CacheReport): boolean {
  return unchecked.length === 0 && findings.every(({ isAdvice }) => isAdvice);
}
