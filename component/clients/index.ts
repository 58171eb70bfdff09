/*
 * Configuration for clients that pull images without Pulumi. Every function takes cache rules and returns text or plain
 * data. The order of the rules does not matter, except between equal rules. Published as
 * `pulumi-pull-through-cache/clients`.
 */
export type { CacheRule } from "../images";
export { buildkitConfig } from "./buildkit";
export { type ClientConfiguration, clientConfiguration } from "./configuration";
export { containerdHosts, type MirrorOptions } from "./containerd";
export { containersRegistriesConf } from "./containers-registries";
export { cacheEnvironment, dockerfileArgs } from "./environment";
export { kyvernoPolicy } from "./kyverno-policy";
export { mutatingAdmissionPolicy } from "./mutating-admission-policy";
export type { PodPolicyOptions } from "./pod-policy";
export { renovateRegistryAliases } from "./renovate";
