import catalogue from "./catalogue.json";

type Repositories = Readonly<Record<string, readonly string[]>>;

const REGISTRIES: Readonly<Record<string, Repositories>> = catalogue;

/** The repositories that a stand-in registry serves, with their tags. Tests may publish more. */
export function catalogueOf(host: string): Repositories {
  return Object.hasOwn(REGISTRIES, host) ? (REGISTRIES[host] as Repositories) : catalogue["*.azurecr.io"];
}
