import { randomInt } from "node:crypto";

const CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/**
 * An identifier like AWS's: four letters for the kind (AROA for a role, ANPA a policy, ASIA a session), then random
 * ones.
 */
export function newIdentifier(kind: "AROA" | "ANPA" | "ASIA"): string {
  return kind + Array.from({ length: 16 }, () => CHARACTERS[randomInt(CHARACTERS.length)]).join("");
}
