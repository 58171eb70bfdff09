#!/usr/bin/env node
import { EXIT } from "./exit";
import { run } from "./program";
import { processTerminal } from "./terminal/terminal";

// On Node.js 20 the SDK warns about the needs of its later versions. The installed version works.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const terminal = processTerminal();
process.on("uncaughtException", ({ name, message }) => {
  terminal.say(`${name}: ${message}`);
  process.exit(EXIT.failed);
});
run(process.argv.slice(2), terminal).then((code) => {
  process.exitCode = code;
});
