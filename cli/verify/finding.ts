import type { Cache } from "../caches/model";

/** The checks. `--skip` can leave out each of them. */
export const CHECKS = ["rule", "upstream", "secret", "template", "scanning", "permissions"] as const;
export type Check = (typeof CHECKS)[number];

/** A problem with a cache. It never contains a secret's value. */
export interface Finding {
  readonly check: Check;
  /** The problem, in one sentence. */
  readonly problem: string;
  /** What to do about it: a command if there is one. */
  readonly fix: string;
}

/** The findings about a cache. */
export interface CacheReport {
  readonly cache: Cache;
  readonly findings: readonly Finding[];
  /** Checks that could not run, with the reason. */
  readonly unchecked: readonly string[];
}
