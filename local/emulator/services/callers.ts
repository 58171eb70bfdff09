import type { Cloud } from "../context";
import { sessionPrincipal } from "../policy/assume-role";
import { type Principal, rootPrincipal } from "../policy/principal";

/** The access key, Region and service that a signed request claims. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

/**
 * Reads the Signature Version 4 credential scope. The signature is not verified, because the emulator serves only this
 * machine and there are no real secret keys.
 */
export function credentialScope(authorization: string | undefined): CredentialScope | undefined {
  const found = /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/\d{8}\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request,/.exec(
    authorization ?? "",
  );
  if (found === null) return undefined;
  const [, accessKeyId = "", region = "", service = ""] = found;
  return { accessKeyId, region, service };
}

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
