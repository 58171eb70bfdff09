#!/usr/bin/env node
import { run } from "./program";
import { processTerminal } from "./terminal/terminal";

// The SDK warns on Node.js 20 of what its later versions need; what is installed here works.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

run(process.argv.slice(2), processTerminal()).then((code) => {
  process.exitCode = code;
});
