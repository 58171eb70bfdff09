import { AwsError } from "../errors";

const refused = () => new AwsError("InvalidParameterException", "Invalid token provided");

/** One page of a list, and the token of the next. The token holds the position as an opaque text. */
export function page<T>(all: readonly T[], size = 100, token?: string, invalidToken = refused) {
  const start = token === undefined ? 0 : readToken(token);
  if (start === undefined || start > all.length) throw invalidToken();
  const end = start + size;
  const nextToken = end < all.length ? Buffer.from(`position:${end}`).toString("base64url") : undefined;
  return { items: all.slice(start, end), nextToken };
}

function readToken(token: string): number | undefined {
  const match = /^position:(\d{1,9})$/.exec(Buffer.from(token, "base64url").toString());
  return match ? Number(match[1]) : undefined;
}
