/** A noun, or a noun phrase such as `repository to compare`, for so many things. */
export function plural(count: number, one: string, several = pluralOf(one)): string {
  return count === 1 ? one : several;
}

function pluralOf(phrase: string): string {
  return phrase.replace(/(?:(?<![aeiou])y)?(?= to |$)/, (end) => (end === "y" ? "ies" : "s"));
}

/** Such as `1 image` and `3 images`. */
export function counted(count: number, one: string): string {
  return `${count} ${plural(count, one)}`;
}

/** A sentence about some of all things, such as `1 of 3 images is cached`. */
export function someOf(some: number, all: number, one: string, verbs: readonly [one: string, several: string]): string {
  return `${some} of ${counted(all, one)} ${plural(all === 1 ? all : some, ...verbs)}`;
}
