/** Where a report's lines go. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
}

/** What happened to an image. If two transforms see the same image, the outcome that comes first here counts. */
const OUTCOMES = [
  "rewritten",
  "not written",
  "elsewhere",
  "in cache",
  "digest",
  "warned",
  "excluded",
  "not listed",
  "not covered",
] as const;

export type Outcome = (typeof OUTCOMES)[number];

const OTHERS: readonly (readonly [outcome: Outcome, words: string])[] = [
  ["not written", "not part of this update"],
  ["elsewhere", "in a Region without the cache"],
  ["in cache", "already in a cache"],
  ["not covered", "without a rule"],
  ["not listed", "not listed in repositories"],
  ["digest", "left because of their digest"],
  ["excluded", "excluded by the options"],
  ["warned", "left with a warning"],
];

const WHY_DIGESTS =
  ' A cache serves a digest only if it already has that image: pull the tag first, and set digests: "rewrite".';

/** Collects the outcome of rewriting in a program. */
export class RewriteReport {
  /** By resource and path, so that an image that two transforms see counts once. */
  private readonly images = new Map<string, Outcome>();
  private readonly changes: string[] = [];
  private readonly checks: (() => Promise<void>)[] = [];
  /** Names of resources of kinds that were not looked at, by type. */
  private readonly unread = new Map<string, Set<string>>();
  /** Regions of workloads for which there are no rules. */
  private readonly lacking = new Map<string, string>();
  private unknown = 0;

  /**
   * @param atOnce Whether to log each change of a dry run at once, for a process that does not know when the program
   * ends.
   */
  constructor(
    private readonly log: Log,
    private readonly dryRun: boolean,
    private readonly atOnce = false,
  ) {}

  warn(message: string): void {
    this.log.warn(message);
  }

  /** Records an image that is kept. */
  kept(where: string, outcome: Exclude<Outcome, "rewritten">): void {
    this.note(where, outcome);
  }

  /** Records an image that is kept because its workload is in another Region. Another cache may serve it. */
  elsewhere(where: string, region: string): void {
    this.note(where, "elsewhere");
    this.lacking.set(where, region);
  }

  /**
   * Records an image that changes, or would in a dry run.
   *
   * @param isWritten Says at the end whether the update wrote it.
   */
  rewritten(where: string, change: string, isWritten: () => Promise<boolean>): void {
    this.note(where, "rewritten");
    if (!this.dryRun) {
      this.checks.push(async () => {
        if (!(await isWritten())) this.images.set(where, "not written");
      });
      return;
    }
    if (this.atOnce) this.log.info(`Dry run: ${where}: ${change}`);
    else this.changes.push(`\n  ${where}: ${change}`);
  }

  /** Records a value that may hold images but is not known before the update. */
  notKnown(): void {
    this.unknown++;
  }

  /** Records a resource that may have images at places that are not known. */
  notRead(type: string, name: string): void {
    this.unread.set(type, (this.unread.get(type) ?? new Set()).add(name));
  }

  /** Logs the result in one line, and in a dry run each change. Logs nothing if there were no images. */
  async print(): Promise<void> {
    await Promise.all(this.checks.map((check) => check()));
    if (this.images.size === 0 && this.unknown === 0 && this.unread.size === 0) return;
    const start = this.dryRun ? "Dry run: " : "";
    const outcome = this.dryRun ? "would be pulled" : "are pulled";
    const others = OTHERS.map(([kind, words]) => [this.count(kind), words] as const)
      .concat([[this.unknown, "not known before the update"]])
      .filter(([count]) => count > 0)
      .map(([count, words]) => `${count} ${words}`);
    const rest = others.length > 0 ? `; ${others.join(", ")}` : "";
    const why = `${this.count("digest") > 0 ? WHY_DIGESTS : ""}${this.otherRegions()}`;
    this.log.info(
      `${start}${this.count("rewritten")} of ${this.images.size} container images ${outcome} through the cache${rest}.${why}${this.unreadTypes()}${this.changes.join("")}`,
    );
  }

  private otherRegions(): string {
    const left = [...this.lacking].filter(([where]) => this.images.get(where) === "elsewhere");
    if (left.length === 0) return "";
    const regions = [...new Set(left.map(([, region]) => region))].sort().join(", ");
    return ` The cache is not in ${regions}: add it to "regions", or set rewriteImages.region to pull from one Region everywhere.`;
  }

  private unreadTypes(): string {
    const types = [...this.unread].map(([type, { size }]) => (size > 1 ? `${size} ${type}` : type));
    if (types.length === 0) return "";
    return ` Not looked at, though there seem to be images: ${types.join(", ")}. Name their fields in rewriteImages.places.`;
  }

  private note(where: string, outcome: Outcome): void {
    const before = this.images.get(where);
    if (before === undefined || OUTCOMES.indexOf(outcome) < OUTCOMES.indexOf(before)) this.images.set(where, outcome);
  }

  private count(outcome: Outcome): number {
    return [...this.images.values()].filter((found) => found === outcome).length;
  }
}
