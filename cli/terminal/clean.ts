/** Characters that move the cursor, hide text or change its order. New lines and tabs are harmless. */
const CONTROL = /[^\P{Cc}\n\t]|[\p{Bidi_Control}\u2028\u2029]/gu;

/**
 * What a CI takes for an instruction. Sources: GitHub's actions/runner, ActionCommand.cs (`::` after spaces, `##[`
 * anywhere in a line); Azure Pipelines' agent, CommandStringConvertor.cs (`##vso[`); TeamCity, "Service messages".
 */
const INSTRUCTION = /^[^\S\n]*::|##(?=\[|vso\[|teamcity\[)/gm;

/**
 * A text without control characters, and without instructions for a CI. They may stand in everything that comes from
 * AWS, upstreams and files. Each is shown as `\u....`, which is also what JSON writes for it.
 */
export function clean(text: string): string {
  return withoutControls(text).replace(INSTRUCTION, (found) => found.replace(/[:#]/, escaped));
}

export function withoutControls(text: string): string {
  return text.replace(CONTROL, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
