import { type CacheRule, createImageDecider, type ImageDecision } from "pulumi-pull-through-cache/images";
import { isNameLike } from "pulumi-pull-through-cache/plan";
import { misnamed } from "../caches/own-names";
import type { Terminal } from "../terminal/terminal";

/** A container that is pulled from its upstream, or would be, though a cache serves its image. */
export interface Finding {
  /** Such as `shop/Deployment/web`, `cluster/service:web`, `function web`. */
  readonly owner: string;
  readonly container: string;
  readonly image: string;
  readonly cached: string;
  /** A node, container instance or launch type. */
  readonly node: string;
  readonly why: string;
  readonly fix: string;
}

/** Findings that differ only in their node, and how many they are. */
export interface FindingGroup extends Omit<Finding, "node"> {
  readonly nodes: readonly string[];
  readonly count: number;
}

export function grouped(findings: readonly Finding[]): FindingGroup[] {
  const groups = new Map<string, FindingGroup>();
  for (const { node, ...finding } of findings) {
    const key = JSON.stringify(finding);
    const { nodes = [], count = 0 } = groups.get(key) ?? {};
    const all = node === "" || nodes.includes(node) ? nodes : [...nodes, node];
    groups.set(key, { ...finding, nodes: all, count: count + 1 });
  }
  return [...groups.values()];
}

/** An image that no cache serves, though its container bypasses none. */
export interface Unserved {
  readonly kind: "no rule" | "wrong name" | "no reference";
  /** Not shown if it may be something else. */
  readonly image: string;
  readonly owner: string;
  readonly container: string;
  readonly why?: string;
}

/** What one source says: what it found, how many containers it saw, and how much was left because of Ctrl-C. */
export interface Audited {
  readonly findings: readonly Finding[];
  readonly unserved: readonly Unserved[];
  readonly containers: number;
  readonly left: number;
}

/** Where a source of several calls says how far it is, and what it could not look at. */
export interface AuditRun {
  readonly terminal: Terminal;
  readonly unchecked: string[];
}

/** What is known of an image: what the rules decide, and why no cache serves it, if so. */
export interface Judged {
  readonly decision: ImageDecision;
  readonly unserved?: Pick<Unserved, "kind" | "image" | "why">;
}

export type Judge = (image: string) => Judged;

/** Judges images by the rules of a Region. */
export function judgeBy(rules: readonly CacheRule[]): Judge {
  const decide = createImageDecider(rules);
  const unservedBy = (image: string, decision: ImageDecision): Judged["unserved"] => {
    const { kind } = decision;
    if (kind === "malformed") {
      return { kind: "no reference", image: isNameLike(image) ? image : "(hidden)", why: decision.error.reason };
    }
    if (kind === "not listed") return { kind: "no rule", image };
    const wrong = misnamed(image, decision, rules);
    const why = wrong?.meant === undefined ? wrong?.reason : `did you mean ${wrong.meant}?`;
    if (kind === "in cache") return wrong && { kind: "wrong name", image, why };
    // A name in the registry without a rule may be one of the user's own repositories.
    return kind === "not covered" ? { kind: "no rule", image, why: wrong?.meant && why } : undefined;
  };
  return (image) => {
    const decision = decide(image);
    return { decision, unserved: unservedBy(image, decision) };
  };
}

/** How many calls to make at once. */
export const AT_ONCE = 8;
