import * as pulumi from "@pulumi/pulumi";

/** Waits for an Output. Returns `undefined` if its value is unknown, as in a preview. */
export async function settle<T>(output: pulumi.Output<T>): Promise<{ value: T } | undefined> {
  let settled: { value: T } | undefined;
  const done = output.apply((value) => {
    settled = { value };
    return true;
  });
  // Serializing also ends for an unknown value, where an apply alone would never run.
  await pulumi.runtime.serializeProperties("settle", { done });
  return settled;
}

/** The text of an input that is always known, such as a URN. */
export function knownText(input: pulumi.Input<string>): Promise<string> {
  return new Promise((resolve) => pulumi.output(input).apply(resolve));
}
