import { type Unknown, unknown } from "./values";

/** True when one is; otherwise unknown when one may be. */
export function any(answers: readonly (boolean | Unknown)[]): boolean | Unknown {
  if (answers.includes(true)) return true;
  return answers.includes(unknown) ? unknown : false;
}

/** False when one is not; otherwise unknown when one may not be. */
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
