import { createHash } from "node:crypto";

/**
 * Merges the settings that an account has once per Region: what is already there, and what the component wants. What
 * others wrote is kept, unless the user asks to overwrite it.
 */

/** What to write, or why nothing can be written. */
export type Merged<T> =
  | {
      readonly ok: true;
      readonly value: T;
      /** Descriptions of what others wrote, whether it is kept or overwritten. */
      readonly others: readonly string[];
    }
  | { readonly ok: false; readonly reason: string };

export interface ScanningConfiguration {
  readonly scanType: string;
  readonly rules: readonly { readonly scanFrequency: string; readonly filters: readonly string[] }[];
}

/** Source: API model of Amazon ECR, RegistryScanningRule. */
export const MAX_FILTERS = 100;

/** A filter that the cache wants belongs to the cache, whatever its frequency. All other filters belong to others. */
export function mergeScanning(
  wanted: ScanningConfiguration,
  current: ScanningConfiguration | undefined,
  overwrite: boolean,
): Merged<ScanningConfiguration> {
  const own = new Set(wanted.rules.flatMap(({ filters }) => filters));
  const foreign = (current?.rules ?? [])
    .map(({ scanFrequency, filters }) => ({ scanFrequency, filters: filters.filter((filter) => !own.has(filter)) }))
    .filter(({ filters }) => filters.length > 0);
  const others = foreign.map(({ scanFrequency, filters }) => `${scanFrequency} of ${filters.join(", ")}`);
  if (overwrite || current === undefined) return { ok: true, value: wanted, others };

  const isChosen = foreign.length > 0 || (current.rules.length === 0 && current.scanType !== "BASIC");
  if (current.scanType !== wanted.scanType && isChosen) {
    const rules = others.length > 0 ? `, with rules that others wrote (${others.join("; ")})` : "";
    return {
      ok: false,
      reason: `the Region has scan type ${current.scanType}${rules}. Give scanType: "${current.scanType}", or overwrite: true to set the whole Region to ${wanted.scanType}`,
    };
  }
  const frequencies = [...new Set([...foreign, ...wanted.rules].map(({ scanFrequency }) => scanFrequency))].sort();
  const rules = frequencies.map((scanFrequency) => ({
    scanFrequency,
    filters: [...foreign, ...wanted.rules]
      .filter((rule) => rule.scanFrequency === scanFrequency)
      .flatMap(({ filters }) => filters)
      .sort(),
  }));
  const full = rules.find(({ filters }) => filters.length > MAX_FILTERS);
  if (full) {
    const reason = `${full.scanFrequency} would have ${full.filters.length} filters, including those of others; ECR allows ${MAX_FILTERS}`;
    return { ok: false, reason };
  }
  return { ok: true, value: { scanType: wanted.scanType, rules }, others };
}

type Json = { readonly [key: string]: unknown };

/** Where a policy applies, and whose caches may be in it. */
export interface PolicyPlace {
  readonly accountId: string;
  readonly region: string;
  /** Prefixes of the component's caches. */
  readonly prefixes: readonly string[];
}

const MARK = /^PullThroughCache[0-9a-f]{8}/;

/**
 * The start of the Sids of a component's statements. It is made of a prefix, because AWS has one rule per prefix in an
 * account and Region, so no other component there has the same, whatever its name is.
 */
export function statementMark(prefix: string): string {
  return `PullThroughCache${createHash("sha256").update(prefix).digest("hex").slice(0, 8)}`;
}

/** Prefixes of the rules that the stack had there before this update: the component's, and all. */
export interface FormerPrefixes {
  readonly own: readonly string[];
  readonly all: readonly string[];
}

/**
 * The marks that the component's statements have now, or had when it had other caches or names. Statements with one
 * mark were written by one component. They are this one's if they name a cache that it has or had, and no cache that
 * was not in this stack.
 */
export function ownMarks(current: readonly Json[], place: PolicyPlace, former: FormerPrefixes): Set<string> {
  const own = [...place.prefixes, ...former.own];
  const known = [...own, ...former.all];
  const marks = new Set(own.map(statementMark));
  for (const [mark, caches] of cachesByMark(current, place)) {
    if (caches.some((prefix) => own.includes(prefix)) && caches.every((prefix) => known.includes(prefix)))
      marks.add(mark);
  }
  return marks;
}

/** Whether there are statements of components of which this one's caches do not tell whether they are its own. */
export function needsFormer(current: readonly Json[], place: PolicyPlace): boolean {
  const own = ownMarks(current, place, { own: [], all: [] });
  return current.some(({ Sid }) => MARK.test(String(Sid)) && !own.has(MARK.exec(String(Sid))?.[0] ?? ""));
}

/** The prefixes that the statements of each mark name. Those for the user's own statements name none. */
function cachesByMark(statements: readonly Json[], { accountId, region }: PolicyPlace): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { Sid, Resource } of statements) {
    const [mark] = MARK.exec(String(Sid)) ?? [];
    if (mark === undefined || !/^\d+(Principals|Organization)(Cached)?$/.test(String(Sid).slice(mark.length))) continue;
    const prefixes = [Resource].flat().map((arn) => {
      const [, , , where, account, ...name] = String(arn).split(":");
      const repositories = name.join(":").replace(/^repository\//, "");
      // What is not written like this is nobody's cache, so it belongs to others.
      const isHere = account === accountId && (where === region || where === "*");
      return isHere ? (repositories === "*" ? "ROOT" : repositories.replace(/\/\*$/, "")) : String(arn);
    });
    found.set(mark, [...(found.get(mark) ?? []), ...prefixes]);
  }
  return found;
}

/** The statements to write: those of others, then the component's own, whose Sids start with the mark. */
export function mergeStatements(
  own: readonly Json[],
  current: readonly Json[],
  { mark, marks }: { readonly mark: string; readonly marks: ReadonlySet<string> },
  overwrite: boolean,
): Merged<readonly Json[]> {
  const marked = own.map((statement, index) => ({
    ...statement,
    // An empty Sid is none.
    Sid: withMark(String(statement.Sid || `Statement${index + 1}`), mark),
  }));
  const foreign = current.filter(({ Sid }) => !marks.has(MARK.exec(String(Sid))?.[0] ?? ""));
  const others = foreign.map(({ Sid }) => (Sid === undefined || Sid === "" ? "one without Sid" : `"${Sid}"`));
  return { ok: true, value: overwrite ? marked : [...foreign, ...marked], others };
}

function withMark(sid: string, mark: string): string {
  return sid.startsWith(mark) ? sid : mark + sid;
}
