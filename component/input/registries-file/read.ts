import { readFileSync, statSync } from "node:fs";
import { type Event, load, parseEvents, YAMLException } from "js-yaml";
import { InvalidInputError } from "../../problems/error";
import type { Issue, Locate } from "../../problems/issue";
import { shown, shownFile } from "../../problems/print";
import { isTokenKey } from "../../schema/hints";
import { kindOf } from "../../schema/input";
import { foreignFile } from "./foreign";
import { lineFinder } from "./lines";
import { findPositions, type Positions } from "./positions";

/** Enough for far more than 50 registries, and small enough to read at once. */
const MAX_BYTES = 1024 * 1024;
const MAX_DEPTH = 20;
const EMPTY = "the file is empty: it needs a map of registries, such as `quay: {}`";

/** The unchecked content of a registries file, and where each part of it is. */
export interface RegistriesFile {
  readonly registries: unknown;
  readonly locate: Locate;
}

/**
 * Reads a registries file. Throws an InvalidInputError with file, line and column if it is not one plain YAML document.
 * Messages never quote the file, because a line may hold a token by mistake.
 */
export function readRegistriesFile(path: string): RegistriesFile {
  const source = readSource(path);
  const lineAndColumn = lineFinder(source);
  const place = (offset: number) => `${path}:${lineAndColumn(offset)}`;
  const fail = (...problems: Problem[]): never => {
    const errors = problems.map(({ offset, reason }) => ({ propertyPath: "", reason, place: place(offset) }));
    throw new InvalidInputError("The registries file", errors);
  };
  const read = <T>(step: () => T): T => {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error;
      // Text after a quote or a colon quotes the file.
      const reason = error.reason.split(/:|"|!</)[0]?.trim() ?? "";
      return fail({ offset: error.mark?.position ?? 0, reason });
    }
  };

  const events: Event[] = read(() => parseEvents(source, { filename: path, maxDepth: MAX_DEPTH }));
  if (events.length === 0) fail({ offset: 0, reason: EMPTY });
  const positions = findPositions(source, events);
  const problems = structureProblems(positions);
  if (problems.length > 0) fail(...problems);
  const value = read(() => load(source, { filename: path }));
  if (value === null) fail({ offset: 0, reason: EMPTY });
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const instead = Array.isArray(value) ? ': write "quay: {}", not "- quay"' : "";
    return fail({ offset: 0, reason: `must hold a map of registries, not ${kindOf(value)}${instead}` });
  }
  const foreign = foreignFile(value, path);
  if (foreign) fail({ offset: 0, reason: foreign });
  return {
    registries: withEmptyEntries(value),
    locate: (issue) => {
      const offset = issue[0] === "registries" ? positions.find(issue.slice(1)) : undefined;
      return offset === undefined ? undefined : place(offset);
    },
  };
}

/** Problems with a file, which say of a token in it that it must be replaced. */
export function rotating(issues: readonly Issue[]): Issue[] {
  return issues.map(({ path, message }) =>
    path[0] === "registries" && isTokenKey(String(path[2]))
      ? {
          path,
          message: `${message}. Rotate the token, because the history of the file keeps it: create a new one, and revoke this one`,
        }
      : { path, message },
  );
}

interface Problem {
  readonly offset: number;
  readonly reason: string;
}

function structureProblems(positions: Positions): Problem[] {
  return [
    ...positions.documents
      .slice(1)
      .map((offset) => ({ offset, reason: "a second YAML document: the file holds only one" })),
    ...positions.duplicates.map(({ key, offset }) => ({ offset, reason: `the key ${shown(key)} occurs twice` })),
    ...positions.tags.map((offset) => ({ offset, reason: "YAML tags are not supported: write the plain value" })),
    ...positions.aliases.map((offset) => ({
      offset,
      reason: "YAML aliases are not supported: put settings that registries share into the component's defaults",
    })),
  ];
}

/** `quay:` with nothing after it is an entry without settings. */
function withEmptyEntries(registries: object): object {
  return Object.fromEntries(Object.entries(registries).map(([key, entry]) => [key, entry === null ? {} : entry]));
}

function readSource(path: string): string {
  const fail = (reason: string, place = path): never => {
    throw new InvalidInputError("The registries file", [{ propertyPath: "", reason, place }]);
  };
  if (!/\.ya?ml$/i.test(path)) return fail("is not a YAML file: its name must end in .yaml or .yml", shownFile(path));
  let bytes: Buffer;
  try {
    // A device or a pipe may never end.
    const file = statSync(path);
    if (!file.isFile() && !file.isDirectory()) return fail("is not a regular file");
    if (file.size > MAX_BYTES) return fail(`has ${file.size} bytes; at most ${MAX_BYTES} are read`);
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof InvalidInputError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    return code === "ENOENT" ? fail("there is no such file", shownFile(path)) : fail(`cannot be read (${code})`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return fail("is not UTF-8 text");
  }
}
