import * as pulumi from "@pulumi/pulumi";

/** Whether the program runs in Pulumi's engine. The mocks of a unit test have neither hooks nor transforms. */
export function hasEngine(): boolean {
  const monitor = pulumi.runtime.getMonitor() as { readonly registerErrorHook?: unknown } | undefined;
  return typeof monitor?.registerErrorHook === "function";
}
