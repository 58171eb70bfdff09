#!/usr/bin/env node
import { run } from "./program";
import { processTerminal } from "./terminal/terminal";

// On Node.js 20 the SDK warns about the needs of its later versions. The installed version works.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

run(process.argv.slice(2), processTerminal()).then((code) => {
  process.exitCode = code;
});
