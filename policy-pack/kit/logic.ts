import { type Unknown, unknown } from "./values";

/** True when one is; otherwise unknown when one may be. */
export function any(answers: readonly (boolean | Unknown)[]): boolean | Unknown {
  if (answers.includes(true)) return true;
  return answers.includes(unknown) ? unknown : false;
}

/** False when one is not; otherwise unknown when one may not be. */
export function both(a: boolean | Unknown, b: boolean | Unknown): boolean | Unknown {
  if (a === false || b === false) return false;
  return a === true && b === true ? true : unknown;
}

export function not(a: boolean | Unknown): boolean | Unknown {
  return a === unknown ? unknown : !a;
}
