// Reads the doc comments of the component's sources for the reference.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

const ROOT = path.resolve(__dirname, "../..");

export interface Member {
  readonly name: string;
  readonly type: string;
  readonly text: string;
  readonly isOptional: boolean;
}

export interface Method {
  readonly name: string;
  readonly signature: string;
  readonly text: string;
  readonly parameters: readonly { readonly name: string; readonly text: string }[];
  readonly throws: string | undefined;
}

export interface Declaration {
  readonly name: string;
  readonly text: string;
  readonly members: readonly Member[];
  readonly methods: readonly Method[];
  /** Interfaces that it extends. */
  readonly extends: readonly string[];
  /** Names of the types that its members mention. */
  readonly mentions: readonly string[];
}

const parsed = sourcesOf("component");

/** The sources of a workspace, by their paths in it. */
export function sourcesOf(workspace: string): ts.SourceFile[] {
  const folder = path.join(ROOT, workspace);
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !/(^|\/)(dist|node_modules)\//.test(file))
    .sort()
    .map((file) => {
      const text = readFileSync(path.join(folder, file), "utf8");
      return ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
    });
}

/** An exported interface or class of the component. */
export function declarationOf(name: string): Declaration | undefined {
  for (const source of parsed) {
    for (const node of source.statements) {
      if (!(ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node)) || node.name?.text !== name) continue;
      if (!isExported(node)) continue;
      return describe(node);
    }
  }
  return undefined;
}

/** A closed set of values: an exported constant whose members are texts. */
export function valuesOf(name: string): { text: string; values: { value: string; text: string }[] } | undefined {
  for (const source of parsed) {
    for (const node of source.statements) {
      if (!ts.isVariableStatement(node) || !isExported(node)) continue;
      const [declaration] = node.declarationList.declarations;
      const set = declaration?.initializer && ts.isAsExpression(declaration.initializer) && declaration.initializer;
      if (declaration?.name.getText() !== name || !set || !ts.isObjectLiteralExpression(set.expression)) continue;
      const values = set.expression.properties.flatMap((member) =>
        ts.isPropertyAssignment(member) && ts.isStringLiteral(member.initializer)
          ? [{ value: member.initializer.text, text: commentOf(member) }]
          : [],
      );
      return { text: commentOf(node), values };
    }
  }
  return undefined;
}

/** The functions that a file exports by name, with those that it exports from elsewhere. */
export function functionsOf(file: string): Method[] {
  const source = parsed.find(({ fileName }) => fileName === file);
  if (!source) throw new Error(`component/${file} does not exist`);
  const found = source.statements.flatMap((node): (Method | undefined)[] => {
    if (ts.isFunctionDeclaration(node) && node.name && isExported(node)) return [method(node.name.text, node)];
    if (!ts.isExportDeclaration(node) || node.isTypeOnly || !node.exportClause) return [];
    if (!ts.isNamedExports(node.exportClause)) return [];
    return node.exportClause.elements
      .filter(({ isTypeOnly }) => !isTypeOnly)
      .map(({ name, propertyName }) => functionOf((propertyName ?? name).text, name.text));
  });
  return found.filter((each) => each !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function functionOf(name: string, as: string): Method | undefined {
  for (const source of parsed) {
    for (const node of source.statements) {
      if (ts.isFunctionDeclaration(node) && node.name?.text === name && isExported(node)) return method(as, node);
    }
  }
  return undefined;
}

function describe(node: ts.InterfaceDeclaration | ts.ClassDeclaration): Declaration {
  const name = node.name?.text ?? "";
  const members: readonly ts.Node[] = [...node.members];
  const mentions = new Set<string>();
  const collect = (child: ts.Node): void => {
    if (ts.isIdentifier(child)) mentions.add(child.text);
    ts.forEachChild(child, collect);
  };
  for (const member of members) {
    if ((ts.isPropertySignature(member) || ts.isPropertyDeclaration(member)) && member.type) collect(member.type);
    if (ts.isMethodDeclaration(member)) for (const { type } of member.parameters) if (type) collect(type);
  }
  return {
    name,
    text: commentOf(node),
    members: members.flatMap((member) => property(name, member)),
    methods: members.filter(ts.isMethodDeclaration).map((member) => method(member.name.getText(), member)),
    extends: (node.heritageClauses ?? []).flatMap(({ types }) => types.map(({ expression }) => expression.getText())),
    mentions: [...mentions],
  };
}

function property(owner: string, member: ts.Node): Member[] {
  if (ts.isGetAccessorDeclaration(member) && member.type) {
    return [{ name: member.name.getText(), type: typeText(member.type), text: commentOf(member), isOptional: false }];
  }
  if (!(ts.isPropertySignature(member) || ts.isPropertyDeclaration(member)) || !member.type) return [];
  const text = commentOf(member);
  if (text === "") throw new Error(`${owner}.${member.name.getText()} has no doc comment`);
  const isOptional = member.questionToken !== undefined;
  // The page says once that settings may be undefined.
  const type = typeText(member.type).replace(isOptional ? / \| undefined(>?)$/ : /$^/, "$1");
  return [{ name: member.name.getText(), type, text, isOptional }];
}

function method(name: string, node: ts.MethodDeclaration | ts.FunctionDeclaration): Method {
  const tags = ts.getJSDocTags(node);
  const parameters = node.parameters.map((parameter) => parameter.getText().replace(/ = .*/s, ""));
  const optional = node.parameters.map(({ initializer, questionToken }) => initializer || questionToken);
  const shown = parameters.map((text, index) => (optional[index] ? text.replace(/^(\w+)\??:/, "$1?:") : text));
  return {
    name,
    signature: oneLine(`${name}(${shown.join(", ")}): ${node.type?.getText() ?? "void"}`),
    text: commentOf(node),
    parameters: tags.filter(ts.isJSDocParameterTag).map((tag) => ({
      name: tag.name.getText(),
      text: oneLine(ts.getTextOfJSDocComment(tag.comment) ?? ""),
    })),
    throws: tags.flatMap((tag) => (tag.tagName.text === "throws" ? [oneLine(tag.getText().slice(8))] : []))[0],
  };
}

function typeText(type: ts.TypeNode): string {
  return oneLine(type.getText().replace(/pulumi\.(Input|Output)</g, "$1<")).replace(/^\| /, "");
}

function commentOf(node: ts.Node): string {
  const comment = ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc)?.comment;
  const text = ts.getTextOfJSDocComment(comment) ?? "";
  // Paragraphs and lists keep their lines; the lines of a sentence become one.
  return text
    .split(/\n{2,}|\n(?=- )/)
    .map(oneLine)
    .join("\n");
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*\*?\s*/g, " ").trim();
}

function isExported(node: ts.HasModifiers): boolean {
  return node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}
