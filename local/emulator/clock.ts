/** The emulator's current time: the machine's clock plus the time by which tests have advanced it. */
export class Clock {
  constructor(private offset = 0) {}

  /** Milliseconds since the epoch. */
  now(): number {
    return Date.now() + this.offset;
  }

  advance(milliseconds: number): void {
    this.offset += milliseconds;
  }

  get offsetMilliseconds(): number {
    return this.offset;
  }

  reset(): void {
    this.offset = 0;
  }
}

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
