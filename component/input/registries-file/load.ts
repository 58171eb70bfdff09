import type { RegistryArgs } from "../../args";
import { InvalidInputError, toProblems } from "../../problems/error";
import { registries } from "../../schema/arguments";
import { parse } from "../../schema/parse";
import { readRegistriesFile, rotating } from "./read";

/**
 * Loads a YAML file that holds the map of `registries`, and checks every entry.
 *
 * @param path Path of the file, relative to the current directory.
 * @returns The map, for the `registries` argument.
 * @throws InvalidInputError with every problem at once, each with file, line and column.
 */
export function loadRegistries(path: string): { [key: string]: RegistryArgs } {
  const file = readRegistriesFile(path);
  const parsed = parse(registries, file.registries, ["registries"]);
  if (!parsed.ok) throw new InvalidInputError("The registries file", toProblems(rotating(parsed.issues), file.locate));
  return parsed.value;
}
