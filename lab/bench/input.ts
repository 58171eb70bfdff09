/**
 * Time to check input of 1 kB to 1 MB, in shapes that are meant to be slow. Each parser and validator must take time
 * that is linear in the size of its input. Also the time to check 50 realistic registries.
 *
 *   npx tsx lab/bench/input.ts
 *
 * Writes lab/bench/input.results.md.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { clientConfiguration } from "../../component/clients";
import { validateLifecyclePolicy } from "../../component/documents/lifecycle";
import { repositoryPolicy, secretPolicy } from "../../component/documents/policy";
import { type CacheRule, createImageCache, tryParseImageReference } from "../../component/images";
import { loadRegistries } from "../../component/input/registries-file/load";
import { prepare } from "../../component/prepare";
import { statementsOf } from "../../policy-pack/aws/iam/policy-document";
import { origin } from "./results";

/** Makes input of about this many bytes, and returns the function to time. */
type Shape = (bytes: number) => () => unknown;

/** The last one is a little below the largest registries file that is read. */
const SIZES = [1, 4, 16, 64, 256, 1000].map((kilobytes) => kilobytes * 1024);
const ROUNDS = 7;
/** Collects garbage, so that a round does not pay for the one before. */
setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;
/** Shorter times cannot be told from noise. */
const NOISE_MILLISECONDS = 0.5;
/** From this exponent on, the time from 64 kB to 1 MB counts as more than linear. */
const LINEAR_BELOW = 1.4;

const times = (count: number) => Array.from({ length: Math.max(1, Math.floor(count)) }, (_, index) => index);
const text = (bytes: number, piece = "a") => piece.repeat(Math.max(1, Math.floor(bytes / piece.length)));

function refused(check: () => unknown): unknown {
  try {
    return check();
  } catch (error) {
    return error;
  }
}
const args = (value: unknown) => () => refused(() => prepare("cache", value as never));
const entry = (settings: object) => args({ registries: { quay: settings } });
const keyed = (bytes: number, value: unknown) =>
  Object.fromEntries(times(bytes / 16).map((index) => [`key${String(index).padStart(10, "0")}`, value]));

function nested(depth: number): unknown {
  let value: unknown = {};
  for (let level = 0; level < depth; level++) value = { a: value };
  return value;
}

const ARGUMENTS: { readonly [name: string]: Shape } = {
  "a long prefix": (bytes) => entry({ prefix: text(bytes, "a-") }),
  "a long registry": (bytes) => entry({ registry: text(bytes, "harbor.") }),
  "a long role ARN": (bytes) => entry({ roleArn: `arn:aws:iam::111122223333:role/${text(bytes, "a/")}` }),
  "a long credential ARN": (bytes) => entry({ credentialArn: `arn:aws${text(bytes, "-a")}` }),
  "a long key ARN": (bytes) => entry({ encryption: { type: "KMS", kmsKey: `arn:aws:kms:${text(bytes, "a-")}` } }),
  "a long tag": (bytes) => entry({ resourceTags: { [text(bytes / 2)]: text(bytes / 2) } }),
  "a long scanning filter": (bytes) =>
    args({
      registries: { quay: {} },
      scanning: { rules: [{ scanFrequency: "SCAN_ON_PUSH", filters: [`${text(bytes)}!`] }] },
    }),
  "a long Region": (bytes) => args({ registries: { quay: {} }, regions: [`us${text(bytes, "-a")}`] }),
  "a long name of the component": (bytes) => () =>
    refused(() =>
      prepare(text(bytes), { registries: { platform: { registry: "111122223333.dkr.ecr.us-east-1.amazonaws.com" } } }),
    ),
  "deep nesting": (bytes) => entry({ lifecycle: nested(bytes / 6) }),
  "many registries": (bytes) => args({ registries: keyed(bytes, {}) }),
  "many wrong registries": (bytes) => args({ registries: keyed(bytes, 1) }),
  "many unknown keys": (bytes) => entry(keyed(bytes, 1)),
  "many unknown keys with tokens' names": (bytes) =>
    entry({ secret: Object.fromEntries(times(bytes / 16).map((index) => [`token${index}`, 1])) }),
  "many tags": (bytes) => entry({ resourceTags: keyed(bytes, "v") }),
  "many wrong tags": (bytes) => entry({ resourceTags: keyed(bytes, "*") }),
  "many accounts": (bytes) => entry({ access: { accounts: times(bytes / 15).map(() => "111122223333") } }),
  "many wrong accounts": (bytes) => entry({ access: { accounts: times(bytes / 4).map(() => 1) } }),
  "many Regions": (bytes) => args({ registries: { quay: {} }, regions: times(bytes / 12).map(() => "us-east-1") }),
  "many credentials": (bytes) =>
    args({ registries: { quay: {} }, credentials: keyed(bytes / 3, { username: "u", accessToken: "t" }) }),
  "many scanning rules": (bytes) =>
    args({
      registries: { quay: {} },
      scanning: { rules: times(bytes / 40).map(() => ({ scanFrequency: "SCAN_ON_PUSH", filters: ["a"] })) },
    }),
  "many lifecycle rules": (bytes) =>
    entry({ lifecycle: { tagged: times(bytes / 40).map((index) => ({ tagPatterns: [`v${index}`], keepImages: 1 })) } }),
  "many statements": (bytes) =>
    args({
      registries: { quay: {} },
      registryPolicy: {
        statements: times(bytes / 80).map(
          () => '{"Sid":"A","Effect":"Allow","Principal":"*","Action":"ecr:*","Resource":"*"}',
        ),
      },
    }),
  "many puller roles": (bytes) => args({ registries: { quay: {} }, pullerRoles: keyed(bytes, "role") }),
};

