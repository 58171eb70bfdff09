/** Something in a Region that is about removed caches. */
export interface Part {
  /** A prefix of a template, a filter, or the Sid of a statement. */
  readonly name: string;
  /** The names or patterns of repositories that it is about. */
  readonly about: readonly string[];
}

export interface Removable extends Part {
  readonly remove: () => Promise<unknown>;
}

/** A part that stays, because it is not about the removed caches alone. */
export interface Shared extends Part {
  readonly why: string;
}

/** What is left of caches in one place of a Region. */
export interface Leftover {
  readonly parts: readonly Removable[];
  readonly shared: readonly Shared[];
}
