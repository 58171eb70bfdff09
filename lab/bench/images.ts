/**
 * Compares this package with npm packages that read image references: the time, and in how many of the distribution
 * library's own cases each agrees with the library.
 *
 *   npm run build && (cd lab/bench/images && npm ci --no-workspaces) && npx tsx lab/bench/images.ts
 *
 * Prints the table that lab/bench/images.results.md keeps.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { createImageCache, parseImageReference } from "pulumi-pull-through-cache/images";

type Read = (reference: string) => unknown;
type Name = { domain: string; path: string; tag?: string; digest?: string };

const load = createRequire(join(__dirname, "images", "package.json"));
const swimlane = load("@swimlane/docker-reference") as {
  parseFamiliarName(text: string): { domain: string; repository: string; tag?: string; digest?: string };
};
const compiledGo = load("parse-docker-image-name") as (text: string) => Partial<Name>;
const dockerParseImage = load("docker-parse-image") as (
  text: string,
) => Partial<Record<"registry" | "namespace" | "repository" | "tag", string | null>> | null;

interface Contestant {
  name: string;
  read: Read;
  /** The result of `read` in our terms, or `undefined` if it refuses. Not timed. */
  answer(text: string): Name | undefined;
}

const CONTESTANTS: Contestant[] = [
  { name: "this package", read: parseImageReference, answer: parseImageReference },
  {
    name: "@swimlane/docker-reference 2.0.1",
    read: swimlane.parseFamiliarName,
    answer: (text) => {
      const { domain, repository, tag, digest } = swimlane.parseFamiliarName(text);
      return { domain, path: repository, ...(tag && { tag }), ...(digest && { digest }) };
    },
  },
  {
    name: "parse-docker-image-name 3.0.0",
    read: compiledGo,
    answer: (text) => {
      const { domain = "docker.io", path, tag, digest } = compiledGo(text);
      if (path === undefined) return undefined;
      const full = domain === "docker.io" && !path.includes("/") ? `library/${path}` : path;
      return { domain, path: full, ...(tag && { tag }), ...(digest && { digest }) };
    },
  },
  {
    name: "docker-parse-image 3.0.1",
    read: dockerParseImage,
    answer: (text) => {
      const parts = dockerParseImage(text);
      if (!parts?.repository) return undefined;
      const domain = parts.registry ?? "docker.io";
      const namespace = parts.namespace ?? (domain === "docker.io" ? "library" : undefined);
      const path = namespace === undefined ? parts.repository : `${namespace}/${parts.repository}`;
      return parts.tag?.includes(":")
        ? { domain, path, digest: parts.tag }
        : { domain, path, ...(parts.tag && { tag: parts.tag }) };
    },
  },
];

const TYPICAL = [
  "nginx:1.25",
  "redis",
  "timberio/vector:0.45.0-alpine",
  "ghcr.io/external-secrets/external-secrets:v0.10.4",
  "quay.io/prometheus/node-exporter:v1.8.2",
  "registry.k8s.io/ingress-nginx/controller:v1.11.2@sha256:d5f8217feeac4887cb1ed21f27c2674e58be06bd8f5184cacea2a69abaf78dce",
  "public.ecr.aws/docker/library/busybox@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
  "111122223333.dkr.ecr.us-east-1.amazonaws.com/team/app:2026-01-31",
  "localhost:5000/app",
  "docker.io/library/postgres:16-alpine",
];
const HOSTILE = ["a", "a-", "a_", "a/", "a.", "A.", ":", "@", "[:"].map(
  (piece) => `${piece.repeat(100_000 / piece.length)}!`,
);
const PATIENCE_MILLISECONDS = 10_000;
const KNOWN = join(__dirname, "../../test/component/images/known.json");
const SECONDS = 1;
const ROUNDS = 5;

function rate(read: Read, references: readonly string[]): number {
  let calls = 0;
  const start = process.hrtime.bigint();
  for (;;) {
    for (let round = 0; round < 100; round++) for (const reference of references) read(reference);
    calls += 100 * references.length;
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    if (seconds > SECONDS / ROUNDS) return calls / seconds;
  }
}

/** Reads the hostile strings in a separate process, because some packages need hours for them. */
function slowestMilliseconds(name: string): string {
  const child = spawnSync(process.execPath, [...process.execArgv, __filename, name], {
    timeout: PATIENCE_MILLISECONDS,
  });
  return child.status === 0 ? `${child.stdout} ms` : `over ${PATIENCE_MILLISECONDS.toLocaleString("en")} ms`;
}

function printSlowest(read: Read): void {
  const times = HOSTILE.map((reference) => {
    const start = process.hrtime.bigint();
    refusable(() => read(reference));
    return Number(process.hrtime.bigint() - start) / 1e6;
  });
  process.stdout.write(Math.max(...times).toFixed(1));
}

function refusable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function plain(name: Name | undefined): unknown {
  return name === undefined ? null : JSON.parse(JSON.stringify(name));
}

const RULES = [...Array(50)].map((_, index) => ({
  upstream: index === 0 ? "docker.io" : `registry${index}.example`,
  url: `111122223333.dkr.ecr.us-east-1.amazonaws.com/cache${index}`,
}));
const TIMED: { name: string; read: Read; answer?: Contestant["answer"] }[] = [
  ...CONTESTANTS,
  { name: "this package, createImageCache with 50 rules", read: createImageCache(RULES) },
];

function printTable(): void {
  const known = JSON.parse(readFileSync(KNOWN, "utf8")) as [string, unknown][];
  const best = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, read } of TIMED) best.set(name, Math.max(best.get(name) ?? 0, rate(read, TYPICAL)));
  }
  console.log(`Node ${process.version}, ${cpus()[0]?.model}, best of ${ROUNDS} rounds\n`);
  console.log(
    `| | references per second | agrees with the Go library, of ${known.length} cases | slowest of ${HOSTILE.length} strings of 100 kB |`,
  );
  console.log("|---|---:|---:|---:|");
  for (const { name, answer } of TIMED) {
    const right =
      answer && known.filter(([text, expected]) => isDeepStrictEqual(plain(refusable(() => answer(text))), expected));
    const speed = (Math.round((best.get(name) ?? 0) / 1000) * 1000).toLocaleString("en");
    console.log(`| ${name} | ${speed} | ${right?.length ?? ""} | ${slowestMilliseconds(name)} |`);
  }
}

const onlyHostile = TIMED.find(({ name }) => name === process.argv[2]);
if (onlyHostile) printSlowest(onlyHostile.read);
else printTable();
