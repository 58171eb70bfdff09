import { mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Toolchain } from "./toolchain";

export interface PulumiEnvironmentOptions {
  readonly toolchain: Toolchain;
  /** A private PULUMI_HOME: credentials, plugins and settings of the user are neither read nor written. */
  readonly home: string;
  /** Folder for the state of the stacks. It is made if it does not exist. */
  readonly backend: string;
  /** Passphrase that encrypts the stacks' secrets. */
  readonly passphrase: string;
  /** More variables, such as the endpoint and keys of an AWS. */
  readonly extra?: NodeJS.ProcessEnv;
}

/** Settings of the user's AWS and Pulumi, and proxies, which would get the calls to this machine. */
const OF_THE_USER = /^(?:AWS_.*|PULUMI_.*|(?:https?|all|no)_proxy)$/i;

/** The environment for a process that loads or builds a Pulumi CLI. It has nothing that may be a credential. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  const needed =
    /^(?:PATH|HOME|TMPDIR|TEMP|TMP|XDG_CACHE_HOME|LANG|GO(?:PATH|CACHE|MODCACHE|PROXY|SUMDB|ROOT|TOOLCHAIN)|SSL_CERT_(?:FILE|DIR)|(?:https?|no)_proxy)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => needed.test(name)));
}

/** The whole environment for a `pulumi` process that sees nothing of the user's Pulumi or AWS settings. */
export function pulumiEnvironment(options: PulumiEnvironmentOptions): NodeJS.ProcessEnv {
  const { toolchain, home, backend, passphrase, extra } = options;
  mkdirSync(home, { recursive: true });
  mkdirSync(backend, { recursive: true });
  const inherited = Object.entries(process.env).filter(([name]) => !OF_THE_USER.test(name));
  return {
    ...Object.fromEntries(inherited),
    PATH: [toolchain.bin, process.env.PATH].join(delimiter),
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: pathToFileURL(backend).href,
    PULUMI_CONFIG_PASSPHRASE: passphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // One local plugin serves every version of a package that programs ask for.
    PULUMI_ENABLE_LEGACY_PLUGIN_SEARCH: "true",
    // Plugins on the user's PATH would be preferred to it.
    PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
    // The AWS SDK must find neither the user's profiles nor an instance's role.
    AWS_CONFIG_FILE: join(home, "no-aws-config"),
    AWS_SHARED_CREDENTIALS_FILE: join(home, "no-aws-credentials"),
    AWS_EC2_METADATA_DISABLED: "true",
    ...extra,
  };
}
