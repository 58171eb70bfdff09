import { join } from "node:path";
import { Clock } from "./clock";
import { Visibility } from "./faults/visibility";
import type { Mail } from "./mailbox";
import type { Principal } from "./policy/principal";
import type { EmulatorOptions } from "./server";
import type { Image, PullThroughCacheRule } from "./state/model";
import { Store } from "./state/store";

/** State that all emulated services share. */
export interface Cloud {
  readonly store: Store;
  readonly clock: Clock;
  readonly visibility: Visibility;
  /** All emails since the emulator started, newest last. */
  readonly mailbox: Mail[];
  /** Organization id of an account, if it is in one. */
  organizationOf(account: string): string | undefined;
  /** Key that signs registry tokens, so that nobody can forge them. */
  readonly tokenKey: Buffer;
}

/** What a client pulls from a registry. */
export interface Pull {
  readonly account: string;
  readonly region: string;
  /** The repository's name. */
  readonly name: string;
  readonly principal: Principal;
}

/** How ECR reaches the upstream registries of its rules. */
export interface UpstreamAccess {
  /** Logs in to the upstream of a rule without pulling. Returns the reason if that fails. */
  check(account: string, region: string, rule: PullThroughCacheRule): Promise<string | undefined>;
  /** The image with a tag or digest, from the cache or through it. */
  pull(pull: Pull, reference: string): Promise<Image>;
  /** What refers to a manifest, such as signatures, from the cache and the upstream. */
  referrers(pull: Pull, subject: string): Promise<Image[]>;
}

/** One call of an AWS operation. */
export interface CallContext {
  readonly cloud: Cloud;
  readonly principal: Principal;
  readonly account: string;
  readonly region: string;
  /** The IAM actions that the call was checked for. */
  readonly actions: string[];
  readonly upstream: UpstreamAccess;
}

export function openCloud({ stateDirectory, organizations = {} }: EmulatorOptions): Cloud {
  const store = new Store(stateDirectory && join(stateDirectory, "state.json"));
  return {
    store,
    clock: new Clock(store.state),
    visibility: new Visibility(),
    mailbox: [],
    tokenKey: store.state.tokenKey,
    organizationOf: (account) => Object.entries(organizations).find(([, accounts]) => accounts.includes(account))?.[0],
  };
}
