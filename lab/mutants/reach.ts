import ts from "typescript";
import type { Mutant } from "./mutate";

/**
 * The text of a file that calls `globalThis.reached` with the number of a mutant when the function runs that the mutant
 * changes. A mutant outside functions is reached when the file is loaded.
 */
export function traced(text: string, mutants: ReadonlyMap<number, Mutant>): string {
  const source = ts.createSourceFile("", text, ts.ScriptTarget.Latest, true);
  const added: { at: number; code: string }[] = [];
  for (const [number, mutant] of mutants) {
    const body = bodyAround(source, mutant);
    const call = `globalThis.reached?.(${number})`;
    if (!body) added.push({ at: text.length, code: `;${call}` });
    else if (ts.isBlock(body)) added.push({ at: body.getStart() + 1, code: `${call};` });
    else added.push({ at: body.getStart(), code: `(${call},` }, { at: body.end, code: ")" });
  }
  return added
    .sort((a, b) => b.at - a.at)
    .reduce((whole, { at, code }) => whole.slice(0, at) + code + whole.slice(at), text);
}

/** The body of the innermost function around a mutant. */
function bodyAround(node: ts.Node, mutant: Mutant): ts.ConciseBody | undefined {
  const holds = (part: ts.Node) => part.getStart() <= mutant.start && mutant.end <= part.end;
  const inner = ts.forEachChild(node, (child) => (holds(child) ? bodyAround(child, mutant) : undefined));
  if (inner || !ts.isFunctionLike(node)) return inner;
  const { body } = node as ts.FunctionLikeDeclaration;
  return body && holds(body) ? body : undefined;
}
