import type { CacheRule } from "../images";
import { buildkitConfig } from "./buildkit";
import { containerdHosts } from "./containerd";
import { containersRegistriesConf } from "./containers-registries";
import { cacheEnvironment, dockerfileArgs } from "./environment";
import { kyvernoPolicy } from "./kyverno-policy";
import { mutatingAdmissionPolicy } from "./mutating-admission-policy";
import { renovateRegistryAliases } from "./renovate";

/** Configuration for every kind of client, ready to write to files or to apply. */
export interface ClientConfiguration {
  /** Kyverno MutatingPolicy, YAML, for Kyverno 1.17 or later. */
  kyvernoPolicy: string;
  /** Kubernetes MutatingAdmissionPolicy and its binding, YAML, for Kubernetes 1.36 or later. */
  mutatingAdmissionPolicy: string;
  /** containerd hosts.toml files by their path under the registry config_path. */
  containerdHosts: Record<string, string>;
  /** Mirrors for buildkitd.toml. */
  buildkitConfig: string;
  /** Drop-in for /etc/containers/registries.conf.d: Podman, Buildah, Skopeo, CRI-O. */
  containersRegistriesConf: string;
  /** Renovate's registryAliases. */
  renovateRegistryAliases: Record<string, string>;
  /** Cache locations by name for the environment and for build arguments. */
  environment: Record<string, string>;
  /** ARG lines for Dockerfiles, with the upstreams as defaults. */
  dockerfileArgs: string;
}

/**
 * All client configurations of a cache.
 *
 * @throws Error if two upstreams would get the same environment name.
 */
export function clientConfiguration(rules: readonly CacheRule[]): ClientConfiguration {
  return {
    kyvernoPolicy: kyvernoPolicy(rules),
    mutatingAdmissionPolicy: mutatingAdmissionPolicy(rules),
    containerdHosts: containerdHosts(rules),
    buildkitConfig: buildkitConfig(rules),
    containersRegistriesConf: containersRegistriesConf(rules),
    renovateRegistryAliases: renovateRegistryAliases(rules),
    environment: cacheEnvironment(rules),
    dockerfileArgs: dockerfileArgs(rules),
  };
}
