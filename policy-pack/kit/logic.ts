import { type Unknown, unknown } from "./values";

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