const lifecycle = (json: string) => () => validateLifecyclePolicy(json);
const statements = (bytes: number) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: times(bytes / 70).map(() => ({ Effect: "Allow", Principal: "*", Action: "ecr:*" })),
  });
const principals = (bytes: number) =>
  JSON.stringify({
    Statement: {
      Effect: "Allow",
      Principal: { AWS: times(bytes / 15).map(() => "111122223333") },
      Action: "a:b",
      Resource: "*",
    },
  });
const conditions = (bytes: number) =>
  JSON.stringify({ Statement: { Effect: "Allow", Principal: "*", Condition: { StringEquals: keyed(bytes, "*") } } });
const brackets = (bytes: number) => `${text(bytes / 2, "[")}${text(bytes / 2, "]")}`;
const policies = (json: string) => () => [
  repositoryPolicy.safeParse(json),
  secretPolicy.safeParse(json),
  statementsOf(json),
];

const DOCUMENTS: { readonly [name: string]: Shape } = {
  "a lifecycle document of many rules": (bytes) =>
    lifecycle(JSON.stringify({ rules: times(bytes / 40).map(() => ({ rulePriority: 1, selection: {}, action: {} })) })),
  "a lifecycle document of many unknown keys": (bytes) => lifecycle(JSON.stringify(keyed(bytes, 1))),
  "a lifecycle document of brackets": (bytes) => lifecycle(brackets(bytes)),
  "a policy of many statements": (bytes) => policies(statements(bytes)),
  "a policy of many principals": (bytes) => policies(principals(bytes)),
  "a policy of many conditions": (bytes) => policies(conditions(bytes)),
  "a policy of brackets": (bytes) => policies(brackets(bytes)),
};

let directory = "";
function file(content: string): () => unknown {
  const path = join(directory, `${content.length}.yaml`);
  return () => {
    writeFileSync(path, content);
    return refused(() => loadRegistries(path));
  };
}
const lines = (bytes: number, line: (index: number) => string) =>
  times(bytes / line(100_000).length)
    .map(line)
    .join("");

