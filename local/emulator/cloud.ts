import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Clock } from "./clock";
import type { Cloud } from "./context";
import { Visibility } from "./faults/visibility";
import { Mailbox } from "./mailbox";
import type { EmulatorOptions } from "./settings";
import { writeAtomically } from "./state/files";
import { Store } from "./state/store";

/**
 * State that survives a restart besides the accounts: the key of registry tokens, and how far the clock was advanced.
 */
interface Installation {
  readonly tokenKey: string;
  clockOffset: number;
}

export interface OpenCloud {
  readonly cloud: Cloud;
  saveClock(): void;
}

export function openCloud(options: EmulatorOptions): OpenCloud {
  const path = options.stateDirectory === undefined ? undefined : join(options.stateDirectory, "emulator.json");
  const installation = readInstallation(path);
  const clock = new Clock(installation.clockOffset);
  const save = () => {
    installation.clockOffset = clock.offsetMilliseconds;
    if (path !== undefined) writeAtomically(path, JSON.stringify(installation));
  };
  save();
  const organizations = Object.entries(options.organizations ?? {});
  return {
    cloud: {
      store: new Store(options.stateDirectory),
      clock,
      visibility: new Visibility(),
      mailbox: new Mailbox(),
      tokenKey: Buffer.from(installation.tokenKey, "base64"),
      organizationOf: (account) => organizations.find(([, accounts]) => accounts.includes(account))?.[0],
    },
    saveClock: save,
  };
}

function readInstallation(path: string | undefined): Installation {
  if (path !== undefined && existsSync(path)) return JSON.parse(readFileSync(path, "utf8")) as Installation;
  return { tokenKey: randomBytes(32).toString("base64"), clockOffset: 0 };
}
