import path from "node:path";
import ts from "typescript";
import type { Sources } from "./analyze";

/**
 * The doc comments of all interfaces and sets of values of a component, by name. Pulumi's analyzer reads only those of
 * members.
 */
export function commentsOf(sources: Sources, directory: string): Map<string, string | undefined> {
  const files = sources.program.getSourceFiles().filter(({ fileName }) => isWithin(directory, fileName));
  return new Map(
    files.flatMap((file) =>
      file.statements.flatMap((statement): [string, string | undefined][] => {
        if (ts.isInterfaceDeclaration(statement)) return [[statement.name.text, textOf(statement)]];
        if (!ts.isVariableStatement(statement)) return [];
        return statement.declarationList.declarations.map(({ name }) => [name.getText(), textOf(statement)]);
      }),
    ),
  );
}

function textOf(node: ts.Node): string | undefined {
  return ts.getTextOfJSDocComment(ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc)?.comment);
}

function isWithin(directory: string, file: string): boolean {
  const relative = path.relative(directory, file);
  return !relative.startsWith("..") && !relative.startsWith("dist") && !relative.includes("node_modules");
}
