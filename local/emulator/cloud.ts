import { join } from "node:path";
import { Clock } from "./clock";
import type { Cloud } from "./context";
import { Visibility } from "./faults/visibility";
import type { EmulatorOptions } from "./settings";
import { Store } from "./state/store";

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
