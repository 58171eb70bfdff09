import type * as pulumi from "@pulumi/pulumi";

/** Pulumi's types hide this method of outputs. */
export function promiseOf<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as { promise(): Promise<T> }).promise();
}
