export interface EmulatorOptions {
  /** Port on 127.0.0.1. Default: 0, any free one. */
  readonly port?: number;
  /** Folder that keeps the state between runs. Default: none, the state is lost at the end. */
  readonly stateDirectory?: string;
  /** Accounts of each organization, by its id (`o-…`). */
  readonly organizations?: Readonly<Record<string, readonly string[]>>;
}

/** A running emulator. */
export interface Emulator {
  /** Endpoint of all AWS APIs, and HTTP proxy for the registries' real names: `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}
