import type { Place } from "pulumi-pull-through-cache/images";
import { type PlaceTable, placeTable } from "pulumi-pull-through-cache/images";
import { parse } from "yaml";
import { CannotRunError } from "../exit";
import { readText } from "../read-text";
import type { Terminal } from "../terminal/terminal";

/** Where images stand, as this project knows it, and as a file of the user says. */
export interface ManifestPlaces {
  readonly table: PlaceTable;
  /** A text that it does not match has no image. */
  readonly mayHaveImages: RegExp;
}

/** Reads the user's places, if there are any: a list, or a map with the list `places`. */
export async function readPlaces(
  path: string | undefined,
  upstreams: readonly string[],
  terminal: Terminal,
): Promise<ManifestPlaces> {
  const own = path === undefined ? [] : await placesOfFile(path, terminal);
  const fields = own.flatMap(({ images = [] }) =>
    images.map((image) =>
      image
        .split(/[.:[\]()]+/)
        .filter(Boolean)
        .at(-1),
    ),
  );
  const words = ["image", "repository", "reference", "package", ...fields, ...upstreams];
  return {
    table: placeTable(own),
    mayHaveImages: new RegExp(words.map((word) => String(word).replaceAll(/[^\w-]/g, "\\$&")).join("|"), "i"),
  };
}

async function placesOfFile(path: string, terminal: Terminal): Promise<Place[]> {
  try {
    const value = parse(await readText(terminal, path)) as Place[] | { places?: Place[] } | null;
    const places = Array.isArray(value) ? value : value?.places;
    if (!Array.isArray(places))
      throw new CannotRunError(`${path} has no list of places, or map with the list \`places\`.`);
    placeTable(places);
    if (places.every(({ kind }) => typeof kind === "string")) return places;
  } catch (error) {
    if (error instanceof CannotRunError) throw error;
    throw new CannotRunError(`${path}: ${(error as Error).message}`);
  }
  throw new CannotRunError(`${path}: each place needs a kind, such as Rollout.argoproj.io.`);
}
