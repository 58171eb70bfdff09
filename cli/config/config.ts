import {
  buildkitConfig,
  type CacheRule,
  cacheEnvironment,
  containerdHosts,
  containersRegistriesConf,
  dockerfileArgs,
  kyvernoPolicy,
  mutatingAdmissionPolicy,
  renovateRegistryAliases,
} from "pulumi-pull-through-cache/clients";
import { findRules, type RulesSource } from "../caches/cache-rules";
import { CannotRunError, EXIT, type ExitCode } from "../exit";
import type { Terminal } from "../terminal/terminal";

export interface ConfigOptions extends RulesSource {
  /** Whether policies leave images with a digest. */
  readonly digests: "leave" | "rewrite";
  /** Operators whose Pods policies rewrite too. */
  readonly operator: readonly string[];
  /** Whether mirrors ask the upstream if the cache has nothing. */
  readonly fallback: boolean;
}

const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;

/** What each client takes. */
export const CLIENTS = {
  rules: (rules) => json(rules),
  kyverno: (rules, { digests, operator }) => kyvernoPolicy(rules, { digests, operators: operator }),
  "mutating-admission-policy": (rules, { digests, operator }) =>
    mutatingAdmissionPolicy(rules, { digests, operators: operator }),
  containerd: (rules, options) =>
    Object.entries(containerdHosts(rules, options))
      .map(([path, text]) => `# /etc/containerd/certs.d/${path}\n${text}`)
      .join("\n"),
  buildkit: (rules) => buildkitConfig(rules),
  "registries.conf": (rules, options) => containersRegistriesConf(rules, options),
  renovate: (rules) => json({ registryAliases: renovateRegistryAliases(rules) }),
  environment: (rules) =>
    Object.entries(cacheEnvironment(rules))
      .map(([name, value]) => `${name}=${value}\n`)
      .join(""),
  dockerfile: (rules) => dockerfileArgs(rules),
} as const satisfies Readonly<Record<string, (rules: CacheRule[], options: ConfigOptions) => string>>;

/** Prints the configuration of a client for the caches. */
export async function config(
  client: keyof typeof CLIENTS,
  options: ConfigOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const rules = await findRules(options, terminal);
  try {
    await terminal.write(CLIENTS[client](rules, options));
  } catch (error) {
    throw new CannotRunError((error as Error).message);
  }
  return EXIT.sound;
}
