/** Eventual consistency: new things that are not visible everywhere yet. */
export class Visibility {
  private readonly hidden = new Map<string, number>();
  private readonly hiddenFromEcr = new Map<string, number>();

  /** Hides a thing, e.g. `role:<arn>`, from its next reads. */
  hide(thing: string, reads: number): void {
    if (reads > 0) this.hidden.set(thing, reads);
  }

  /** Hides a thing from ECR until a time on the emulator's clock. Secrets Manager, IAM and STS show it at once. */
  hideFromEcr(thing: string, until: number): void {
    this.hiddenFromEcr.set(thing, until);
  }

  /** Counts one read. Returns false while the thing is hidden. */
  sees(thing: string): boolean {
    const left = this.hidden.get(thing);
    if (left === undefined) return true;
    if (left <= 1) this.hidden.delete(thing);
    else this.hidden.set(thing, left - 1);
    return false;
  }

  /** One read by ECR. */
  ecrSees(thing: string, now: number): boolean {
    return (this.hiddenFromEcr.get(thing) ?? 0) <= now && this.sees(thing);
  }

  reset(): void {
    this.hidden.clear();
    this.hiddenFromEcr.clear();
  }
}
