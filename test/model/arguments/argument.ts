import type { PullThroughCacheArgs } from "../../../component/args";
import type { Call } from "../cloud";

/** An argument of the component that ends in fields of AWS's APIs. */
export interface Argument {
  /** The path as users write it. A refusal is reported at its last part. */
  readonly path: string;
  /** Name of the component. Default: `cache`. */
  name?(value: never): string;
  /** Arguments that are valid except for this value. */
  args(value: never): PullThroughCacheArgs;
  /** AWS calls with the unchanged value. AWS must accept all of them. */
  calls(value: never): Call[];
  values(): unknown[];
  /** Calls that create what the other calls need. */
  readonly before?: readonly Call[];
  /** The calling account, if the value names one. */
  account?(value: never): string | undefined;
  /** Only the API model's constraints count, because the value names something that must exist. */
  readonly shapesOnly?: boolean;
}
