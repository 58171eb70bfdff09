import path from "node:path";
import ts from "typescript";
import type { Sources } from "./analyze";

/** What the doc comments of a type say. Pulumi's analyzer reads those of members only, and no tags. */
export interface Comments {
  readonly description?: string;
  readonly members: { readonly [name: string]: Tags };
}

/** The value of `@default`, as JSON. */
export interface Tags {
  readonly default?: string;
}

/** The doc comments of all interfaces and sets of values of a component, by name. */
export function commentsOf(sources: Sources, directory: string): Map<string, Comments> {
  const files = sources.program.getSourceFiles().filter(({ fileName }) => isWithin(directory, fileName));
  return new Map(
    files.flatMap((file) =>
      file.statements.flatMap((statement): [string, Comments][] => {
        if (ts.isInterfaceDeclaration(statement)) return [[statement.name.text, ofInterface(statement)]];
        if (!ts.isVariableStatement(statement)) return [];
        const description = textOf(statement);
        return statement.declarationList.declarations.map(({ name }) => [name.getText(), { description, members: {} }]);
      }),
    ),
  );
}

function ofInterface(node: ts.InterfaceDeclaration): Comments {
  const members = node.members.map((member) => [member.name?.getText() ?? "", tagsOf(member)]);
  return { description: textOf(node), members: Object.fromEntries(members) };
}

function tagsOf(node: ts.Node): Tags {
  const tag = ts.getJSDocTags(node).find(({ tagName }) => tagName.text === "default");
  return tag === undefined ? {} : { default: ts.getTextOfJSDocComment(tag.comment) };
}

function textOf(node: ts.Node): string | undefined {
  return ts.getTextOfJSDocComment(ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc)?.comment);
}

function isWithin(directory: string, file: string): boolean {
  const relative = path.relative(directory, file);
  return !relative.startsWith("..") && !relative.startsWith("dist") && !relative.includes("node_modules");
}
