import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { splitDocuments } from "../../cli/manifests/split";
import { createImageDecider } from "../../component/images";
import { runCli } from "../support/cli";
import { REGISTRY, RULES, rulesFile } from "./rules";

const MANIFESTS = resolve(__dirname, "../manifests");
const rules = rulesFile(RULES);
const rewrite = (args: string[], input = "") => runCli(["rewrite", "--rules", rules, ...args], { input });

/** What charts render, as their public templates have it. How many images change, and what is said of the others. */
const CHARTS: [chart: string, changed: number, said: RegExp[]][] = [
  ["ingress-controller", 3, [/^3 of 4 images .*; 1 left because of their digest\.$/m]],
  [
    "certificates",
    3,
    [
      /certificates\.yaml:21: quay\.io\/jetstack\/cert-manager-acmesolver:v1\.18\.2 is left .*containers\[0\]\.args\[2\] is an image/,
    ],
  ],
  ["monitoring", 7, [/^7 of 7 images/m]],
  ["delivery", 4, [/^4 of 5 images .*; 1 without a rule\.$/m]],
  ["database-operator", 3, [/database-operator\.yaml:17: ghcr\.io\/cloudnative-pg\/cloudnative-pg:1\.27\.0 is left/]],
  ["dns", 3, [/^3 of 3 images/m]],
];

