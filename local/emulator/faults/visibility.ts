/** Eventual consistency: things that were made a moment ago and that the next reads do not see yet. */
export class Visibility {
  private readonly hidden = new Map<string, number>();

  /** Hides a thing, e.g. `role:<arn>`, from its next reads. */
  hide(thing: string, reads: number): void {
    if (reads > 0) this.hidden.set(thing, reads);
  }

  /** Counts one read; false while the thing is still hidden. */
  sees(thing: string): boolean {
    const left = this.hidden.get(thing);
    if (left === undefined) return true;
    if (left <= 1) this.hidden.delete(thing);
    else this.hidden.set(thing, left - 1);
    return false;
  }

  reset(): void {
    this.hidden.clear();
  }
}
