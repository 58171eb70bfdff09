import type { CredentialsArgs } from "../args";
import type { Upstream } from "../catalogue";
import type { Issue } from "../problems/issue";
import { tokenShape } from "../problems/token-shapes";

/*
 * Finds user names and tokens that cannot work, though they look right. ECR accepts any text, and the first pull fails.
 * No message contains a part of them.
 */

/** The values of an entry's credentials, as far as they are known. */
export type KnownCredentials = { readonly [part in keyof CredentialsArgs]?: string };

/** Problems with the credentials for an upstream. `path` is where they are. */
export function tokenIssues(
  path: readonly PropertyKey[],
  { host }: Pick<Upstream, "host">,
  { username = "", accessToken = "" }: KnownCredentials,
): Issue[] {
  const parts = Object.entries({ username, accessToken });
  const malformed = parts.flatMap(([part, value]) => {
    const message = value && textProblem(value);
    return message ? [{ path: [...path, part], message }] : [];
  });
  if (malformed.length > 0) return malformed;
  if (tokenShape(username) && !tokenShape(accessToken)) {
    return [{ path, message: "the user name looks like a token: swap username and accessToken" }];
  }
  if (username !== "" && username === accessToken) {
    return [
      { path, message: "the user name and the token are the same text: give the user name to whom the token belongs" },
    ];
  }
  const message = shapeProblem(accessToken, host);
  return message ? [{ path: [...path, "accessToken"], message }] : [];
}

/** Checked in this order. */
const TEXT_PROBLEMS: readonly (readonly [RegExp, string])[] = [
  [/^\s|\s$/, "starts or ends with a space or a line break: remove it, in a program with trim()"],
  [/^(["'`])[^"'`]+\1$/, "has quotation marks around it: remove them"],
  [/^<.*>$|^\$\{?\w+\}?$|^op:\/\//, "is a placeholder: write the value itself"],
  [/^(?:basic|bearer|token)\s/i, "starts like an HTTP header: give only the token"],
  [/^\{.*\}$/s, "is a whole JSON document: give only the value"],
  [/[\s\p{C}]/u, "has a space, a line break or an invisible character in it: copy it again"],
];

function textProblem(value: string): string | undefined {
  return TEXT_PROBLEMS.find(([pattern]) => pattern.test(value))?.[1];
}

function shapeProblem(token: string, host: string): string | undefined {
  const shape = tokenShape(token);
  if (shape === undefined) return undefined;
  if (shape.host !== host) return `is ${shape.what}, and ECR pulls from ${host}: give a token of that registry`;
  return shape.unfit && `is ${shape.what}: ${shape.unfit}`;
}