describe("rewrite", () => {
  const decide = createImageDecider(RULES);

  for (const [chart, changed, said] of CHARTS) {
    it(`changes the images of the chart ${chart}, and nothing else`, async () => {
      const file = join(MANIFESTS, "charts", `${chart}.yaml`);
      const before = readFileSync(file, "utf8");
      const { code, stdout: after, stderr } = await rewrite([file]);
      const lines = after.split("\n");
      const differing = before
        .split("\n")
        .flatMap((line, index) => (line === lines[index] ? [] : [[line, lines[index]]]));
      assert.equal(lines.length, before.split("\n").length);
      assert.equal(differing.length, changed);
      for (const [old = "", now = ""] of differing) {
        const image = /[\w./-]+(?::[\w.-]+)?(?=["'\s}\]]*(?:#.*)?$)/.exec(old)?.[0] ?? "";
        const decision = decide(old.includes("*argocd") ? "quay.io/argoproj/argocd:v3.0.12" : image);
        const expected = decision.kind === "rewritten" ? decision.reference : "no image";
        assert.equal(now, old.includes("*argocd") ? old.replace("*argocd", expected) : old.replace(image, expected));
      }
      for (const line of said) assert.match(stderr, line);
      assert.equal(code, 0);
      assert.equal((await rewrite([], after)).stdout, after, "a second run changes nothing");
    });
  }

  it("reads standard input, files and folders, and separates files", async () => {
    const folder = mkdtempSync(join(tmpdir(), "rewrite-"));
    mkdirSync(join(folder, "deep"));
    const pod = (name: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec: { containers: [{ image: nginx }] }\n`;
    writeFileSync(join(folder, "a.yaml"), pod("a"));
    writeFileSync(join(folder, "deep/b.yml"), pod("b---b"));
    writeFileSync(join(folder, "z.json"), `---\n${pod("z")}`);
    writeFileSync(join(folder, "notes.yaml.txt"), "image: nginx");
    const { stdout } = await rewrite([folder]);
    assert.equal(
      stdout,
      `${pod("a")}---\n${pod("b---b")}---\n${pod("z")}`.replaceAll(
        "image: nginx",
        `image: ${REGISTRY}/hub/library/nginx`,
      ),
    );
    assert.match((await rewrite([join(folder, "nothing.yaml")])).stderr, /nothing\.yaml does not exist\./);
  });

  it("changes a task definition of ECS, which says by its fields what it is", async () => {
    const task = (image: string) => `{"family": "web", "containerDefinitions": [{"name": "a", "image": "${image}"}]}\n`;
    assert.equal((await rewrite([], task("nginx:1.27"))).stdout, task(`${REGISTRY}/hub/library/nginx:1.27`));
  });

  it("leaves what is not YAML as it is, names it, and rewrites the rest", async () => {
    const file = join(MANIFESTS, "broken.yaml");
    const { code, stdout, stderr } = await rewrite([file]);
    assert.equal(code, 1);
    assert.equal(stdout, readFileSync(file, "utf8").replace('"nginx:1.27"', `"${REGISTRY}/hub/library/nginx:1.27"`));
    assert.match(stderr, /broken\.yaml:\d+: this is not valid YAML or JSON \(\w+\); the document is left as it is/);
  });

  it("rewrites an image that other places merge, and names the line of one that it leaves", async () => {
    const services = (image: string) => `services:\n  a: &a\n    image: ${image}\n  b:\n    <<: *a\n`;
    const { stdout, stderr } = await rewrite([], services("redis:7"));
    assert.equal(stdout, services(`${REGISTRY}/hub/library/redis:7`));
    assert.equal(stderr, "2 of 2 images get the cache's name.");
    const left = await rewrite([], "x-base: &a\n  image: redis:7\nservices:\n  b:\n    <<: *a\n");
    assert.match(left.stderr, /^standard input:2: redis:7 is left as it is: an anchor in another place has it$/m);
  });

  it("names the images that keep their names, and why", async () => {
    const images = ["gcr.io/o/a:1", `${REGISTRY}/hub/nginx:1`, `nginx@sha256:${"1".repeat(64)}`, "nginx:a b"];
    const input = `services:\n${images.map((image, index) => `  s${index}: { image: "${image}" }\n`).join("")}`;
    const { stderr } = await rewrite([], input);
    assert.deepEqual(stderr.split("\n").slice(1), [
      "standard input:2: gcr.io/o/a:1: without a rule",
      `standard input:3: ${REGISTRY}/hub/nginx:1: did you mean ${REGISTRY}/hub/library/nginx:1?`,
      `standard input:4: ${images[2]}: pinned by digest`,
      'standard input:5: (hidden) is not a valid reference: the tag cannot have " " here',
    ]);
  });

  it("names the first 20 of a kind, and how many more there are", async () => {
    const services = Array.from({ length: 22 }, (_, index) => `  s${index}: { image: "gcr.io/o/a:${index}" }\n`);
    const { stderr } = await rewrite([], `services:\n${services.join("")}${services[0]?.replace("s0", "again")}`);
    const lines = stderr.split("\n");
    assert.equal(lines[0], "0 of 23 images get the cache's name; 23 without a rule.");
    assert.deepEqual(lines.slice(-2), ["standard input:21: gcr.io/o/a:19: without a rule", "and 3 more"]);
  });

  const odd: [what: string, text: string, reason: RegExp][] = [
    ["an image with escapes", 'image: "ng\\x69nx:1"', /written with escapes or on several lines/],
    [
      "an image of an anchor that other fields use",
      "image: &i nginx:1\n      name: *i",
      /an anchor in another place has it/,
    ],
  ];
  for (const [what, text, reason] of odd) {
    it(`leaves ${what}, and says so`, async () => {
      const input = `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - ${text}\n`;
      const { stdout, stderr } = await rewrite([], input);
      assert.equal(stdout, input);
      assert.match(stderr, reason);
    });
  }

  it("survives what is too deep, has too many aliases, or is not text", async () => {
    const deep = `image: ${"[".repeat(20_000)}`;
    const letters = [..."abcdefghijk"];
    const lines = letters.slice(1).map((name, index) => `${name}: &${name} [${`*${letters[index]},`.repeat(9)}]`);
    const bomb = `image: x\na: &a [x, x]\n${lines.join("\n")}\n`;
    for (const input of [deep, bomb, "image: \0"]) {
      const { code, stdout, stderr } = await rewrite([], input);
      assert.deepEqual([code, stdout], [1, input], stderr);
      assert.doesNotMatch(stderr, /Error|\bat /);
    }
  });

  it("takes places from a file, also in arguments and variables", async () => {
    const places = rulesFile([
      {
        kind: "Deployment.apps",
        images: ["spec.template.spec.containers[].args[](host)", "spec.template.spec.containers[].env[].value(host)"],
      },
    ]);
    const { stdout, stderr } = await rewrite(["--places", places, join(MANIFESTS, "operators.yaml")]);
    assert.match(stdout, /- --reloader-image=111122223333\S+\/quay\/example\/config-reloader:v1\.4\.0\n/);
    assert.match(stdout, /value: "111122223333\S+\/hub\/example\/store:v3"/);
    assert.match(stdout, /- --log-level=info\n/);
    assert.doesNotMatch(stderr, /config-reloader|store/);
    const list = rulesFile({ places: [{ kind: "Own.example.org", images: ["spec.picture"] }] });
    const own = (image: string) => `apiVersion: example.org/v1\nkind: Own\nspec:\n  picture: ${image}\n`;
    assert.equal((await rewrite(["--places", list], own("redis:7"))).stdout, own(`${REGISTRY}/hub/library/redis:7`));
    for (const [wrong, problem] of [
      [[{ kind: "A", images: ["a..b"] }], /"a\.\.b"/],
      [[{ images: [] }], /each place needs a kind, such as /],
      ...["text", null, { places: 7 }].map((value) => [value, /has no list of places, or map with/] as const),
    ] as const) {
      const { code, stderr } = await rewrite(["--places", rulesFile(wrong)]);
      assert.deepEqual([code, problem.test(stderr)], [2, true], stderr);
    }
  });

  it("rewrites digests if told to", async () => {
    const file = join(MANIFESTS, "pinned.yaml");
    assert.equal((await rewrite([file])).stdout, readFileSync(file, "utf8"));
    const { stdout } = await rewrite(["--digests", "rewrite", file]);
    assert.equal(stdout.match(/111122223333/g)?.length, 3);
    assert.match(stdout, /image: auto\n/);
  });

  it("checks: names each image with file and line, and exits with 1", async () => {
    const file = join(MANIFESTS, "compose.yaml");
    const { code, stdout } = await rewrite(["--check", file]);
    assert.equal(code, 1);
    assert.deepEqual(stdout.split("\n"), [
      `${file}:3: nginx:1.27 should be ${REGISTRY}/hub/library/nginx:1.27`,
      `${file}:5: quay.io/example/queue:3 should be ${REGISTRY}/quay/example/queue:3`,
    ]);
    assert.equal((await rewrite(["--check"], (await rewrite([file])).stdout)).code, 0);
  });

  const checks: [what: string, input: string, code: number, said: RegExp][] = [
    ["truncated JSON", '{"a":', 1, /^0 of 0 .*\nstandard input:1: this is not valid YAML or JSON \(\w+\); [\w ]+$/],
    ["a truncated list", "foo: [1,", 1, /standard input:1: this is not valid/],
    ["no document", "# nothing\n", 1, /There is no YAML or JSON document in the input\./],
    ["prose", "see the wiki", 1, /There is no YAML or JSON document in the input\./],
    ["an array of manifests", '[{"services":{"a":{"image":"nginx"}}}]', 1, /^1 of 1 image gets/],
    ["containers without a kind", '[{"name":"a","image":"nginx:1"}]', 0, /:1: nginx:1 is left as it is: nothing says/],
    ["a document without images", "kind: Namespace\napiVersion: v1\n", 0, /^0 of 0 images get the cache's name\.$/],
  ];
  for (const [what, input, expected, said] of checks) {
    it(`checks ${what}`, async () => {
      const { code, stderr } = await rewrite(["--check"], input);
      assert.match(stderr, said);
      assert.equal(code, expected);
    });
  }

  it("makes kustomize's list of images, and names those that it does not reach", async () => {
    const { stdout, stderr } = await rewrite(["--format", "kustomize", join(MANIFESTS, "operators.yaml")]);
    assert.equal(
      stdout,
      `images:
  - name: nginx
    newName: ${REGISTRY}/hub/library/nginx
  - name: quay.io/example/metrics-operator
    newName: ${REGISTRY}/quay/example/metrics-operator
`,
    );
    assert.match(stderr, /postgresql:18\.1 is not in the list: kustomize's images do not reach spec\.imageName/);
  });

  it("answers a kustomize function with its list of resources", async () => {
    const list = (image: string) =>
      `apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- apiVersion: v1\n  kind: Pod\n  spec:\n    containers:\n    - image: ${image}\nfunctionConfig:\n  kind: Rewrite\n`;
    assert.equal((await rewrite([], list("nginx:1"))).stdout, list(`${REGISTRY}/hub/library/nginx:1`));
  });

  it("needs the rules of one Region", async () => {
    const two = rulesFile({ a: RULES, b: [{ upstream: "ghcr.io", url: REGISTRY.replace("us-east-1", "eu-west-1") }] });
    const result = await runCli(["rewrite", "--rules", two]);
    assert.deepEqual([result.code, /us-east-1 and eu-west-1: choose one with --region/.test(result.stderr)], [2, true]);
    assert.equal((await runCli(["rewrite", "--rules", two, "--region", "eu-west-1"])).code, 0);
    assert.match(
      (await runCli(["rewrite", "--rules", two, "--region", "us-west-2"])).stderr,
      /no cache rule of us-west-2:/,
    );
    assert.match(
      (await runCli(["rewrite", "--rules", rulesFile({})])).stderr,
      /has no cache rule: write the output `cacheRules`/,
    );
  });

  const [HUB] = RULES;
  const WRONG: readonly [change: object, problem: RegExp][] = [
    [{ url: `https://${HUB?.url}` }, /rule 1: url must be a registry and a prefix without a scheme, such as /],
    [{ url: "not a url" }, /rule 1: url must be/],
    [{ url: "hub" }, /rule 1: url must be/],
    [{ upstream: "quay" }, /rule 1: upstream must be a host, such as quay\.io$/],
    [{ repositories: "library/*" }, /rule 1: repositories must be a list of texts$/],
    [{ upstreamPrefix: 7 }, /rule 1: upstreamPrefix must be text$/],
  ];
  for (const [change, problem] of WRONG) {
    it(`refuses a rule of a file that is not like the output: ${JSON.stringify(change)}`, async () => {
      const file = rulesFile([{ ...HUB, ...change }]);
      const { code, stdout, stderr } = await runCli(["rewrite", "--rules", file], { input: "" });
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, problem);
    });
  }
});

describe("a stream of documents", () => {
  async function split(chunks: string[]) {
    const found: { text: string; line: number }[] = [];
    for await (const document of splitDocuments(
      (async function* () {
        yield* chunks;
      })(),
    )) {
      found.push(document);
    }
    return found;
  }

  it("is the same text again, in whatever parts it comes", async () => {
    const line = fc.constantFrom(
      "---",
      "--- # c",
      "...",
      "%YAML 1.2",
      "# c",
      "",
      "a: b",
      "  - x",
      "---x",
      "'---",
      "a: |",
      " ---",
      "--- |",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), fc.boolean(), fc.nat(5), async (lines, ends, size) => {
        const text = lines.join("\n") + (ends ? "\n" : "");
        const chunks = text.match(new RegExp(`[^]{1,${size + 1}}`, "g")) ?? [];
        const parts = await split(chunks);
        assert.equal(parts.map((part) => part.text).join(""), text);
        for (const part of parts) {
          const before = text.slice(
            0,
            parts.slice(0, parts.indexOf(part)).reduce((sum, one) => sum + one.text.length, 0),
          );
          assert.equal(part.line, before.split("\n").length);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("has a document for each marker, with the comments and directives before it", async () => {
    const parts = await split(["# a\n---\nx: 1\n---\ny: 2\n...\n%YAML 1.1\n---\nz: 3\n"]);
    assert.deepEqual(
      parts.map(({ text, line }) => [text, line]),
      [
        ["# a\n---\nx: 1\n", 1],
        ["---\ny: 2\n...\n", 4],
        ["%YAML 1.1\n---\nz: 3\n", 7],
      ],
    );
  });
});
