import ts from "typescript";

/** A change of one place in a source file that a test should notice. */
export interface Mutant {
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly after: string;
}

type Add = (node: ts.Node, after: string) => void;

/** Every mutant of a source text, except in messages and types: a changed word harms nobody. */
export function mutantsOf(file: string, text: string): Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Mutant[] = [];
  const add: Add = (node, after) => {
    const start = node.getStart();
    const before = text.slice(start, node.end);
    const line = source.getLineAndCharacterOfPosition(start).line + 1;
    found.push({ file, line, start, end: node.end, before, after });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    conditions(node, add);
    literals(node, add);
    removals(node, add);
    calls(node, add);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const SWAPPED_OPERATORS = new Map([
  ["===", "!=="],
  ["!==", "==="],
  ["<", "<="],
  ["<=", "<"],
  [">", ">="],
  [">=", ">"],
  ["&&", "||"],
  ["||", "&&"],
  ["-", "+"],
]);

/** Inverted decisions, and decisions that ignore their condition. */
function conditions(node: ts.Node, add: Add): void {
  if (ts.isBinaryExpression(node)) {
    const operator = node.operatorToken.getText();
    const swapped = SWAPPED_OPERATORS.get(operator);
    if (swapped) add(node.operatorToken, swapped);
    if (operator === "??") {
      add(node, node.left.getText());
      add(node, node.right.getText());
    }
  }
  if (ts.isIfStatement(node)) {
    add(node.expression, `!(${node.expression.getText()})`);
    add(node.expression, "(false as boolean)");
  }
  if (ts.isConditionalExpression(node)) {
    const { condition, whenTrue, whenFalse } = node;
    add(node, `(${condition.getText()} ? ${whenFalse.getText()} : ${whenTrue.getText()})`);
  }
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    add(node, node.operand.getText());
  }
}

/** Values that programs compare and send. */
function literals(node: ts.Node, add: Add): void {
  if (node.kind === ts.SyntaxKind.TrueKeyword) add(node, "false");
  if (node.kind === ts.SyntaxKind.FalseKeyword) add(node, "true");
  if (ts.isNumericLiteral(node)) add(node, `(${node.getText()} + 1)`);
  if (ts.isStringLiteral(node) && isWord(node.text) && !isName(node)) add(node, JSON.stringify(`${node.text}~`));
  if (ts.isNoSubstitutionTemplateLiteral(node) && isWord(node.text)) add(node, `\`${node.text}~\``);
  if (ts.isTemplateExpression(node)) {
    const texts = [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)];
    if (isWord(texts.join(""))) add(node, `${node.getText().slice(0, -1)}~\``);
  }
  if (ts.isRegularExpressionLiteral(node)) {
    const text = node.getText();
    const flags = text.slice(text.lastIndexOf("/") + 1);
    if (text.startsWith("/^")) add(node, `/${text.slice(2)}`);
    if (/\$\/[a-z]*$/.test(text)) add(node, `${text.slice(0, text.lastIndexOf("$/"))}/${flags}`);
    if (flags.includes("i")) add(node, text.slice(0, -flags.length) + flags.replace("i", ""));
  }
}

/** Programs compare and send words. People read sentences. */
function isWord(text: string): boolean {
  return text !== "" && !/\s/.test(text);
}

function isName(node: ts.StringLiteral): boolean {
  return ts.isPropertyAssignment(node.parent) && node.parent.name === node;
}

/** Removed statements, properties and elements. */
function removals(node: ts.Node, add: Add): void {
  if (ts.isExpressionStatement(node) && isAction(node.expression)) add(node, ";");
  if (ts.isThrowStatement(node)) add(node, ";");
  if (ts.isObjectLiteralExpression(node) && node.properties.length > 1) {
    for (const property of node.properties) add(property, "...{}");
  }
  if (ts.isArrayLiteralExpression(node) && node.elements.length > 1) {
    for (const element of node.elements) add(element, "...[]");
  }
}

function isAction(node: ts.Expression): boolean {
  if (ts.isAwaitExpression(node)) return isAction(node.expression);
  const isAssignment = ts.isBinaryExpression(node) && node.operatorToken.getText().endsWith("=");
  return ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isDeleteExpression(node) || isAssignment;
}

const DROPPED_METHODS = ["filter", "sort", "reverse", "toLowerCase", "trim"];
const SWAPPED_METHODS = new Map([
  ["some", "every"],
  ["every", "some"],
  ["startsWith", "endsWith"],
  ["endsWith", "startsWith"],
  ["min", "max"],
  ["max", "min"],
]);

/** Methods that are not called, or replaced by another. */
function calls(node: ts.Node, add: Add): void {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return;
  const { expression, name } = node.expression;
  if (DROPPED_METHODS.includes(name.text)) add(node, expression.getText());
  const swapped = SWAPPED_METHODS.get(name.text);
  if (swapped) add(name, swapped);
}
