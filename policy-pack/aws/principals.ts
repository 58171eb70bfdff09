import { fieldsOf, isFields, items, type Unknown, unknown, type Value } from "../kit/values";
import type { Statement } from "./policy-document";

const accountId = /^\d{12}$/;
const accountArn = /^arn:[^:]*:(?:iam|sts)::(\d{12}):/;

/** The principals of one kind; `Principal: "*"` is every AWS principal. */
function principalsOf(principal: Value, kinds: readonly string[]): readonly Value[] | Unknown {
  if (principal === unknown) return unknown;
  if (!isFields(principal)) return kinds.includes("AWS") ? items(principal) : [];
  const found: Value[] = [];
  for (const kind of kinds) {
    const values = items(principal[kind]);
    if (values === unknown) return unknown;
    found.push(...values);
  }
  return found;
}

/** Whether the statement names everyone, conditions aside. `Allow` with `NotPrincipal` is everyone but a few. */
export function namesEveryone(statement: Statement): boolean | Unknown {
  if (statement.notPrincipal !== undefined) return true;
  const principals = principalsOf(statement.principal, ["AWS", "*"]);
  if (principals === unknown) return unknown;
  // IAM has no partial wildcard in a principal; whoever writes one means more than one account.
  if (principals.some((principal) => typeof principal === "string" && principal.includes("*"))) return true;
  return principals.includes(unknown) ? unknown : false;
}

/** The accounts that the statement names, and whether some of its principals are not known yet. */
export function accountsOf(statement: Statement): { accounts: readonly string[]; open: boolean } {
  const principals = principalsOf(statement.principal, ["AWS"]);
  if (principals === unknown) return { accounts: [], open: true };
  return {
    accounts: principals.flatMap((principal) => {
      if (typeof principal !== "string") return [];
      const account = accountId.test(principal) ? principal : accountArn.exec(principal)?.[1];
      return account === undefined ? [] : [account];
    }),
    open: principals.includes(unknown),
  };
}

/** Whether the statement names an identity provider, which always belongs to somebody's users. */
export function namesFederation(statement: Statement): boolean {
  return isFields(statement.principal) && fieldsOf(statement.principal).Federated !== undefined;
}
