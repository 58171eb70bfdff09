import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadRegistries } from "../../../component/index";
import { prepare } from "../../../component/prepare";
import { InvalidInputError } from "../../../component/problems/error";

const FIXTURES = path.join(__dirname, "../../fixtures/registries");
const TOKEN = "dckr_pat_canaryCANARY0123456789";

const ALIAS = "YAML aliases are not supported: put settings that registries share into the component's defaults";
const TAG = "YAML tags are not supported: write the plain value";
const EMPTY = "1:1: the file is empty: it needs a map of registries, such as `quay: {}`";
const NUMBER = "must be a string, not a number: quote it";
const PREFIX =
  "an ECR repository prefix has lower-case letters and digits, with single '.', '_', '-' or '/' between them";
const ACCOUNT = "an AWS account id has 12 digits";

/** Files, and every problem with them: `line:column: path: message`. */
const REFUSED: readonly (readonly [text: string, ...problems: string[]])[] = [
  // Problems with entries, at their key or at their element of a list.
  [
    "quay:\n  prefix: Quay\nk8s:\n  lifecycle:\n    keepImages: 0\n    unknowns: 1\nhub: [1]\n",
    `2:3: registries.quay.prefix: ${PREFIX}: write "quay"`,
    "5:5: registries.k8s.lifecycle.keepImages: must be a whole number of images from 1 to 2147483647",
    "6:5: registries.k8s.lifecycle.unknowns: unknown; known here: keepImages, expireAfterDays, expireUntaggedAfterDays, archiveUnpulledAfterDays, deleteArchivedAfterDays, tagged, policy",
    "7:1: registries.hub: must be a map, not a list: write {} for the defaults",
  ],
  ["quay:\r\n  prefix: Quay\r\n", `2:3: registries.quay.prefix: ${PREFIX}: write "quay"`],
  [
    'quay:\n  access:\n    accounts:\n      - "111122223333"\n      - "1"\n',
    `5:9: registries.quay.access.accounts[1]: ${ACCOUNT}`,
  ],
  ['quay:\n  access: {accounts: ["111122223333", "1"]}\n', `2:39: registries.quay.access.accounts[1]: ${ACCOUNT}`],
  [
    "quay:\n  lifecycle:\n    tagged:\n      - tagPatterns: [a]\n        keepImages: 1\n      - keepImages: 1\n      - [keepImages]\n",
    "6:9: registries.quay.lifecycle.tagged[1].tagPatterns: must be a list, not nothing",
    "7:9: registries.quay.lifecycle.tagged[2]: must be a map, not a list",
  ],
  [`quay: ${TOKEN}\n`, "1:1: registries.quay: must be a map, not a string: write {} for the defaults"],
  // Text that YAML reads as another type, where a string is meant.
  ["quay:\n  access:\n    accounts: [012345678901]\n", `3:16: registries.quay.access.accounts[0]: ${NUMBER}`],
  ["quay:\n  prefix: 0123\n", `2:3: registries.quay.prefix: ${NUMBER}`],
  ["quay:\n  description: true\n", "2:3: registries.quay.description: must be a string, not a boolean"],
  ["quay:\n  description: null\n", "2:3: registries.quay.description: must be a string, not null"],
  // YAML that is not one map of plain values.
  ["quay: {}\nk8s: {}\nquay: {}\nk8s: {}\n", '3:1: the key "quay" occurs twice', '4:1: the key "k8s" occurs twice'],
  ["quay:\n  prefix: aa\n  prefix: bb\n", '3:3: the key "prefix" occurs twice'],
  [`${TOKEN}: {}\n${TOKEN}: {}\n`, "2:1: the key this value occurs twice"],
  [
    "registries:\n  quay: {}\n  k8s:\n",
    '1:1: has the map under "registries:". The file holds the map itself: remove that line and the indentation below it',
  ],
  ["quay: &a {}\nk8s: *a\n", `2:6: ${ALIAS}`],
  ["quay: &a\n  resourceTags: {}\nk8s:\n  <<: *a\n", `4:7: ${ALIAS}`],
  ["quay: &a {}\nk8s: *a\nk8s: {}\n", '3:1: the key "k8s" occurs twice', `2:6: ${ALIAS}`],
  ["quay: *a\n", `1:7: ${ALIAS}`],
  ["!!map\nquay: {}\n", `1:1: ${TAG}`],
  ["quay: !!binary x\n", `1:7: ${TAG}`],
  ["quay: {}\n---\nk8s: {}\n", "3:1: a second YAML document: the file holds only one"],
  ["", EMPTY],
  ["# quay: {}\n", EMPTY],
  ["---\n", EMPTY],
  ["~\n", EMPTY],
  ["- quay\n", '1:1: must hold a map of registries, not a list: write "quay: {}", not "- quay"'],
  ["quay\n", "1:1: must hold a map of registries, not a string"],
  // Text that is not YAML, where it stops being YAML.
  ['quay: {}\ndockerhub: "abc\n', "3:1: deficient indentation"],
  ["quay: {}\n\tk8s: {}\n", "2:1: tab characters must not be used in indentation"],
  ["quay: {}}\n", "1:9: bad indentation of a mapping entry"],
  ["quay: {}\n? {a: b}\n: x\n", "1:1: object-based map does not support complex keys"],
  // Nesting.
  [
    `quay: ${"[".repeat(19)}${"]".repeat(19)}\n`,
    "1:1: registries.quay: must be a map, not a list: write {} for the defaults",
  ],
  [`quay: ${"[".repeat(5_000)}`, "1:26: nesting exceeded maxDepth (20)"],
];

