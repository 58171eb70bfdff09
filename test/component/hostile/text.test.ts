import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { load, loadAll } from "js-yaml";
import { parse as parseToml } from "smol-toml";
import { clientConfiguration } from "../../../component/clients";
import { type CacheRule, cacheImage, ImageReferenceError, parseImageReference } from "../../../component/images";
import { formatVersion } from "../../../component/images/reference";
import { loadRegistries } from "../../../component/input/registries-file/load";
import { InvalidInputError } from "../../../component/problems/error";

const CANARY = "dckr_pat_canaryCANARY0123456789can";

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.string({ unit: "grapheme", maxLength: 100 }),
  fc.string({ unit: fc.constantFrom(..."{}[]:,-?&*!|>'\"%@`#~ \t\n\rab0\\"), maxLength: 80 }),
);

/** A text with pieces removed, doubled and inserted. */
function mutated(text: string, pieces: readonly string[]): fc.Arbitrary<string> {
  const change = fc.record({
    at: fc.nat(text.length),
    length: fc.nat(12),
    piece: fc.oneof(fc.constantFrom("", ...pieces), fc.string({ unit: "binary", maxLength: 4 })),
  });
  return fc
    .array(change, { minLength: 1, maxLength: 4 })
    .map((changes) =>
      changes.reduce(
        (changed, { at, length, piece }) => changed.slice(0, at) + piece + changed.slice(at + length),
        text,
      ),
    );
}

const FILE = `# Registries of the platform
quay: {}
k8s:
dockerhub:
  registry: "registry-1.docker.io"
  prefix: team/hub
  lifecycle:
    keepImages: 3
    tagged:
      - tagPatterns: ["v*", 'release-*']
        keepImages: 1
  access: { accounts: ["012345678901"], lambda: true }
  resourceTags:
    team: platform
    note: >-
      folded
      text
`;
const YAML_PIECES = [
  ...[
    "\n",
    ": ",
    "- ",
    "&a ",
    "*a",
    "!!binary ",
    "<<: ",
    "? ",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "\t",
    "\u0000",
    "\ufeff",
  ],
  ...["|\n", "'", '"', "{", "}", "[", "]", "#", "  ", "\u2028"],
  ...["null", "~", "1e400", "0o7", "2026-01-01", ".nan", "yes"],
  ...["__proto__: {}\n", "accessToken: x\n", `password: ${CANARY}\n`],
];

describe("hostile registries files", () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(path.join(tmpdir(), "hostile-"));
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  /** Whether a file is accepted. A refusal must have the documented class, name a position and quote nothing. */
  function isTaken(text: string | Uint8Array): boolean {
    const file = path.join(directory, "registries.yaml");
    writeFileSync(file, text);
    try {
      loadRegistries(file);
      return true;
    } catch (error) {
      assert.ok(error instanceof InvalidInputError, (error as Error).stack);
      assert.ok(!error.message.includes(CANARY), error.message);
      for (const { place, reason } of error.errors) {
        assert.ok(place?.startsWith(file), `${place} ${reason}`);
        assert.ok(reason.length > 0 && reason.length < 2000, reason);
        assert.doesNotMatch(reason, /^Invalid input|\[object|undefined/);
      }
      return false;
    }
  }

  it("accepts the valid file from which the others are made", () => assert.ok(isTaken(FILE)));

  it("refuses any text and any bytes with the documented error, except maps of empty entries", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.uint8Array({ maxLength: 200 })), (text) => {
        if (!isTaken(text)) return;
        const read = load(Buffer.from(text).toString()) as object;
        assert.equal(typeof read, "object");
        assert.ok(Object.values(read).every((entry) => entry === null || Object.keys(entry).length === 0));
      }),
      { numRuns: 250 },
    );
  });

  it("accepts a changed file, or refuses it with the documented error", () => {
    const seen = { true: 0, false: 0 };
    fc.assert(
      fc.property(mutated(FILE, YAML_PIECES), (text) => {
        seen[`${isTaken(text)}`]++;
      }),
      { numRuns: Number(process.env.RUNS ?? 500) },
    );
    assert.ok(seen.true >= 10 && seen.false >= 50, JSON.stringify(seen));
  });

  it("accepts a token only in a tag, and never quotes one, wherever it is in the file", () => {
    const lines = FILE.split("\n");
    const inserts = ["", "  accessToken: ", '"', "- ", "&", "*", "!", "%"].map((before) => `${before}${CANARY}`);
    inserts.push(`${CANARY}: x`);
    const changed = [...lines, ""].flatMap((line, at) =>
      inserts.flatMap((insert) => [
        [...lines.slice(0, at), insert, ...lines.slice(at)].join("\n"),
        [...lines.slice(0, at), `${line}${insert}`, ...lines.slice(at + 1)].join("\n"),
      ]),
    );
    const taken = changed.filter(isTaken);
    for (const text of taken) {
      const read = JSON.stringify(load(text), (key, value: unknown) => (key === "resourceTags" ? undefined : value));
      assert.ok(!read.includes(CANARY), text);
    }
    assert.ok(taken.length < changed.length / 4, `${taken.length} of ${changed.length} are taken`);
  });
});

