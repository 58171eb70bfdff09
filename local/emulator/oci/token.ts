import { createHmac, timingSafeEqual } from "node:crypto";
import type { Principal } from "../policy/principal";

/** What a registry password stands for. */
export interface TokenClaims {
  readonly principal: Principal;
  /** Tokens are accepted only in the Region that issued them: AWS does not promise more. */
  readonly region: string;
  readonly expiresAt: number;
}

function sign(payload: string, key: Buffer): Buffer {
  return createHmac("sha256", key).update(payload).digest();
}

export function issueToken(claims: TokenClaims, key: Buffer): string {
  const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
  return `${payload}.${sign(payload, key).toString("base64url")}`;
}

export function readToken(token: string, key: Buffer): TokenClaims | undefined {
  const [payload = "", signature = ""] = token.split(".");
  const given = Buffer.from(signature, "base64url");
  const expected = sign(payload, key);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  return JSON.parse(Buffer.from(payload, "base64url").toString()) as TokenClaims;
}
