import { any, not } from "../../kit/logic";
import { isFields, items, type Unknown, unknown, type Value } from "../../kit/values";
import type { Actor } from "./conditions";
import type { Statement } from "./policy-document";

const accountId = /^\d{12}$/;
const accountArn = /^arn:[^:]*:(?:iam|sts)::([^:]*):/;

/** Whether a `Principal` element includes any such actor. `*` of any kind is everyone. */
export function names(principal: Value, actor: Actor): boolean | Unknown {
  const values = principalsOf(principal);
  if (values === unknown) return unknown;
  return any(
    values.map((value) => {
      if (value === unknown) return unknown;
      const owner = ownerOf(value);
      // IAM has no partial wildcards in principals. Somebody who writes one for the account means several accounts.
      return owner !== undefined && (owner.includes("*") || owner === actor.account);
    }),
  );
}

/**
 * Whether the `Principal` element of a `Deny` includes all such actors. `*` of another kind, such as every service, is
 * not everyone, and a role or user is not everybody in its account.
 */
export function includesAll(principal: Value, actor: Actor): boolean | Unknown {
  const values = items(isFields(principal) ? principal.AWS : principal);
  if (values === unknown) return unknown;
  return names(
    values.filter((value) => typeof value !== "string" || !accountArn.test(value) || value.endsWith(":root")),
    actor,
  );
}

/** Whether a `NotPrincipal` element does not name the actor, so that its statement applies to them. */
export function excludes({ notPrincipal }: Statement, actor: Actor): boolean | Unknown {
  return not(names(notPrincipal, actor));
}

/** The accounts that a `Principal` element names. */
export function accountsIn(principal: Value): readonly string[] {
  const values = principalsOf(principal);
  if (values === unknown) return [];
  return values.flatMap((value) => {
    const owner = value === unknown ? undefined : ownerOf(value);
    return owner !== undefined && accountId.test(owner) ? [owner] : [];
  });
}

/** The account of a principal, or `*`. Services and identity providers have none. */
function ownerOf(value: Value): string | undefined {
  if (typeof value !== "string") return undefined;
  return value === "*" || accountId.test(value) ? value : accountArn.exec(value)?.[1];
}

/** All principals. An unknown list counts only for AWS principals: a service or an identity provider is no stranger. */
function principalsOf(principal: Value): readonly Value[] | Unknown {
  if (principal === unknown) return unknown;
  if (!isFields(principal)) return items(principal);
  const lists = Object.entries(principal).map(([kind, list]) => {
    const values = items(list);
    return kind === "AWS" || values !== unknown ? values : [];
  });
  return lists.includes(unknown) ? unknown : lists.flatMap((list) => (list === unknown ? [] : list));
}
