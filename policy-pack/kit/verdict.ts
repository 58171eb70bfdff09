/** One problem of a resource. */
export interface Violation {
  readonly what: string;
  /** What to write instead, if that says more than the policy's own advice. */
  readonly write?: string;
  /** Whether it is only advice at every level of the policy, because AWS does not document what happens. */
  readonly advisory?: boolean;
}

/** What a policy says about one resource: what is wrong, and whether unknown values leave a part undecided. */
export interface Verdict {
  readonly violations: readonly Violation[];
  readonly undecided: boolean;
}

export const pass: Verdict = { violations: [], undecided: false };
export const undecided: Verdict = { violations: [], undecided: true };

export function fail(what: string, write?: string): Verdict {
  return { violations: [write === undefined ? { what } : { what, write }], undecided: false };
}

/** The same verdict as advice, whatever the policy's own level. */
export function advisory({ violations, undecided }: Verdict): Verdict {
  return { violations: violations.map((violation) => ({ ...violation, advisory: true })), undecided };
}

/** Combines verdicts: every violation counts once, and one undecided verdict leaves the whole undecided. */
export function all(verdicts: readonly Verdict[]): Verdict {
  const violations = new Map(verdicts.flatMap((verdict) => verdict.violations.map((one) => [one.what, one])));
  return {
    violations: [...violations.values()],
    undecided: verdicts.some((verdict) => verdict.undecided),
  };
}

/** The verdict if it may be unknown whether the policy concerns the resource at all. */
export function ifConcerned(concerned: boolean | symbol, verdict: Verdict): Verdict {
  if (concerned === false) return pass;
  if (concerned === true) return verdict;
  return verdict.violations.length > 0 || verdict.undecided ? undecided : pass;
}
