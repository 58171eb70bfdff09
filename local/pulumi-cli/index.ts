export { type PulumiEnvironmentOptions, pulumiEnvironment } from "./environment";
export { prepareToolchain, type ToolchainOptions } from "./prepare";
export type { Toolchain } from "./toolchain";
