import { KEPT_WORDS } from "pulumi-pull-through-cache/images";
import { formatPath } from "pulumi-pull-through-cache/plan";
import type { Manifest, ManifestCandidate } from "../manifests/manifest";
import { someOf } from "../terminal/count";
import type { Decided } from "./document";

/** An image that gets its name in the cache. */
export interface Rewritten {
  readonly file: string;
  readonly line: number;
  readonly path: string;
  readonly from: string;
  readonly to: string;
}

/** At most so many things of a kind are named. */
const NAMED = 20;

/** What happened to the images of all documents. */
export class RewriteSummary {
  isBroken = false;
  rewritten = 0;
  private readonly kept = new Map<string, number>();
  private readonly notes: string[] = [];
  private unnamed = 0;
  private count = 0;

  /** @param onRewritten Sees each image that gets its name in the cache. */
  constructor(private readonly onRewritten: (image: Rewritten) => void) {}

  add(
    file: string,
    { candidates, problems }: Manifest,
    decided: readonly Decided[],
    isServed: (reference: string) => boolean,
  ): void {
    for (const { line, message, isBroken } of problems) {
      this.isBroken ||= isBroken;
      this.note(`${file}:${line}: ${message}${isBroken ? "; the document is left as it is" : ""}`);
    }
    for (const { image, decision, obstacle } of decided) {
      if (decision.kind === "no name") continue;
      this.count++;
      const { line, path, reference: from } = image;
      if (decision.kind === "rewritten" && obstacle === undefined) {
        this.rewritten++;
        this.onRewritten({ file, line, path: formatPath(path), from, to: decision.reference });
      } else if (decision.kind === "rewritten") {
        this.keep("left for another reason");
        this.note(`${file}:${line}: ${from} is left as it is: ${obstacle}`);
      } else this.keep(KEPT_WORDS[decision.kind]);
    }
    for (const one of candidates) if (isServed(one.reference)) this.note(unknownPlace(file, one));
  }

  text(): string {
    const others = [...this.kept].map(([words, count]) => `${count} ${words}`);
    const first = [`${someOf(this.rewritten, this.count, "image", ["gets", "get"])} the cache's name`, ...others].join(
      "; ",
    );
    return [`${first}.`, ...this.notes, ...(this.unnamed > 0 ? [`and ${this.unnamed} more`] : [])].join("\n");
  }

  private note(line: string): void {
    if (this.notes.length < NAMED) this.notes.push(line);
    else this.unnamed++;
  }

  private keep(words: string): void {
    this.kept.set(words, (this.kept.get(words) ?? 0) + 1);
  }
}

function unknownPlace(file: string, { line, owner, path, reference }: ManifestCandidate): string {
  const place = [owner, formatPath(path)].filter(Boolean).join(" ");
  return `${file}:${line}: ${reference} is left as it is: nothing says that ${place} is an image (--places)`;
}
