import type { Cache } from "../caches/model";

/** The checks, each of which `--skip` can leave out. */
export const CHECKS = ["rule", "upstream", "secret", "template", "scanning", "permissions"] as const;
export type Check = (typeof CHECKS)[number];

/** Something that is wrong with a cache. Holds no value of a secret. */
export interface Finding {
  readonly check: Check;
  /** What is wrong, in one sentence. */
  readonly problem: string;
  /** What to do about it: a command where there is one. */
  readonly fix: string;
}

/** What was found out about a cache. */
export interface CacheReport {
  readonly cache: Cache;
  readonly findings: readonly Finding[];
  /** Checks that could not be made, with the reason. */
  readonly unchecked: readonly string[];
}
