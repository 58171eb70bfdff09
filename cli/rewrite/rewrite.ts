import { createReadStream, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { type CacheRule, createImageDecider, type ImageDecision } from "pulumi-pull-through-cache/images";
import { findRules, type RulesSource } from "../caches/cache-rules";
import { CannotRunError, EXIT, type ExitCode } from "../exit";
import { readManifest } from "../manifests/manifest";
import { readPlaces } from "../manifests/places-file";
import { splitDocuments } from "../manifests/split";
import type { Terminal } from "../terminal/terminal";
import { rewriteDocument } from "./document";
import { KustomizeImages } from "./kustomize";
import { RewriteSummary, type Rewritten } from "./summary";

export const OUTPUTS = ["yaml", "kustomize"] as const;

export interface RewriteOptions extends RulesSource {
  /** Files or folders; standard input if there are none. */
  readonly files: readonly string[];
  /** A file with places of images. */
  readonly places?: string;
  readonly digests: "leave" | "rewrite";
  readonly format: (typeof OUTPUTS)[number];
  /** Only report what is not rewritten yet. */
  readonly check: boolean;
}

/** Writes manifests with the cache's names of images, and nothing else changed. */
export async function rewrite(options: RewriteOptions, terminal: Terminal): Promise<ExitCode> {
  const rules = await findRules(options, terminal);
  const upstreams = rules.map(({ upstream }: CacheRule) => upstream);
  const places = await readPlaces(options.places, upstreams, terminal);
  // A check reads every document: a broken one may have images.
  const mayHaveImages = options.check ? /(?:)/ : places.mayHaveImages;
  const decide = createImageDecider(rules, { digests: options.digests });
  const isYaml = options.format === "yaml" && !options.check;
  const list = new KustomizeImages(terminal);
  const summary = new RewriteSummary(rules, (image) => {
    if (options.check) terminal.print(shouldBe(image));
    else if (!isYaml) list.add(image);
  });
  let isFirst = true;
  for (const file of filesOf(options.files, terminal)) {
    for await (const document of splitDocuments(textOf(file, terminal))) {
      const manifest = readManifest(document, places.table, mayHaveImages);
      const { text, decided } = rewriteDocument(document.text, manifest, decide);
      summary.add(file === "-" ? "standard input" : file, manifest, decided, servedOnly(decide));
      if (!isYaml) continue;
      if (!isFirst && document.line === 1 && !/^(---|%)/m.test(text)) await terminal.write("---\n");
      await terminal.write(text);
      isFirst = false;
    }
  }
  if (!isYaml && !options.check) await terminal.write(list.text());
  terminal.say(summary.text());
  return summary.isBroken || (options.check && !summary.isClean) ? EXIT.found : EXIT.sound;
}

function shouldBe({ file, line, from, to }: Rewritten): string {
  return `${file}:${line}: ${from} should be ${to}`;
}

function servedOnly(decide: (reference: string) => ImageDecision): (reference: string) => boolean {
  return (reference) => decide(reference).kind === "rewritten";
}

const MANIFEST = /\.(ya?ml|json)$/;

/** Files as given, and those with manifests in folders. */
function filesOf(given: readonly string[], terminal: Terminal): string[] {
  if (given.length === 0) return ["-"];
  return given.flatMap((path) => {
    if (path === "-" || !isFolder(resolve(terminal.directory, path))) return [path];
    return readdirSync(resolve(terminal.directory, path), { recursive: true, encoding: "utf8" })
      .filter((name) => MANIFEST.test(name))
      .sort()
      .map((name) => join(path, name));
  });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

async function* textOf(file: string, terminal: Terminal): AsyncGenerator<string> {
  if (file === "-") {
    yield* terminal.chunks();
    return;
  }
  try {
    yield* createReadStream(resolve(terminal.directory, file), "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new CannotRunError(`${file} ${code === "ENOENT" ? "does not exist" : `cannot be read (${code})`}.`);
  }
}
