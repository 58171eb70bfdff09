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

/**
 * The statements to write: those of others, then the component's own, whose Sids start with the mark. An existing
 * statement counts as the component's own if it says the same as one of them, or has the Sid that the user gave to one.
 */
export function mergeStatements(
  own: readonly Json[],
  current: readonly Json[],
  mark: string,
  overwrite: boolean,
): Merged<readonly Json[]> {
  const marked = own.map((statement, index) => ({
    ...statement,
    // An empty Sid is none.
    Sid: withMark(String(statement.Sid || `Statement${index + 1}`), mark),
  }));
  const sids = new Set(own.map(({ Sid }) => Sid).filter(Boolean));
  const contents = new Set(own.map(contentOf));
  const foreign = current.filter(
    (statement) =>
      !String(statement.Sid ?? "").startsWith(mark) && !sids.has(statement.Sid) && !contents.has(contentOf(statement)),
  );
  const others = foreign.map(({ Sid }) => (Sid === undefined || Sid === "" ? "one without Sid" : `"${Sid}"`));
  return { ok: true, value: overwrite ? marked : [...foreign, ...marked], others };
}

function withMark(sid: string, mark: string): string {
  return sid.startsWith(mark) ? sid : mark + sid;
}

/** A statement without its Sid, in a normal form: a list of one equals its element. */
function contentOf({ Sid: _, ...content }: Json): string {
  return JSON.stringify(content, (_key, value: unknown) => {
    if (Array.isArray(value)) return value.length === 1 ? value[0] : [...value].sort();
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}
