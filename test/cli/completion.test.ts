import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProgram } from "../../cli/program";
import { runCli } from "../support/cli";

const TOOL = "pull-through-cache";

/** How each shell completes a line, as it does for a person who presses the tabulator key. */
const SHELLS: {
  readonly [shell: string]: (script: string, words: readonly string[]) => readonly [string, ...string[]];
} = {
  bash: (script, words) => [
    "bash",
    "-c",
    // Its options, such as that of file names (`-o default`), exist only while a person types.
    `compopt() { [ "$*" != "+o default" ] || files=; }; files=1; source ${script}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
     "$(complete -p ${TOOL} | sed 's/.* -F //; s/ .*//')"; printf '%s\\n' "\${COMPREPLY[@]}"
     [ -n "\${COMPREPLY[*]}" ] || [ -z "$files" ] || ls`,
    "bash",
    ...words,
  ],
  fish: (script, words) => [
    "fish",
    "--no-config",
    "-c",
    `source ${script}; complete -C '${words.join(" ")}' | cut -f1`,
  ],
};

for (const [shell, ask] of Object.entries(SHELLS)) {
  describe(`completion in ${shell}`, () => {
    let directory = "";
    let script = "";
    before(async function () {
      if (spawnSync(shell, ["--version"]).error) this.skip();
      directory = mkdtempSync(join(tmpdir(), "completion-"));
      script = join(directory, "script");
      writeFileSync(script, (await runCli(["completion", shell])).stdout);
    });
    const completed = (...words: string[]) => {
      const [program, ...args] = ask(script, [TOOL, ...words]);
      const { stdout, stderr } = spawnSync(program, args, { encoding: "utf8", cwd: directory });
      assert.equal(stderr, "");
      return stdout.split("\n").filter((line) => line !== "");
    };

    it("knows every command and every option", () => {
      const { commands } = createProgram({} as never, () => undefined);
      const names = completed("");
      for (const command of commands) {
        assert.ok(names.includes(command.name()), `${command.name()} of ${names}`);
        const options = completed(command.name(), "--");
        const missing = command.options.filter(({ long }) => !options.includes(long ?? ""));
        assert.deepEqual(
          missing.map(({ long }) => long),
          [],
          command.name(),
        );
      }
    });

    const lines: [words: string[], expected: string[]][] = [
      [["ver"], ["verify"]],
      [
        ["verify", "--format", ""],
        ["github", "json", "table"],
      ],
      [["verify", "--stack", "prod", "--skip", "sc"], ["scanning"]],
      [["verify", "--stack", ""], []],
      [["verify", "--registries", ""], ["script"]],
      [["completion", "f"], ["fish"]],
      [["report", "--pri"], ["--price"]],
      [["report", "--he"], ["--help"]],
      [["--ver"], ["--version"]],
    ];
    for (const [words, expected] of lines) {
      it(`of "${words.join(" ")}" is ${expected.join(", ") || "left to you"}`, () => {
        assert.deepEqual(completed(...words).sort(), expected);
      });
    }
  });
}

it("completion in zsh is that of bash", async () => {
  const { stdout } = await runCli(["completion", "zsh"]);
  assert.match(stdout, /bashcompinit/);
  assert.ok(stdout.endsWith((await runCli(["completion", "bash"])).stdout));
});
