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

/** What one source says: what it found, how many containers it saw, and what it could not look at. */
export interface Audited {
  readonly findings: readonly Finding[];
  readonly containers: number;
  readonly unchecked: readonly string[];
}
