import type { Clock } from "./clock";
import type { Visibility } from "./faults/visibility";
import type { Principal } from "./policy/principal";
import type { Store } from "./state/store";

/** What all emulated services share. */
export interface Cloud {
  readonly store: Store;
  readonly clock: Clock;
  readonly visibility: Visibility;
  /** Organization id of an account, if it is in one. */
  organizationOf(account: string): string | undefined;
  /** Key that signs registry tokens, so that nobody can make their own. */
  readonly tokenKey: Buffer;
}

/** Logs in to the upstream of a rule without pulling; the reason when that does not work. */
export type UpstreamCheck = (account: string, region: string, prefix: string) => Promise<string | undefined>;

/** One call of an AWS operation. */
export interface CallContext {
  readonly cloud: Cloud;
  readonly principal: Principal;
  readonly account: string;
  readonly region: string;
  readonly requestId: string;
  readonly checkUpstream: UpstreamCheck;
}
