/** A problem in the input: where it is, and what to write instead. */
export interface Issue {
  /** Path from the root of the arguments: `["registries", "gitlab", "prefix"]`. */
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Where an issue is in the file that the input came from, such as `registries.yaml:3:5`. */
export type Locate = (path: readonly PropertyKey[]) => string | undefined;
