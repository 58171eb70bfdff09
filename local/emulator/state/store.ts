import { join } from "node:path";
import { BlobStore } from "./blobs";
import { Files } from "./files";
import { emptyGlobal, emptyRegion, type GlobalState, type RegionState } from "./model";

const GLOBAL = "global";

/** The state of all accounts, in one file for each account and Region, so that a change writes little. */
export class Store {
  readonly blobs: BlobStore;
  private readonly regions = new Map<string, RegionState>();
  private readonly globals = new Map<string, GlobalState>();
  private readonly files: Files | undefined;

  constructor(directory?: string) {
    this.files = directory === undefined ? undefined : new Files(join(directory, "accounts"));
    this.blobs = new BlobStore(directory === undefined ? undefined : join(directory, "blobs"));
    for (const name of this.files?.names() ?? []) this.load(name);
  }

  region(account: string, region: string): RegionState {
    return ensure(this.regions, `${account}.${region}`, emptyRegion);
  }

  global(account: string): GlobalState {
    return ensure(this.globals, `${account}.${GLOBAL}`, emptyGlobal);
  }

  /** Regions of an account in which anything was ever created. */
  regionsOf(account: string): string[] {
    return [...this.regions.keys()].filter((key) => key.startsWith(`${account}.`)).map((key) => key.slice(13));
  }

  accounts(): string[] {
    return [...new Set([...this.regions.keys(), ...this.globals.keys()].map((key) => key.slice(0, 12)))].sort();
  }

  saveRegion(account: string, region: string): void {
    this.files?.write(`${account}.${region}`, this.region(account, region));
  }

  saveGlobal(account: string): void {
    this.files?.write(`${account}.${GLOBAL}`, this.global(account));
  }

  reset(): void {
    this.regions.clear();
    this.globals.clear();
    this.blobs.clear();
    this.files?.clear();
  }

  private load(name: string): void {
    const value = this.files?.read(name);
    if (name.endsWith(`.${GLOBAL}`)) this.globals.set(name, value as GlobalState);
    // A state saved before the emulator knew a service has no part for it.
    else this.regions.set(name, { ...emptyRegion(), ...(value as RegionState) });
  }
}

function ensure<T>(map: Map<string, T>, key: string, make: () => T): T {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