describe("registries file", () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(path.join(tmpdir(), "registries-file-"));
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  function write(text: string | Buffer): string {
    const file = path.join(directory, "registries.yaml");
    writeFileSync(file, text);
    return file;
  }

  /** The problems of a file, each as `line:column: path: message`; no message may quote the file. */
  function problems(text: string | Buffer): string[] {
    const file = write(text);
    try {
      loadRegistries(file);
    } catch (error) {
      assert.ok(error instanceof InvalidInputError, String(error));
      assert.ok(!error.message.includes(TOKEN), error.message);
      for (const { place } of error.errors) assert.ok(place?.startsWith(file), `place ${place}`);
      return error.errors.map(({ place = "", propertyPath, reason }) =>
        [place.slice(file.length + 1), propertyPath, reason].filter(Boolean).join(": "),
      );
    }
    return [];
  }

  function only(text: string | Buffer): string {
    const found = problems(text);
    assert.equal(found.length, 1, found.join("\n"));
    return found[0] ?? "";
  }

  it("holds the map of registries", () => {
    assert.deepEqual(loadRegistries(path.join(FIXTURES, "valid.yaml")), {
      quay: {},
      k8s: {},
      dockerhub: {
        registry: "registry-1.docker.io",
        prefix: "team/hub",
        lifecycle: { keepImages: 3, tagged: [{ tagPatterns: ["v*"], keepImages: 1 }] },
        access: { accounts: ["012345678901"], lambda: true },
        resourceTags: { on: "yes", released: "2026-01-02" },
      },
    });
  });

  it("may be written with Windows line ends, a byte order mark, comments and JSON", () => {
    const expected = { quay: { prefix: "team/quay" }, k8s: {} };
    for (const text of [
      "quay:\r\n  prefix: team/quay\r\nk8s:\r\n",
      "\uFEFFquay:\n  prefix: team/quay\nk8s: {}\n",
      "# comment\n---\nquay: # more\n  prefix: team/quay\nk8s: ~\n...\n",
      '{"quay": {"prefix": "team/quay"}, "k8s": {}}',
    ]) {
      assert.deepEqual(loadRegistries(write(text)), expected, JSON.stringify(text));
    }
  });

  it("accepts an entry without settings", () => {
    assert.deepEqual(loadRegistries(write("quay:\nk8s: null\necr-public: {}\n")), {
      quay: {},
      k8s: {},
      "ecr-public": {},
    });
  });

  for (const [text, ...expected] of REFUSED) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.deepEqual(problems(text), expected));
  }

  describe("refuses", () => {
    it("the Terraform module's file, in one line and without its tokens", () => {
      const fields = [
        `registry: registry-1.docker.io\n  username: someone\n  accessToken: ${TOKEN}`,
        'registry: quay.io\n  image_tag_mutability: "MUTABLE"',
        "repository_read_access_arns: []",
        "lifecycle_policy: {}",
      ];
      for (const entry of fields) {
        assert.match(
          only(`first:\n  ${entry}\n`),
          /^1:1: is for the Terraform module ecr-pull-through, and tokens are not read from files\. Move the registries over: npx pull-through-cache migrate --from \/.*\.yaml$/,
        );
      }
    });

    it("a file that SOPS has encrypted, in one line", () => {
      const value = "ENC[AES256_GCM,data:abcd,iv:abcd,tag:abcd,type:str]";
      for (const text of [`dockerhub:\n  registry: ${value}\n`, "quay: {}\nsops: {}\n"]) {
        assert.match(
          only(text),
          /^1:1: is encrypted with SOPS, and tokens are not read from files\. Move the registries over: sops decrypt \/.*\.yaml \| npx pull-through-cache migrate --from -$/,
        );
      }
    });

    it("credentials, without showing them", () => {
      for (const [line, part] of [
        ["accessToken", "accessToken"],
        ["password", "accessToken"],
        ["username", "username"],
        ["registry: ghcr.io\n  username", "username"],
        ["registry: ghcr.io\n  accessToken", "accessToken"],
        ["credentials:\n    accessToken", "accessToken"],
      ] as const) {
        assert.match(
          only(`ghcr:\n  ${line}: ${TOKEN}\n`),
          new RegExp(
            `^[23]:3: registries\\.ghcr\\.\\w+: credentials do not belong in an entry: .* --path 'pull-through-cache:credentials\\.ghcr\\.${part}'${part === "username" ? "$" : "\\. Rotate the token, "}`,
          ),
        );
      }
    });

    it("keys that JavaScript reserves", () => {
      const reserved = "the key is reserved: give it another name";
      for (const key of ["__proto__", "constructor", "prototype"]) {
        assert.equal(only(`quay: {}\n${key}:\n  prefix: aa\n`), `2:1: registries.${key}: ${reserved}`);
        assert.equal(only(`quay:\n  ${key}: x\n`), `2:3: registries.quay.${key}: ${reserved}`);
        assert.equal(
          only(`quay:\n  resourceTags:\n    ${key}: x\n`),
          `3:5: registries.quay.resourceTags.${key}: ${reserved}`,
        );
      }
      assert.equal(({} as { prefix?: string }).prefix, undefined);
    });

    it("aliases, and so endless expansion", () => {
      const levels = Array.from({ length: 30 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i}, `.repeat(9)}*l${i}]`);
      assert.ok(problems(["l0: &l0 x", ...levels].join("\n")).every((problem) => /YAML aliases/.test(problem)));
    });

    it("text that is not YAML, without quoting it", () => {
      const broken = [
        `quay: {}\ndockerhub: "${TOKEN}\n`,
        `quay: {}\n\tdockerhub: ${TOKEN}\n`,
        `quay: [${TOKEN}\n`,
        `${TOKEN}: : :\n`,
        `quay: {}\n ${TOKEN}: x\n`,
        `quay: !!${TOKEN} x\n`,
        `quay: !<${TOKEN}> x\n`,
        `quay: *${TOKEN}\n`,
        `quay: {a: ${TOKEN}}}\n`,
        `? [${TOKEN}]\n: x\n`,
        `quay: "\\${TOKEN}"\n`,
        `%TAG !e! ${TOKEN}\n---\nquay: !e!x y\n`,
        `quay: !e!${TOKEN} y\n`,
      ];
      for (const text of broken) {
        const found = problems(text);
        assert.ok(found.length > 0, text);
        for (const problem of found) assert.match(problem, /^\d+:\d+: /, text);
      }
    });

    it("a file that is too big, not UTF-8, not a regular file, or missing", () => {
      const start = "quay: {} # ";
      const full = start.padEnd(1024 * 1024, "x");
      assert.deepEqual(problems(full), []);
      assert.equal(only(`${full}\n`), "has 1048577 bytes; at most 1048576 are read");
      assert.match(only(Buffer.from([0x71, 0x3a, 0x20, 0xff, 0xfe])), /^is not UTF-8 text$/);
      assert.throws(() => loadRegistries(path.join(directory, "missing.yaml")), {
        name: "InvalidInputError",
        message:
          /^The registries file: 1 problem in the input\.\n {2}- \/[^\n]*\/missing\.yaml: there is no such file$/,
      });
      mkdirSync(path.join(directory, "folder.yaml"));
      assert.throws(() => loadRegistries(path.join(directory, "folder.yaml")), /cannot be read \(EISDIR\)/);
    });

    it("a file that is no YAML by its name, which it does not open, and a token in place of a path", () => {
      for (const [given, place] of [
        ["/etc/passwd", "/etc/passwd"],
        ["~/.docker/config.json", "~/.docker/config.json"],
        [TOKEN, "(hidden)"],
      ] as const) {
        assert.throws(() => loadRegistries(given), {
          message: `The registries file: 1 problem in the input.\n  - ${place}: is not a YAML file: its name must end in .yaml or .yml`,
        });
      }
      assert.throws(() => loadRegistries(`${TOKEN}.yaml`), /- \(hidden\): there is no such file$/);
    });
  });

  describe("as registriesFile of the component", () => {
    it("is planned like registries", () => {
      const file = write("quay: {}\nk8s:\n  prefix: team/k8s\n");
      assert.deepEqual(
        prepare("cache", { registriesFile: file }).plan,
        prepare("cache", { registries: { quay: {}, k8s: { prefix: "team/k8s" } } }).plan,
      );
    });

    it("reports what the plan finds with its place, beside the arguments' problems", () => {
      const file = write("quay: {}\n\nmirror:\n  registry: gcr.io\n");
      assert.throws(
        () => prepare("cache", { registriesFile: file, regions: ["nowhere"] }),
        (error) => {
          assert.ok(error instanceof InvalidInputError);
          assert.deepEqual(
            error.errors.map(({ place, propertyPath }) => [place, propertyPath]),
            [
              [undefined, "regions[0]"],
              [`${file}:4:3`, "registries.mirror.registry"],
            ],
          );
          assert.match(error.message, /^PullThroughCache "cache": 2 problems in the input\.\n {2}- regions\[0\]: /);
          return true;
        },
      );
    });

    it("excludes registries, and is a path", () => {
      const file = write("quay: {}\n");
      assert.throws(
        () => prepare("cache", { registriesFile: file, registries: {} }),
        /registriesFile: give either registries/,
      );
      for (const [wrong, reason] of [
        [0, "must be a string, not a number: quote it"],
        [{}, 'must be the path of a file, not a map: a map goes into "registries"'],
        [Promise.resolve(file), "must be a plain string, not a promise: await it"],
      ] as const) {
        assert.throws(
          () => prepare("cache", { registriesFile: wrong as unknown as string, registries: undefined }),
          (error) => {
            assert.ok(error instanceof InvalidInputError);
            assert.deepEqual(
              error.errors.filter(({ propertyPath }) => propertyPath === "registriesFile").map((found) => found.reason),
              [reason],
            );
            return true;
          },
        );
      }
    });
  });
});
