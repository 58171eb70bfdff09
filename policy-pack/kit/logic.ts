import { type Unknown, unknown, type Value, word } from "./values";

/** True if one answer is true; otherwise unknown if one is unknown. */
export function any(answers: readonly (boolean | Unknown)[]): boolean | Unknown {
  if (answers.includes(true)) return true;
  return answers.includes(unknown) ? unknown : false;
}

/** False if one answer is false; otherwise unknown if one is unknown. */
export function all(answers: readonly (boolean | Unknown)[]): boolean | Unknown {
  if (answers.includes(false)) return false;
  return answers.includes(unknown) ? unknown : true;
}

export function both(a: boolean | Unknown, b: boolean | Unknown): boolean | Unknown {
  return all([a, b]);
}

export function not(a: boolean | Unknown): boolean | Unknown {
  return a === unknown ? unknown : !a;
}

/** Whether one of the values, as text, holds. */
export function anyOf(
  values: readonly Value[] | Unknown,
  holds: (value: string) => boolean | Unknown,
): boolean | Unknown {
  return values === unknown ? unknown : any(values.map((value) => (value === unknown ? unknown : holds(word(value)))));
}
