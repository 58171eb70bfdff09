import ts from "typescript";

/** A change of one place of a source file that should hurt somebody. */
export interface Mutant {
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly after: string;
}

const SWAPPED: { readonly [operator: string]: string } = {
  "===": "!==",
  "!==": "===",
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "&&": "||",
  "||": "&&",
};

/** Every mutant of a source text. Messages and types are left alone: a changed word hurts nobody. */
export function mutantsOf(file: string, text: string): Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Mutant[] = [];
  const add = (node: { getStart(): number; end: number }, after: string): void => {
    const start = node.getStart();
    const before = text.slice(start, node.end);
    const line = source.getLineAndCharacterOfPosition(start).line + 1;
    found.push({ file, line, start, end: node.end, before, after });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    mutate(node, add);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function mutate(node: ts.Node, add: (node: ts.Node, after: string) => void): void {
  if (ts.isBinaryExpression(node)) {
    const operator = node.operatorToken.getText();
    const swapped = SWAPPED[operator];
    if (swapped) add(node.operatorToken, swapped);
    if (operator === "??") add(node, node.left.getText());
  }
  if (ts.isIfStatement(node)) add(node.expression, `!(${node.expression.getText()})`);
  if (ts.isConditionalExpression(node)) {
    const { condition, whenTrue, whenFalse } = node;
    add(node, `(${condition.getText()} ? ${whenFalse.getText()} : ${whenTrue.getText()})`);
  }
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    add(node, node.operand.getText());
  }
  if (node.kind === ts.SyntaxKind.TrueKeyword) add(node, "false");
  if (node.kind === ts.SyntaxKind.FalseKeyword) add(node, "true");
  if (ts.isNumericLiteral(node)) add(node, `(${node.getText()} + 1)`);
  if (ts.isStringLiteral(node) && isValue(node)) add(node, JSON.stringify(`${node.text}~`));
  if (ts.isExpressionStatement(node) && ts.isCallExpression(node.expression)) add(node, ";");
  if (ts.isObjectLiteralExpression(node)) {
    for (const property of node.properties) if (node.properties.length > 1) add(property, `...{}`);
  }
  if (ts.isArrayLiteralExpression(node)) {
    for (const element of node.elements) if (node.elements.length > 1) add(element, "...[]");
  }
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const { expression, name } = node.expression;
    if (name.text === "filter") add(node, expression.getText());
    if (name.text === "some") add(name, "every");
    if (name.text === "every") add(name, "some");
  }
}

/** Words are what programs compare and send; sentences are what people read. */
function isValue(node: ts.StringLiteral): boolean {
  const isName = ts.isPropertyAssignment(node.parent) && node.parent.name === node;
  return node.text !== "" && !/\s/.test(node.text) && !isName;
}