const FILES: { readonly [name: string]: Shape } = {
  "many registries": (bytes) => file(lines(bytes, (index) => `registry${index}: {}\n`)),
  "many wrong settings": (bytes) => file(`quay:\n${lines(bytes, (index) => `  setting${index}: 1\n`)}`),
  "many wrong values": (bytes) => file(lines(bytes, (index) => `registry${index}: { prefix: 1 }\n`)),
  "a key twice": (bytes) => file(lines(bytes, () => "quay: {}\n")),
  "a long list": (bytes) => file(`quay:\n  access:\n    accounts:\n${lines(bytes, () => "      - 1\n")}`),
  "many aliases": (bytes) => file(`a: &a {}\n${lines(bytes, (index) => `k${index}: *a\n`)}`),
  "many tags": (bytes) => file(lines(bytes, (index) => `k${index}: !!str a\n`)),
  "many documents": (bytes) => file(lines(bytes, () => "---\na: 1\n")),
  "deep nesting, flow": (bytes) => file(brackets(bytes)),
  "deep nesting, block": (bytes) => file(`quay: ${text(bytes, "- ")}`),
  "deep nesting, indented": (bytes) =>
    file(
      times(Math.sqrt(bytes * 2))
        .map((index) => `${" ".repeat(index)}a:\n`)
        .join(""),
    ),
  "a long string": (bytes) => file(`quay: { description: ${text(bytes)} }`),
  "a long quoted string": (bytes) => file(`quay: { description: "${text(bytes, "\\u0041")}`),
  "a long folded string": (bytes) => file(`quay:\n  description: >\n${text(bytes, "    a\n\n")}`),
  "a long key": (bytes) => file(`${text(bytes)}: { prefix: 1, lifecycle: 1, access: 1, secret: 1 }`),
  "a long comment": (bytes) => file(`quay: {} #${text(bytes)}`),
  spaces: (bytes) => file(`quay:${text(bytes, " ")}\n`),
  "empty lines": (bytes) => file(`quay: {}${text(bytes, "\n")}x`),
  "endless anchors": (bytes) => file(text(bytes, "&a ")),
  "question marks": (bytes) => file(text(bytes, "? ")),
  colons: (bytes) => file(text(bytes, "a: ")),
  quotes: (bytes) => file(text(bytes, "'")),
};

const REFERENCES: { readonly [name: string]: Shape } = Object.fromEntries(
  ["a", "a-", "a_", "__", "a/", "a.", "A.", ":", "@", "[:", "a:1/", "é"].map((piece) => [
    `${piece}${piece}...!`,
    (bytes: number) => {
      const reference = `${text(bytes, piece)}!`;
      const cache = createImageCache([{ upstream: "ghcr.io", url: "111122223333.dkr.ecr.us-east-1.amazonaws.com/a" }]);
      return () => [tryParseImageReference(reference), refused(() => cache(reference))];
    },
  ]),
);

const PARTS: { readonly [part: string]: { readonly [name: string]: Shape } } = {
  "Arguments (`prepare`)": ARGUMENTS,
  Documents: DOCUMENTS,
  "Registries files (`loadRegistries`)": FILES,
  "Image references": REFERENCES,
};

/** The fastest of some rounds in processor time, to leave out other work of the machine. */
function fastest(run: () => unknown, rounds = ROUNDS): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    collectGarbage();
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

/** How the time grows, as an exponent of the size, fitted to the sizes from 64 kB whose time is not noise. */
function exponent(measured: readonly number[]): number | undefined {
  const points = measured
    .map((time, index) => [Math.log(SIZES[index] ?? 1), time] as const)
    .slice(-3)
    .filter(([, time]) => time >= NOISE_MILLISECONDS)
    .map(([size, time]) => [size, Math.log(time)] as const);
  if (points.length < 2) return undefined;
  const [[firstSize = 0, firstTime = 0] = [], [lastSize = 0, lastTime = 0] = []] = [points[0], points.at(-1)];
  return (lastTime - firstTime) / (lastSize - firstSize);
}

const milliseconds = (time: number) => (time < 10 ? time.toFixed(2) : time.toFixed(0));

