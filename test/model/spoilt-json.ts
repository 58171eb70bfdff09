import * as fc from "fast-check";

interface Change {
  readonly steps: readonly number[];
  /** Undefined removes the value. */
  readonly value: unknown;
}

/** Values, each unchanged or with anything else at up to two places. */
export function nearlyRight(right: fc.Arbitrary<unknown>, others: readonly unknown[]): fc.Arbitrary<unknown> {
  const change: fc.Arbitrary<Change> = fc.record({
    steps: fc.array(fc.nat(), { maxLength: 5 }),
    value: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(undefined, ...others) },
      { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
    ),
  });
  return fc
    .tuple(right, fc.oneof(fc.constant([]), fc.array(change, { maxLength: 2 })))
    .map(([value, changes]) =>
      changes.reduce<unknown>((changed, { steps, value: other }) => replaced(changed, steps, other), value),
    );
}

function replaced(value: unknown, steps: readonly number[], other: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined || typeof value !== "object" || value === null) return other;
  const keys = Object.keys(value);
  const key = keys[step % Math.max(1, keys.length)];
  if (key === undefined) return other;
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === key ? replaced(item, rest, other) : item));
  return { ...value, [key]: replaced((value as { [key: string]: unknown })[key], rest, other) };
}
