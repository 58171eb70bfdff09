/** Username and token that a stand-in registry accepts. */
export interface UpstreamCredential {
  readonly username: string;
  readonly accessToken: string;
}

export interface EmulatorOptions {
  /** Port on 127.0.0.1. Default: 0, any free one. */
  readonly port?: number;
  /** Folder that keeps the state between runs. Default: none, the state is lost at the end. */
  readonly stateDirectory?: string;
  /** Accounts of each organization, by its id (`o-…`). */
  readonly organizations?: Readonly<Record<string, readonly string[]>>;
  /** The login that each upstream host accepts. Default for hosts that need one: `demo-user` and `demo-token`. */
  readonly upstreamCredentials?: Readonly<Record<string, UpstreamCredential>>;
}

/** A running emulator. */
export interface Emulator {
  /** Endpoint of all AWS APIs, and HTTP proxy for the registries' real names: `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}
