/** The emulator's current time: the machine's clock plus the time by which tests have advanced it. */
export class Clock {
  constructor(private readonly kept: { clockOffset: number }) {}

  /** Milliseconds since the epoch. */
  now(): number {
    return Date.now() + this.kept.clockOffset;
  }

  advance(milliseconds: number): void {
    this.kept.clockOffset += milliseconds;
  }
}

export const SECOND = 1_000;
export const HOUR = 3600 * SECOND;
export const DAY = 24 * HOUR;
