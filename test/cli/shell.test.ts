import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { shellQuote, shellWord } from "../../cli/shell";

it("what is quoted for the shell is one word of it, wherever its odd characters stand", () => {
  for (const text of ["plain-1", "$(id)a", "a;id", "it's", "two words", "", "*", "a\nb"]) {
    for (const quoted of [shellQuote(text), shellWord(text)]) {
      assert.equal(execFileSync("sh", ["-c", `printf %s ${quoted}`], { encoding: "utf8" }), text);
    }
  }
});
