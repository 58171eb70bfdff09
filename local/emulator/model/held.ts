/**
 * A type of the AWS SDK as the emulator holds it: what AWS requires is there, times are milliseconds since the epoch,
 * bytes are Base64 text.
 */
export type Held<T> = T extends Date
  ? number
  : T extends Uint8Array
    ? string
    : T extends readonly (infer Item)[]
      ? Held<Item>[]
      : T extends object
        ? { [K in keyof T]: Record<never, never> extends Pick<T, K> ? Held<T[K]> : Held<NonNullable<T[K]>> }
        : T;

/** The same, with members that are always there although AWS does not promise them. */
export type With<T, K extends keyof T> = Held<Omit<T, K>> & { [P in K]-?: Held<NonNullable<T[P]>> };
