import fc from "fast-check";
import { bundleAll } from "../../scripts/bundle.mjs";
import { removeLeftovers } from "./leftovers";

/** Property tests try the same values in every run, so that a change is judged by what it changes. `SEED` tries others. */
fc.configureGlobal({ seed: Number(process.env.SEED ?? 1) });

// On Node.js 20 the AWS SDK warns that its later versions need 22; the version here is pinned.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

/** Programs of the tests import the package as users do, so it must be what the sources say. */
export async function mochaGlobalSetup(): Promise<void> {
  await Promise.all([bundleAll(), removeLeftovers()]);
}
