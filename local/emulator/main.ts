import { parseArgs } from "node:util";
import { startEmulator } from "./server";

/** `node local/dist/emulator/main.js --port N --state DIR`: runs until SIGINT or SIGTERM. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: "string" }, state: { type: "string" } } });
  const port = Number(values.port ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error("--port must be a number from 0 to 65535");
  const emulator = await startEmulator({ port, stateDirectory: values.state });
  const end = () => void emulator.stop().then(() => process.exit(0));
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
  process.stdout.write(`AWS emulator ready at ${emulator.url}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`The emulator does not start: ${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
});
