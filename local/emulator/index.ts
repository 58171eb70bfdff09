export { startEmulator } from "./server";
export type { Emulator, EmulatorOptions, UpstreamCredential } from "./settings";
