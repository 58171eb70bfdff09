export { type PulumiEnvironmentOptions, pulumiEnvironment } from "./environment";
export { prepareToolchain, type Toolchain, type ToolchainOptions } from "./toolchain";
