import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { createProgram } from "../../cli/program";
import { runCli } from "../support/cli";

const terminal = { print: () => undefined, say: () => undefined } as never;

/** The images and the options that a command line gives to `warm`. */
async function warmed(...words: string[]): Promise<{ images: unknown; options: object }> {
  const program = createProgram(terminal, () => undefined);
  const warm = program.commands.find((command) => command.name() === "warm") as Command;
  let seen: { images: unknown; options: object } = { images: [], options: {} };
  warm.action((images, { concurrency, attempts, pause, referrers, dryRun, json, ...options }) => {
    seen = { images, options };
  });
  await program.parseAsync(["warm", ...words], { from: "user" });
  return seen;
}

describe("options of the command line tool", () => {
  const lines: [line: string, options: object][] = [
    ["--selected-stack nginx:1.27 busybox", { selectedStack: true }],
    ["--stack org/proj/prod nginx:1.27 busybox", { stack: "org/proj/prod" }],
    ["--region us-east-1 nginx:1.27 busybox", { region: ["us-east-1"] }],
    ["--region us-east-1 --region eu-west-1 nginx:1.27 busybox", { region: ["us-east-1", "eu-west-1"] }],
    ["--prefix hub nginx:1.27 --prefix quay busybox", { prefix: ["hub", "quay"] }],
    ["--prefix hub --prefix hub/ nginx:1.27 --prefix ROOT busybox", { prefix: ["hub", "ROOT"] }],
    ["--file a.yaml nginx:1.27 --file b.yaml busybox", { file: ["a.yaml", "b.yaml"] }],
  ];
  for (const [line, options] of lines) {
    it(`leave the images alone: ${line}`, async () => {
      assert.deepEqual(await warmed(...line.split(" ")), { images: ["nginx:1.27", "busybox"], options });
    });
  }

  it("take exactly one value each, in every command", () => {
    const { commands } = createProgram(terminal, () => undefined);
    const wrong = commands.flatMap((command) =>
      command.options.filter(({ variadic, optional }) => variadic || optional).map(({ flags }) => flags),
    );
    assert.deepEqual(wrong, []);
  });

  it("have the defaults that docs/cli.md names", () => {
    const defaults = createProgram(terminal, () => undefined).commands.map((command) => [
      command.name(),
      Object.fromEntries(Object.entries(command.opts()).filter(([, value]) => value !== false)),
    ]);
    const { apply, clean, report, rewrite, warm } = Object.fromEntries(defaults);
    assert.deepEqual(
      [apply, clean, report, rewrite, warm],
      [
        { concurrency: 8 },
        {},
        { price: 0.1, format: "table" },
        { digests: "leave", format: "yaml" },
        { concurrency: 4, attempts: 5, pause: 2 },
      ],
    );
  });

  it("say how to name the selected stack if an image stands where a stack's name must", async () => {
    const { code, stderr } = await runCli(["warm", "--stack", "nginx:1.27"]);
    assert.equal(code, 2);
    assert.match(stderr, /not a stack's name\. For the selected stack, write --selected-stack/);
  });

  for (const line of [
    ["clean", "--prefix", ""],
    ["clean", "--prefix", "/"],
    ["verify", "--prefix", "*"],
    ["audit", "--since", "2026-02-30"],
    ["config", "kyverno", "--operator", "tekton.dev/v1"],
  ]) {
    it(`refuse what no value can be, and say what one is: ${line.join(" ")}`, async () => {
      const { code, stderr } = await runCli(line);
      assert.equal(code, 2);
      assert.match(stderr, /^error: option '--\w+ <\w+>' argument '.*' is invalid\. It must be .* such as \S+/);
    });
  }

  it("are shown by --help, after the commands that the documentation has, and --version has its own line", async () => {
    const { code, stdout, stderr } = await runCli(["--help"]);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(
      stdout,
      /^Usage: pull-through-cache \[options\] \[command\]\n\nOperate Amazon ECR pull through caches\.\n/,
    );
    assert.match(stdout, /\n\nExit codes: 0 success, .*, 130 stopped by Ctrl-C\.$/);
    const listed = [...stdout.matchAll(/^ {2}([a-z]+) [[<]/gm)].map(([, name]) => name);
    const documented = [...readFileSync("docs/cli.md", "utf8").matchAll(/^## ([a-z]+)$/gm)].map(([, name]) => name);
    assert.deepEqual(listed.sort(), [...documented, "completion", "help", "rewrite"].sort());
    const { version } = JSON.parse(readFileSync("cli/package.json", "utf8"));
    assert.deepEqual(await runCli(["--version"]), { code: 0, stdout: version, stderr: "" });
  });

  for (const [line, meant] of [
    ["config kyvrno", "kyverno"],
    ["report --format jsn", "json"],
    ["verify --skip secrets", "secret"],
  ] as const) {
    it(`suggest a choice: ${line}`, async () => {
      const { code, stderr } = await runCli(line.split(" "));
      assert.deepEqual([code, stderr.split("\n").at(-1)], [2, `(Did you mean ${meant}?)`]);
    });
  }
});
