import { inspect, onPath, type Toolchain } from "../toolchain";

/**
 * The Pulumi CLI that is on PATH.
 * @throws Error when there is none, or one that is too old or has no Node.js language host
 */
export function findInstalled(): Toolchain {
  const pulumi = onPath("pulumi");
  if (pulumi === undefined) throw new Error("there is no `pulumi` on PATH");
  return inspect(pulumi);
}