const RULES: CacheRule[] = [
  { upstream: "registry-1.docker.io", url: "111122223333.dkr.ecr.us-east-1.amazonaws.com/dockerhub" },
  { upstream: "ghcr.io", url: "111122223333.dkr.ecr.us-east-1.amazonaws.com", upstreamPrefix: "team" },
];

describe("hostile image references", () => {
  const reference = fc.oneof(
    anyText,
    mutated(`ghcr.io/team/app:v1@sha256:${"0123456789abcdef".repeat(4)}`, [..."/:@.-ßİK０\u0660", "__"]),
    fc.constantFrom("", "constructor", "__proto__", "toString/a", "__proto__/a:b"),
  );

  it("are read, or refused with the documented error at a place within them", () => {
    fc.assert(
      fc.property(reference, (text) => {
        try {
          const { path: name, domain } = parseImageReference(text);
          assert.match(`${domain}/${name}`, /^[\u0021-\u007e]+$/);
        } catch (error) {
          assert.ok(error instanceof ImageReferenceError, String(error));
          assert.ok(error.position >= 0 && error.position <= text.length);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("are cached, kept, or refused with the documented error, whatever the rules", () => {
    const rules = fc.array(
      fc.record({ upstream: anyText, url: anyText, upstreamPrefix: anyText }, { requiredKeys: ["upstream", "url"] }),
      { maxLength: 3 },
    );
    const seen = { kept: 0, served: 0 };
    fc.assert(
      fc.property(reference, rules, (text, more) => {
        const all = [...RULES, ...more];
        let image: ReturnType<typeof parseImageReference>;
        try {
          image = parseImageReference(text);
        } catch {
          assert.throws(() => cacheImage(text, all), ImageReferenceError);
          return;
        }
        const cached = cacheImage(text, all);
        seen[cached === text ? "kept" : "served"]++;
        if (cached === text) return;
        assert.ok(all.some(({ url }) => cached.startsWith(`${url.replace(/\/$/, "")}/`)));
        assert.ok(cached.endsWith(formatVersion(image)), cached);
      }),
      { numRuns: 1000 },
    );
    assert.ok(seen.served >= 20 && seen.kept >= 20, JSON.stringify(seen));
  });

  it("are refused if they are not text", () => {
    fc.assert(
      fc.property(
        fc.anything().filter((value) => typeof value !== "string"),
        (value) => void assert.throws(() => parseImageReference(value as string), ImageReferenceError),
      ),
    );
  });
});

describe("hostile cache rules", () => {
  /**
   * Rules come from a plan, so AWS accepts their hosts and prefixes. Client configuration must cope with any text
   * anyway.
   */
  it("become files that the formats of their clients can read", () => {
    const text = fc
      .string({ unit: "binary", minLength: 1, maxLength: 30 })
      .filter((value) => !/[\ud800-\udfff]/.test(value));
    const rule = fc.record({ upstream: text, url: text, upstreamPrefix: text }, { requiredKeys: ["upstream", "url"] });
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 3 }), (rules) => {
        let made: ReturnType<typeof clientConfiguration>;
        try {
          made = clientConfiguration(rules);
        } catch (error) {
          assert.match((error as Error).message, /would both be called CACHE_|characters that no image name has/);
          return;
        }
        for (const yaml of [made.kyvernoPolicy, made.mutatingAdmissionPolicy]) {
          loadAll(yaml);
          assert.doesNotMatch(yaml, /undefined|\[object/);
        }
        for (const toml of [made.buildkitConfig, made.containersRegistriesConf, ...Object.values(made.containerdHosts)])
          parseToml(toml);
        assert.equal(typeof load(JSON.stringify(made.renovateRegistryAliases)), "object");
      }),
      { numRuns: 300 },
    );
  });
});
