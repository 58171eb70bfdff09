import type * as pulumi from "@pulumi/pulumi";
import { createImageDecider, type ImageDecision } from "../images/decide";
import { matchesPattern } from "../images/pattern";
import type { Exception } from "../images/places/place";
import type { CacheRule } from "../images/rules";
import type { RewriteOptions } from "./options";
import type { Outcome, RewriteReport } from "./report";
import type { Position, Visitor } from "./walk";
import { isWritten } from "./written";

/** The rules, as far as they are known. */
export interface KnownRules {
  readonly rules: readonly CacheRule[];
  readonly decide: (reference: string) => ImageDecision;
  /** The workload's Region, if there are no rules for it. These are the rules of another one. */
  readonly lacks?: string;
}

export function knownRules(rules: readonly CacheRule[], options: RewriteOptions): KnownRules {
  return { rules, decide: createImageDecider(rules, options) };
}

/** A resource, and why its images cannot be rewritten. */
export interface Workload {
  readonly type: string;
  readonly name: string;
  /** The reason, because of its settings. */
  readonly obstacle?: string;
  /** The reason, because of its service. It is one for images that are in a cache too. */
  readonly stays?: string;
}

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
    const { known, report, workload } = this;
    if (!("rules" in known)) {
      if (NOTHING.decide(reference).kind === "no name") return reference;
      report.notKnown();
      return this.options.dryRun ? reference : known.apply(() => reference);
    }
    const reason = workload.obstacle ?? workload.stays;
    const decision = this.decision(reference, known, at);
    if (decision.kind === "no name") return reference;
    if (decision.kind !== "rewritten" || reason !== undefined) {
      const concerned = decision.kind === "rewritten" || (workload.stays !== undefined && isInCache(reference, known));
      if (reason !== undefined && concerned) this.warn(reference, reason, at);
      report.kept(this.place(at), reason !== undefined && concerned ? "warned" : keptAs(decision));
      return reference;
    }
    if (known.lacks !== undefined) {
      report.elsewhere(this.place(at), known.lacks);
      return reference;
    }
    const change = at.secret ? "[secret]" : `${reference} -> ${decision.reference}`;
    report.rewritten(this.place(at), change, () => isWritten(workload.type, workload.name, nameOf(decision.reference)));
    if (this.options.dryRun) return reference;
    this.urls.add(decision.url);
    return decision.reference;
  }

  exempted(reference: string, { warning }: Exception, at: Position): void {
    const { known } = this;
    if (warning === undefined || !("rules" in known)) return;
    const decision = this.decision(reference, known, at);
    if (decision.kind === "rewritten") this.warn(reference, warning, at);
    this.report.kept(this.place(at), keptAs(decision));
  }

  unknown(): void {
    this.report.notKnown();
  }

  isBuildArgument(name: string): boolean {
    return this.options.buildArgs?.some((pattern) => matchesPattern(pattern, name)) ?? false;
  }

  private decision(reference: string, { decide }: KnownRules, at: Position): ImageDecision {
    const decision = decide(reference);
    if (decision.kind === "malformed") {
      // The reason would quote the reference, which may be secret.
      const problem = at.secret ? `its ${decision.error.code} is malformed` : decision.error.reason;
      this.warn(reference, `${problem}; write it as [registry/]repository[:tag][@digest]`, at);
    }
    return decision;
  }

  private warn(reference: string, reason: string, at: Position): void {
    const shown = at.secret ? "the image" : JSON.stringify(shorten(reference));
    this.report.warn(`${this.place(at)}: ${shown} is left as it is: ${reason}.`);
  }

  private place({ path }: Position): string {
    return `${this.workload.type} "${this.workload.name}" ${path}`;
  }
}

const NOTHING = knownRules([], {});

/** Without tag and digest, which may stand elsewhere. */
function nameOf(reference: string): string {
  return reference.replace(/[:@][^/]*$/, "");
}

/** How the report counts an image that keeps its name. */
function keptAs({ kind }: ImageDecision): Exclude<Outcome, "rewritten"> {
  return kind === "rewritten" || kind === "malformed" || kind === "no name" ? "warned" : kind;
}

/** Whether an image is below a rule's prefix. The registry of a `ROOT` rule may also hold repositories that are not cached. */
function isInCache(reference: string, { rules }: KnownRules): boolean {
  return rules.some(({ url }) => url.includes("/") && reference.startsWith(url.endsWith("/") ? url : `${url}/`));
}

function shorten(reference: string): string {
  return reference.length > 120 ? `${reference.slice(0, 120)}…` : reference;
}
