/** Where a report's lines go. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
}

/** What rewriting came to in a program. */
export class RewriteReport {
  /** By resource and path, so that an image that two transforms look at counts once. */
  private readonly images = new Map<string, boolean>();
  private readonly changes: string[] = [];
  private unknown = 0;

  constructor(
    private readonly log: Log,
    private readonly dryRun: boolean,
  ) {}

  warn(message: string): void {
    this.log.warn(message);
  }

  /** An image that stays. */
  kept(where: string): void {
    if (!this.images.has(where)) this.images.set(where, false);
  }

  /** An image that changes, or would. */
  rewritten(where: string, change: string): void {
    this.images.set(where, true);
    if (this.dryRun) this.changes.push(`\n  ${where}: ${change}`);
  }

  /** A value that may hold images, and is not known before the update. */
  notKnown(): void {
    this.unknown++;
  }

  /** Says the result in one line, and in a dry run each change; nothing when there was nothing to look at. */
  print(): void {
    if (this.images.size === 0 && this.unknown === 0) return;
    const number = [...this.images.values()].filter((rewritten) => rewritten).length;
    const images = `${number} of ${this.images.size} container images`;
    const outcome = this.dryRun ? "would be pulled" : "are pulled";
    const unknown = this.unknown === 0 ? "" : ` (${this.unknown} not known before the update)`;
    const start = this.dryRun ? "Dry run: " : "";
    const end = this.changes.length === 0 ? "." : `:${this.changes.join("")}`;
    this.log.info(`${start}${images} ${outcome} through the pull-through cache${unknown}${end}`);
  }
}
