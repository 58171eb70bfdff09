export { startEmulator } from "./server";
export type { Emulator, EmulatorOptions } from "./settings";
