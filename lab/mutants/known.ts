/** A mutant that no test can or should find, and why. */
export interface Known {
  readonly file: string;
  /** The line that it changes, as it stands in the file. */
  readonly line: string;
  readonly after: string;
  /** Whether it changes nothing that anybody could see. */
  readonly isEquivalent: boolean;
  readonly reason: string;
}

export const KNOWN: readonly Known[] = [];
