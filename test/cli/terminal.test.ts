import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { clean, withoutControls } from "../../cli/terminal/clean";
import { someOf } from "../../cli/terminal/count";
import { startProgress } from "../../cli/terminal/progress";
import { StatusLine } from "../../cli/terminal/status";
import { CLI } from "../support/cli";
import { RULES, rulesFile } from "./rules";

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
});
