import type { Cloud } from "../context";
import { sessionPrincipal } from "../policy/assume-role";
import { type Principal, rootPrincipal } from "../policy/principal";

export interface Caller {
  readonly account: string;
  readonly principal: Principal;
  readonly expired: boolean;
}

/**
 * The principal of an access key, or undefined if the key was never issued. `AKIAROOT` and an account id is that
 * account's root.
 */
export function callerOf(cloud: Cloud, accessKeyId: string, sessionToken: string | undefined): Caller | undefined {
  const root = /^AKIAROOT(\d{12})$/.exec(accessKeyId)?.[1];
  if (root !== undefined) return { account: root, principal: rootPrincipal(root), expired: false };
  for (const account of cloud.store.accounts()) {
    const state = cloud.store.global(account);
    const session = state.sessions.get(accessKeyId);
    if (session === undefined) continue;
    const role = [...state.roles.values()].find(({ Arn }) => Arn === session.roleArn);
    if (session.sessionToken !== sessionToken || role === undefined) return undefined;
    const principal = sessionPrincipal(role, account, session.sessionName);
    return { account, principal, expired: session.expiresAt <= cloud.clock.now() };
  }
  return undefined;
}
