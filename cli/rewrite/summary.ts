import { type CacheRule, KEPT_WORDS } from "pulumi-pull-through-cache/images";
import { formatPath, isNameLike } from "pulumi-pull-through-cache/plan";
import { misnamed } from "../caches/own-names";
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

/** At most so many lines of a kind are shown. */
const NAMED = 20;

/** Different lines of a kind. */
class Lines {
  private readonly shown = new Set<string>();
  private more = 0;

  add(line: string): void {
    if (this.shown.has(line)) return;
    if (this.shown.size < NAMED) this.shown.add(line);
    else this.more++;
  }

  all(): string[] {
    return [...this.shown, ...(this.more > 0 ? [`and ${this.more} more`] : [])];
  }
}

type Kept = Exclude<Decided["decision"], { readonly kind: "rewritten" | "no name" }>;

/** What happened to the images of all documents. */
export class RewriteSummary {
  isBroken = false;
  private hasContent = false;
  private rewritten = 0;
  private readonly kept = new Map<string, number>();
  private readonly notes = new Lines();
  private readonly keptImages = new Lines();
  private count = 0;

  /** @param onRewritten Sees each image that gets its name in the cache. */
  constructor(
    private readonly rules: readonly CacheRule[],
    private readonly onRewritten: (image: Rewritten) => void,
  ) {}

  /** Whether there are documents, and all images have the names that they should have. */
  get isClean(): boolean {
    return this.hasContent && this.rewritten === 0;
  }

  add(
    file: string,
    { candidates, problems, hasContent }: Manifest,
    decided: readonly Decided[],
    isServed: (reference: string) => boolean,
  ): void {
    this.hasContent ||= hasContent;
    for (const { line, message, isBroken } of problems) {
      this.isBroken ||= isBroken;
      this.notes.add(`${file}:${line}: ${message}${isBroken ? "; the document is left as it is" : ""}`);
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
        this.notes.add(`${file}:${line}: ${from} is left as it is: ${obstacle}`);
      } else {
        this.keep(KEPT_WORDS[decision.kind]);
        const words = this.reasonToKeep(from, decision);
        if (words !== undefined) this.keptImages.add(`${file}:${line}: ${words}`);
      }
    }
    for (const one of candidates) if (isServed(one.reference)) this.notes.add(unknownPlace(file, one));
  }

  text(): string {
    const others = [...this.kept].map(([words, count]) => `${count} ${words}`);
    const first = [`${someOf(this.rewritten, this.count, "image", ["gets", "get"])} the cache's name`, ...others].join(
      "; ",
    );
    const nothing = this.hasContent ? [] : ["There is no YAML or JSON document in the input."];
    return [`${first}.`, ...nothing, ...this.notes.all(), ...this.keptImages.all()].join("\n");
  }

  /** Undefined for an image that is right as it is. */
  private reasonToKeep(image: string, decision: Kept): string | undefined {
    if (decision.kind === "malformed") {
      return `${isNameLike(image) ? image : "(hidden)"} is not a valid reference: ${decision.error.reason}`;
    }
    const wrong = misnamed(image, decision, this.rules);
    if (wrong?.meant !== undefined) return `${image}: did you mean ${wrong.meant}?`;
    if (decision.kind === "in cache") return wrong && `${image}: ${wrong.reason}`;
    return `${image}: ${decision.kind === "digest" ? "pinned by digest" : KEPT_WORDS[decision.kind]}`;
  }

  private keep(words: string): void {
    this.kept.set(words, (this.kept.get(words) ?? 0) + 1);
  }
}

function unknownPlace(file: string, { line, owner, path, reference }: ManifestCandidate): string {
  const place = [owner, formatPath(path)].filter(Boolean).join(" ");
  return `${file}:${line}: ${reference} is left as it is: nothing says that ${place} is an image (--places)`;
}
