/** One thing that is wrong with a resource. */
export interface Violation {
  readonly what: string;
  /** What to write instead, where this says more than the policy's own advice. */
  readonly write?: string;
  /** Whether it stays advice at every level of the policy, since AWS does not document what happens. */
  readonly advisory?: boolean;
}

/** What a policy says of one resource: what is wrong, and whether values that are not known yet leave a part open. */
export interface Verdict {
  readonly violations: readonly Violation[];
  readonly undecided: boolean;
}

export const pass: Verdict = { violations: [], undecided: false };
export const undecided: Verdict = { violations: [], undecided: true };

export function fail(what: string, write?: string): Verdict {
  return { violations: [write === undefined ? { what } : { what, write }], undecided: false };
}

/** The same as advice, whatever the policy's own level. */
export function advisory({ violations, undecided }: Verdict): Verdict {
  return { violations: violations.map((violation) => ({ ...violation, advisory: true })), undecided };
}

/** All of them: every violation counts once, and one open part leaves the whole open. */
export function all(verdicts: readonly Verdict[]): Verdict {
  const violations = new Map(verdicts.flatMap((verdict) => verdict.violations.map((one) => [one.what, one])));
  return {
    violations: [...violations.values()],
    undecided: verdicts.some((verdict) => verdict.undecided),
  };
}

/** The verdict where it is not known yet whether the policy is about the resource at all. */
export function ifConcerned(concerned: boolean | symbol, verdict: Verdict): Verdict {
  if (concerned === false) return pass;
  if (concerned === true) return verdict;
  return verdict.violations.length > 0 || verdict.undecided ? undecided : pass;
}
