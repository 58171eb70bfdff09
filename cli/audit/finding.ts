import type { ImageDecision } from "pulumi-pull-through-cache/images";
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

/** What one source says: what it found, how many containers it saw, and how much was left because of Ctrl-C. */
export interface Audited {
  readonly findings: readonly Finding[];
  readonly containers: number;
  readonly left: number;
}

/** Where a source of several calls says how far it is, and what it could not look at. */
export interface AuditRun {
  readonly terminal: Terminal;
  readonly unchecked: string[];
}

export type Decide = (reference: string) => ImageDecision;

/** How many calls to make at once. */
export const AT_ONCE = 8;
