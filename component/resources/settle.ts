import * as pulumi from "@pulumi/pulumi";

/** Waits for an Output. Gives `undefined` when its value is not known, as in a preview. */
export async function settle<T>(output: pulumi.Output<T>): Promise<{ value: T } | undefined> {
  let settled: { value: T } | undefined;
  const done = output.apply((value) => {
    settled = { value };
    return true;
  });
  // Serializing waits without a value too, where an apply alone would never be called.
  await pulumi.runtime.serializeProperties("settle", { done });
  return settled;
}
