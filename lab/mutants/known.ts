/** A mutant that no test can or should find, with the reason. */
export interface Known {
  readonly file: string;
  /** The line that it changes, as written in the file. */
  readonly line: string;
  readonly after: string;
  /** Whether the change has no visible effect. */
  readonly isEquivalent: boolean;
  readonly reason: string;
}

export const KNOWN: readonly Known[] = [];
