import type * as pulumi from "@pulumi/pulumi";
import { formatImageReference, tryParseImageReference } from "../images";
import { type CacheLookup, createCacheLookup } from "../images/cache";
import { matchesPattern } from "../images/pattern";
import type { ImageReference } from "../images/reference";
import type { CacheRule } from "../images/rules";
import type { RewriteOptions } from "./options";
import { passes } from "./patterns";
import type { Exception } from "./places";
import type { Outcome, RewriteReport } from "./report";
import type { Position, Visitor } from "./walk";

/** The rules, as far as they are known. */
export interface KnownRules {
  rules: readonly CacheRule[];
  lookUp: (image: ImageReference) => CacheLookup;
}

export function knownRules(rules: readonly CacheRule[]): KnownRules {
  return { rules, lookUp: createCacheLookup(rules) };
}

/** A resource, and the reason why its images cannot be rewritten, if there is one. */
export interface Workload {
  type: string;
  name: string;
  obstacle?: string;
}

// Image identifiers, and the placeholder that Istio's injector replaces with its own image.
const NO_REFERENCE = /^(|auto|sha256:[0-9a-f]{64})$/;

/** Replaces each image that the cache serves with its name in the cache. */
export class CacheVisitor implements Visitor {
  /** URLs of the rules that serve the resource's rewritten images. */
  readonly urls = new Set<string>();

  constructor(
    private readonly workload: Workload,
    private readonly known: KnownRules | pulumi.Output<unknown>,
    private readonly options: RewriteOptions,
    private readonly report: RewriteReport,
  ) {}

  image(reference: string, at: Position): string | pulumi.Output<string> {
    if (NO_REFERENCE.test(reference)) return reference;
    const { known, report } = this;
    if (!("rules" in known)) {
      report.notKnown();
      return this.options.dryRun ? reference : known.apply(() => reference);
    }
    const found = this.outcome(reference, known, at);
    if (typeof found === "string") {
      report.kept(this.place(at), found);
      return reference;
    }
    const { obstacle } = this.workload;
    if (obstacle !== undefined) {
      this.warn(reference, obstacle, at);
      report.kept(this.place(at), "warned");
      return reference;
    }
    report.rewritten(this.place(at), at.secret ? "[secret]" : `${reference} -> ${found.reference}`);
    if (this.options.dryRun) return reference;
    this.urls.add(found.url);
    return found.reference;
  }

  exempted(reference: string, { warning }: Exception, at: Position): void {
    const { known } = this;
    if (warning === undefined || !("rules" in known)) return;
    const found = this.outcome(reference, known, at);
    if (typeof found !== "string") this.warn(reference, warning, at);
    this.report.kept(this.place(at), typeof found === "string" ? found : "warned");
  }

  unknown(): void {
    this.report.notKnown();
  }

  isBuildArgument(name: string): boolean {
    return this.options.buildArgs?.some((pattern) => matchesPattern(pattern, name)) ?? false;
  }

  /** The name in the cache, or why the image is kept. */
  private outcome(
    reference: string,
    { lookUp }: KnownRules,
    at: Position,
  ): Exclude<Outcome, "rewritten"> | { readonly reference: string; readonly url: string } {
    const parsed = tryParseImageReference(reference);
    if (!parsed.ok) {
      // The reason would quote the reference, which may be secret.
      const problem = at.secret ? `its ${parsed.error.code} is malformed` : parsed.error.reason;
      this.warn(reference, `${problem}; write it as [registry/]repository[:tag][@digest]`, at);
      return "warned";
    }
    const found = lookUp(parsed.value);
    if (found.kind !== "served") return found.kind;
    if (!passes(this.options.images, reference, formatImageReference(parsed.value))) return "excluded";
    return parsed.value.digest !== undefined && this.options.digests !== "rewrite" ? "digest" : found;
  }

  private warn(reference: string, reason: string, at: Position): void {
    const shown = at.secret ? "the image" : JSON.stringify(shorten(reference));
    this.report.warn(`${this.place(at)}: ${shown} is left as it is: ${reason}.`);
  }

  private place({ path }: Position): string {
    return `${this.workload.type} "${this.workload.name}" ${path}`;
  }
}

/** Warns about a Lambda function whose image is in the cache, or would be if Lambda could pull through one. */
export class LambdaVisitor implements Visitor {
  constructor(
    private readonly workload: Workload,
    private readonly known: KnownRules | pulumi.Output<unknown>,
    private readonly report: RewriteReport,
  ) {}

  image(reference: string, { path, secret }: Position): string {
    if ("rules" in this.known && isServed(reference, this.known)) {
      const shown = secret ? "the image" : JSON.stringify(shorten(reference));
      this.report.warn(
        `${this.workload.type} "${this.workload.name}" ${path}: ${shown} is left as it is: AWS Lambda cannot pull through a cache; push the image to a repository of your own.`,
      );
    }
    return reference;
  }

  exempted(): void {}

  unknown(): void {}

  isBuildArgument(): boolean {
    return false;
  }
}

function isServed(reference: string, { rules, lookUp }: KnownRules): boolean {
  const parsed = tryParseImageReference(reference);
  if (!parsed.ok) return false;
  // The registry of a ROOT rule may also hold repositories that are not cached.
  const isInCache = ({ url }: CacheRule) =>
    url.includes("/") && reference.startsWith(url.endsWith("/") ? url : `${url}/`);
  return lookUp(parsed.value).kind === "served" || rules.some(isInCache);
}

function shorten(reference: string): string {
  return reference.length > 120 ? `${reference.slice(0, 120)}…` : reference;
}
