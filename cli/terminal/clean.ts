import { hideTokens, printable } from "pulumi-pull-through-cache/plan";

/**
 * What a CI takes for an instruction. Sources: GitHub's actions/runner, ActionCommand.cs (`::` after spaces, `##[`
 * anywhere in a line); Azure Pipelines' agent, CommandStringConvertor.cs (`##vso[`); TeamCity, "Service messages".
 */
const INSTRUCTION = /^[^\S\n]*::|##(?=\[|vso\[|teamcity\[)/gm;

/**
 * A text without known tokens, control characters, and instructions for a CI. They may stand in everything that comes
 * from AWS, upstreams and files. Each character is shown as `\u....`, which is also what JSON writes for it.
 */
export function clean(text: string): string {
  return withoutControls(text).replace(INSTRUCTION, (found) => found.replace(/[:#]/, escaped));
}

export function withoutControls(text: string): string {
  return printable(hideTokens(text), escaped);
}

/** The UTF-16 units of a character, as JSON writes them. */
function escaped(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}
