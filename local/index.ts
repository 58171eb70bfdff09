import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator } from "./emulator";
import { installPlugins } from "./provider/plugins";
import { prepareToolchain, pulumiEnvironment, type Toolchain } from "./pulumi-cli";

export { startEmulator } from "./emulator";
export { prepareToolchain, pulumiEnvironment, type Toolchain } from "./pulumi-cli";

export interface LocalAwsOptions {
  /** Folder for the emulator's state, Pulumi's home and the stacks. Default: a temporary one, removed by `stop`. */
  readonly directory?: string;
  /** 12-digit account that Pulumi deploys to, as its root. Default: 111122223333. */
  readonly account?: string;
  /** Default: us-east-1. */
  readonly region?: string;
  /** Accounts of each organization, by its id (`o-…`). Default: no account is in one. */
  readonly organizations?: Readonly<Record<string, readonly string[]>>;
  /** Gets lines of progress. Default: no progress is shown. */
  readonly log?: (line: string) => void;
}

/** An AWS on this machine, and a Pulumi that deploys to it. */
export interface LocalAws {
  /** The emulator's endpoint. */
  readonly url: string;
  readonly port: number;
  readonly toolchain: Toolchain;
  readonly directory: string;
  /** The whole environment for `pulumi` and everything that it starts. It has none of the user's settings. */
  readonly environment: NodeJS.ProcessEnv;
  /** Stops the emulator and removes temporary files. */
  stop(): Promise<void>;
}

/** Prepares the Pulumi CLI and the plugins, and starts the emulator on a free port of 127.0.0.1. */
export async function startLocalAws(options: LocalAwsOptions = {}): Promise<LocalAws> {
  // On Node.js 20 every process would print that later versions of the SDK need 22; the version here is pinned.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  const { account = "111122223333", region = "us-east-1", log } = options;
  const toolchain = await prepareToolchain({ log });
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), `local-aws-${process.pid}-`)));
  const emulator = await startEmulator({
    stateDirectory: options.directory && join(options.directory, "aws"),
    organizations: options.organizations,
  });
  const home = join(directory, "pulumi");
  installPlugins(home);
  const environment = pulumiEnvironment({
    toolchain,
    home,
    backend: join(directory, "stacks"),
    passphrase: "local",
    extra: {
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      AWS_ENDPOINT_URL: emulator.url,
      AWS_REGION: region,
      // Version 1 of the AWS CLI reads only this name.
      AWS_DEFAULT_REGION: region,
      ...rootCredentials(account),
    },
  });
  return {
    url: emulator.url,
    port: emulator.port,
    toolchain,
    directory,
    environment,
    stop: async () => {
      await emulator.stop();
      if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Environment variables with the keys of the root user of an account in the emulator. */
export function rootCredentials(account: string): NodeJS.ProcessEnv {
  return { AWS_ACCESS_KEY_ID: `AKIAROOT${account}`, AWS_SECRET_ACCESS_KEY: "local" };
}
