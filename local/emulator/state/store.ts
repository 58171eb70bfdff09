import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { emptyGlobal, emptyRegion, type GlobalState, type RegionState } from "./model";

interface Saved {
  /** By account and Region. */
  regions: Map<string, Map<string, RegionState>>;
  globals: Map<string, GlobalState>;
  /** Layers and image configurations by their digest. */
  blobs: Map<string, Buffer>;
  /** Milliseconds by which the clock was advanced. */
  clockOffset: number;
  /** Key that signs registry tokens, so that nobody can forge them. */
  readonly tokenKey: Buffer;
}

const empty = () => ({ regions: new Map(), globals: new Map(), blobs: new Map(), clockOffset: 0 });

/** The state of all accounts, in memory or also in a file. */
export class Store {
  readonly state: Saved;
  private written = "";

  constructor(private readonly file?: string) {
    const saved = file !== undefined && existsSync(file) ? (parse(readFileSync(file, "utf8")) as Saved) : undefined;
    this.state = saved ?? { ...empty(), tokenKey: randomBytes(32) };
  }

  get blobs(): Map<string, Buffer> {
    return this.state.blobs;
  }

  region(account: string, region: string): RegionState {
    const regions = ensure(this.state.regions, account, () => new Map<string, RegionState>());
    return ensure(regions, region, emptyRegion);
  }

  global(account: string): GlobalState {
    return ensure(this.state.globals, account, emptyGlobal);
  }

  /** Regions of an account in which anything was ever created. */
  regionsOf(account: string): string[] {
    return [...(this.state.regions.get(account)?.keys() ?? [])];
  }

  accounts(): string[] {
    return [...new Set([...this.state.regions.keys(), ...this.state.globals.keys()])].sort();
  }

  /** Writes to a temporary file and renames it, so that a killed process leaves no half of a file. */
  save(): void {
    if (this.file === undefined) return;
    const text = JSON.stringify(this.state, (_key, item: unknown) =>
      item instanceof Map ? { $map: [...item] } : item,
    );
    if (text === this.written) return;
    mkdirSync(dirname(this.file), { recursive: true });
    // It has values of secrets, so only the user may read it.
    writeFileSync(`${this.file}.tmp`, text, { mode: 0o600 });
    renameSync(`${this.file}.tmp`, this.file);
    this.written = text;
  }

  reset(): void {
    Object.assign(this.state, empty());
  }
}

function parse(text: string): unknown {
  return JSON.parse(text, (_key, item: unknown) => {
    const { $map, type, data } = (item ?? {}) as { $map?: [unknown, unknown][]; type?: string; data?: number[] };
    if ($map !== undefined) return new Map($map);
    return type === "Buffer" && data !== undefined ? Buffer.from(data) : item;
  });
}

function ensure<T>(map: Map<string, T>, key: string, make: () => T): T {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}
