/** What a policy says of one resource: what is wrong, and whether values that are not known yet leave a part open. */
export interface Verdict {
  readonly violations: readonly string[];
  readonly undecided: boolean;
}

export const pass: Verdict = { violations: [], undecided: false };
export const undecided: Verdict = { violations: [], undecided: true };

export function fail(...violations: string[]): Verdict {
  return { violations, undecided: false };
}

/** All of them: every violation counts once, and one open part leaves the whole open. */
export function all(verdicts: readonly Verdict[]): Verdict {
  return {
    violations: [...new Set(verdicts.flatMap((verdict) => verdict.violations))],
    undecided: verdicts.some((verdict) => verdict.undecided),
  };
}
