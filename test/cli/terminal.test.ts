import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { clean, withoutControls } from "../../cli/terminal/clean";
import { someOf } from "../../cli/terminal/count";
import { startProgress } from "../../cli/terminal/progress";
import { StatusLine } from "../../cli/terminal/status";
import { table } from "../../cli/terminal/table";
import { processTerminal } from "../../cli/terminal/terminal";
import { workThrough } from "../../cli/terminal/work";
import { CLI } from "../support/cli";
import { RULES, rulesFile } from "./rules";
import { setClock, withVariables } from "./support";

describe("output of the command line tool", () => {
  const texts: [what: string, text: string, shown: string][] = [
    ["a token", "key dckr_pat_AbCdEfGhIjKl: ghp_x", "key (hidden): ghp_x"],
    ["colors and cursors", "a\u001b[31mb\rc\u0007", String.raw`a\u001b[31mb\u000dc\u0007`],
    ["the order of text", "abc\u202Edef\u2066", String.raw`abc\u202edef\u2066`],
    ["C1 controls", "\u009b2J", String.raw`\u009b2J`],
    ["commands of GitHub", "x\n  ::error::y", "x\n  \\u003a:error::y"],
    ["old commands of GitHub", "x ##[error]y", String.raw`x \u0023#[error]y`],
    ["commands of Azure Pipelines", "##vso[task.complete]", String.raw`\u0023#vso[task.complete]`],
    ["invisible characters", "a\u200Bb\u{E0041}", String.raw`a\u200bb\udb40\udc41`],
    ["nothing harmless", "a:: b\n\t## c [d] é 漢 🐳", "a:: b\n\t## c [d] é 漢 🐳"],
  ];
  for (const [what, text, shown] of texts) {
    it(`has ${what} only as text`, () => assert.equal(clean(text), shown));
  }

  const counts: [some: number, all: number, sentence: string][] = [
    [0, 1, "0 of 1 repository differs"],
    [1, 1, "1 of 1 repository differs"],
    [0, 2, "0 of 2 repositories differ"],
    [1, 2, "1 of 2 repositories differs"],
    [2, 2, "2 of 2 repositories differ"],
  ];
  for (const [some, all, sentence] of counts) {
    it(`says ${sentence}`, () => assert.equal(someOf(some, all, "repository", ["differs", "differ"]), sentence));
  }

  it("keeps the value of JSON", () => {
    const value = { a: "\u202E ##[error] \u001b[0m\u{E0041}\r\n" };
    assert.deepEqual(JSON.parse(clean(JSON.stringify(value))), value);
    assert.equal(withoutControls("::error::a"), "::error::a");
  });

  it("may be closed early or be full, without a stack trace", () => {
    const shell = (command: string) => spawnSync("sh", ["-c", command], { encoding: "utf8" });
    const head = shell(`"${process.execPath}" "${CLI}" verify --help | head -1`);
    assert.deepEqual([head.stdout.trim(), head.stderr], ["Usage: pull-through-cache verify [options]", ""]);
    const documents = "yes 'kind: Pod' | head -10000 | sed 's/^/---\\n/'";
    const rewritten = shell(
      `${documents} | "${process.execPath}" "${CLI}" rewrite --rules "${rulesFile(RULES)}" | head -1`,
    );
    assert.deepEqual([rewritten.stdout.trim(), rewritten.stderr], ["---", "0 of 0 images get the cache's name.\n"]);
    const full = shell(`"${process.execPath}" "${CLI}" --help > /dev/full`);
    assert.deepEqual([full.status, full.stderr], [2, "The output cannot be written (ENOSPC).\n"]);
  });

  it("has a line of progress on a terminal, and messages above it", async () => {
    const shown: string[] = [];
    const progress = startProgress(
      { isInteractive: true, status: (text: string) => shown.push(text) } as never,
      4,
      "image",
    );
    progress.step();
    progress.stop();
    const bar = (full: number) => `${"█".repeat(full)}${"░".repeat(30 - full)}`;
    assert.deepEqual(shown, [`${bar(0)} 0 of 4 images`, `${bar(8)} 1 of 4 images`, ""]);

    let written = "";
    const line = new StatusLine({ columns: 12, write: (text: string) => (written += text) } as never);
    line.writeAbove("before\n");
    line.show("1 of 20 images");
    line.show("1 of 20 images");
    line.writeAbove("message\n");
    line.show("");
    const erase = "\r\u001b[2K";
    assert.equal(written, `before\n${erase}1 of 20 ima${erase}message\n1 of 20 ima${erase}`);
  });

  it("has a line of progress now and then elsewhere, and none for nothing to do", async () => {
    const said: string[] = [];
    let now = 0;
    const reset = setClock(() => now);
    const progress = startProgress(
      { isInteractive: false, say: (text: string) => said.push(text) } as never,
      4,
      "image",
    );
    for (const milliseconds of [9_999, 1, 9_999, 1]) {
      now += milliseconds;
      progress.step();
    }
    reset();
    assert.deepEqual(said, ["2 of 4 images", "4 of 4 images"]);
    const terminal = {
      isInteractive: true,
      status: (text: string) => said.push(text),
      onInterrupt: () => () => undefined,
    };
    const work = workThrough(terminal as never, [], { unit: "image", concurrency: 1 }, async () => undefined);
    assert.deepEqual([await work, said.length], [{ results: [], left: 0 }, 2]);
  });

  it("has tables as wide as the terminal, whose last column is wrapped between words", () => {
    const shown = (columns: number, last: string) =>
      table(
        { columns, style: (_style: string, text: string) => `\u001b[1m${text}\u001b[22m` } as never,
        ["A", "WHY"],
        [
          ["one", "1"],
          ["\u001b[31mthree\u001b[39m", last],
        ],
      );
    const bold = (text: string) => `\u001b[1m${text}\u001b[22m`;
    const head = `${bold("A")}      ${bold("WHY")}\none    1\n\u001b[31mthree\u001b[39m  `;
    const text = "aaaa bbbb cccc dddd eeee ffffff";
    const wrapped = text.replace(" ffffff", "\n       ffffff");
    assert.equal(shown(38, text), `${head}${text}`);
    assert.equal(shown(37, text), `${head}${wrapped}`);
    assert.equal(shown(10, text), `${head}${wrapped}`);
    assert.equal(shown(10, "x".repeat(40)), `${head}${"x".repeat(40)}`);
  });

  it("goes to the streams of the process, with colors that nobody can forge", async () => {
    const written: string[] = [];
    const stream = (name: string, more: object) =>
      Object.assign(new EventEmitter(), {
        write: (text: string, done = () => undefined as unknown) => {
          written.push(`${name}: ${text}`);
          done();
        },
        ...more,
      });
    const processOf = (env: object, isTTY?: boolean, columns?: number) =>
      Object.assign(new EventEmitter(), {
        ...{ stdin: new PassThrough(), stdout: stream("out", { columns }), stderr: stream("err", { isTTY }), env },
        ...{ cwd: () => "/here", exit: (code: number) => written.push(`exit ${code}`) },
      });
    const own = processOf({}, true, 90);
    const terminal = processTerminal(own as never);
    await withVariables({ FORCE_COLOR: "1", NO_COLOR: undefined, NODE_DISABLE_COLORS: undefined }, async () => {
      terminal.print(`${terminal.style("red", "bad")} \u001b[32mgood\u001b[0m`);
      terminal.say(terminal.style("bold", "##[group]"));
    });
    terminal.status("1 of 2\u001b");
    terminal.instruct("::error::a\u001b");
    await terminal.write("raw\u001b");
    own.stderr.emit("error", new Error("closed"));
    for (const code of ["EPIPE", "ENOSPC"]) own.stdout.emit("error", { code });
    const interrupts: string[] = [];
    terminal.onInterrupt(() => interrupts.push("first"));
    own.emit("SIGINT");
    terminal.onInterrupt(() => interrupts.push("second"))();
    own.emit("SIGINT");
    assert.deepEqual(interrupts, ["first"]);
    assert.deepEqual(written, [
      String.raw`out: ${"\u001b[31mbad\u001b[39m"} \u001b[32mgood\u001b[0m${"\n"}`,
      String.raw`err: ${"\u001b[1m"}\u0023#[group]${"\u001b[22m\n"}`,
      String.raw`err: ${"\r\u001b[2K"}1 of 2\u001b`,
      String.raw`out: ::error::a\u001b${"\n"}`,
      "out: raw\u001b",
      "err: The output cannot be written (ENOSPC).\n",
      "exit 2",
    ]);
    for (const half of [Buffer.from([0xc3]), Buffer.from([0xa9])]) own.stdin.write(half);
    own.stdin.end();
    assert.deepEqual(await terminal.read(), Buffer.from("é"));
    const dumb = processOf({ TERM: "dumb" }, true);
    const chunks = processTerminal(dumb as never).chunks();
    for (const half of [Buffer.from([0xc3]), Buffer.from([0xa9])]) dumb.stdin.write(half);
    dumb.stdin.end();
    let whole = "";
    for await (const chunk of chunks) whole += chunk;
    assert.equal(whole, "é");
    const views = [own, dumb, processOf({})].map((one) => processTerminal(one as never));
    assert.deepEqual(
      views.map(({ isInteractive, columns, directory }) => [isInteractive, columns, directory]),
      [
        [true, 90, "/here"],
        [false, 120, "/here"],
        [false, 120, "/here"],
      ],
    );
  });
});
