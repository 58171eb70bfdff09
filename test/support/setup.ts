import fc from "fast-check";
import { bundleAll } from "../../scripts/bundle.mjs";
import { removeLeftovers } from "./leftovers";

/** Property tests try the same values in every run, so only a change can make them fail. `SEED` tries others. */
fc.configureGlobal({ seed: Number(process.env.SEED ?? 1) });

// On Node.js 20 the AWS SDK warns that its later versions need 22; the version here is pinned.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

/** The tests' programs import the package as users do, so its build must match the sources. */
export async function mochaGlobalSetup(): Promise<void> {
  await Promise.all([bundleAll(), removeLeftovers()]);
}