function section(
  title: string,
  shapes: { readonly [name: string]: Shape },
): { readonly lines: string[]; readonly steep: string[] } {
  const steep: string[] = [];
  const rows = Object.entries(shapes).map(([name, shape]) => {
    const measured = SIZES.map((bytes) => fastest(shape(bytes)));
    const growth = exponent(measured);
    if (growth !== undefined && growth > LINEAR_BELOW) steep.push(`${title}: ${name} (${growth.toFixed(2)})`);
    return `| ${name} | ${measured.map(milliseconds).join(" | ")} | ${growth?.toFixed(2) ?? "noise"} |`;
  });
  const head = `| shape | ${SIZES.map((bytes) => `${bytes / 1024} kB`).join(" | ")} | growth |`;
  return { lines: [`## ${title}`, "", head, `|---|${"---:|".repeat(SIZES.length + 1)}`, ...rows, ""], steep };
}

/** 50 registries, ECR's limit, with every setting that a registry can have. */
function fifty(): { [key: string]: object } {
  return Object.fromEntries(
    times(50).map((index) => [
      `team${index}/hub`,
      {
        registry: ["quay.io", "registry.k8s.io", "public.ecr.aws", "111122223333.dkr.ecr.us-east-1.amazonaws.com"][
          index % 4
        ],
        lifecycle: { keepImages: 10, expireUntaggedAfterDays: 7, tagged: [{ tagPatterns: ["v*"], keepImages: 5 }] },
        resourceTags: { team: `team${index}`, cost: "42" },
        access: { accounts: ["111122223333"], roleArns: ["arn:aws:iam::111122223333:role/team/name"] },
        description: "A cache",
      },
    ]),
  );
}

function main(): void {
  directory = mkdtempSync(join(tmpdir(), "bench-input-"));
  try {
    const registries = fifty();
    const path = join(directory, "fifty.yaml");
    writeFileSync(path, JSON.stringify(registries, undefined, 2));
    const rules: CacheRule[] = times(50).map((index) => ({
      upstream: `registry${index}.azurecr.io`,
      url: `111122223333.dkr.ecr.us-east-1.amazonaws.com/team${index}`,
    }));
    const plan = (more: object) => () => prepare("cache", { registries, ...more });
    const first = fastest(plan({}), 1);
    const usual = [
      `| check and plan 50 registries (\`prepare\`), first call | ${milliseconds(first)} ms |`,
      `| ... later calls | ${milliseconds(fastest(plan({}), 50))} ms |`,
      `| ... in 17 Regions | ${milliseconds(fastest(plan({ regions: times(17).map((index) => `us-east-${index + 1}`) }), 50))} ms |`,
      `| read and check a file of 50 registries (\`loadRegistries\`) | ${milliseconds(fastest(() => loadRegistries(path), 50))} ms |`,
      `| configuration of all clients for 50 rules | ${milliseconds(fastest(() => clientConfiguration(rules), 20))} ms |`,
    ];
    const sections = Object.entries(PARTS).map(([title, shapes]) => section(title, shapes));
    const steep = sections.flatMap((part) => part.steep);
    const report = [
      "# Time to check input",
      "",
      origin("input"),
      "",
      `Milliseconds of processor time, the least of ${ROUNDS} runs. From 64 kB to 1 MB, the time grows as the size to the power of "growth": 1 is`,
      `linear, 2 quadratic. Sorting and garbage collection add a little to 1. Below ${NOISE_MILLISECONDS} ms it is noise. Nearly all of this input is refused, with every problem in it.`,
      "",
      steep.length === 0
        ? `For no shape does the time grow faster than size^${LINEAR_BELOW}.`
        : `Grows faster than size^${LINEAR_BELOW}: ${steep.join("; ")}.`,
      "",
      "## Usual input",
      "",
      "| what | time |",
      "|---|---:|",
      ...usual,
      "",
      ...sections.flatMap((part) => part.lines),
    ].join("\n");
    writeFileSync(join(__dirname, "input.results.md"), `${report.trimEnd()}\n`);
    console.log(report);
    if (steep.length > 0) process.exitCode = 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

main();
