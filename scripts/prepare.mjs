// Runs after `npm install`. Started in one workspace, npm installs what that one needs, and the build needs all of them.
// Pulumi does so with a plugin from a Git URL.
import { isInstalled, run } from "./install.mjs";

const REST = ["install", "--ignore-scripts", "--no-audit", "--no-fund"];

if (isInstalled() || run("npm", REST, { npm_config_workspace: undefined })) await import("./build.mjs");
else process.exitCode = 1;
