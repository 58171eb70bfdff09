// Finds every message of the component, the command line tool and the policy pack in their sources. In the component, each
// text that reads like a sentence is a message unless it is listed here as something else, so none can be forgotten. The
// tool and the pack have much other prose, so there only what is reported or thrown is a message.
import ts from "typescript";
import { sourcesOf } from "./typescript";

/** Where messages come from, in the order in which a user sees them. */
const GROUPS: readonly { readonly title: string; readonly folders: readonly string[] }[] = [
  { title: "About the registries file", folders: ["input/registries-file/"] },
  { title: "About the stack's config", folders: ["input/config", "plan/credentials"] },
  { title: "About one argument", folders: ["schema/", "catalogue", "lifecycle/"] },
  { title: "About arguments together", folders: ["plan/", "input/"] },
  { title: "During the deployment", folders: ["resources/", "pull-through-cache", "outputs", "plugin"] },
  { title: "About image references", folders: ["images/"] },
  { title: "From `rewriteImages` and `imageTransform`", folders: ["rewrite/"] },
  { title: "About client configuration", folders: ["clients/"] },
];

/** How the command line tool and the policy pack report problems. */
const REPORTS = /^(?:refuse|report|finding|fail|problems\.push|unchecked\.push|CannotRunError|RefusedError)$/;
const REPORTED = ["message", "problem", "reason"];

/** Files of the policy pack in which every sentence is a message. */
const PACK_MESSAGES = /^(kit\/configuration|kit\/undecided|aws\/lifecycle)/;

/** Texts that are not messages by themselves: subjects of messages, and descriptions of resources. */
const PARTS =
  /^(?:[;,(]|Lets |The (?:registries file|stack's config)$|a list of |the registry host$|argument or config$|docker image URL$|npx )/;

/** Properties whose texts go to AWS, into generated files, or describe a policy. */
const NO_MESSAGES = ["description", "Sid", "comment", "displayName", "remediationSteps"];

/** Files that generate documents for other programs, or the frame of every message. Their texts are not messages. */
const WRITERS = /^(alerts\/|problems\/|iam\/|lifecycle\/build|clients\/(?!environment))/;

export function messages(): string {
  const found = sourcesOf("component")
    .filter(({ fileName }) => !WRITERS.test(fileName))
    .flatMap((source) => textsIn(source).map((text) => ({ text, file: source.fileName })));
  const placed = new Set<string>();
  const sections = GROUPS.map(({ title, folders }) => {
    const texts = found
      .filter(({ text, file }) => !placed.has(text) && folders.some((folder) => file.startsWith(folder)))
      .map(({ text }) => text);
    for (const text of texts) placed.add(text);
    return section(title, texts);
  });
  const lost = found.filter(({ text }) => !placed.has(text)).map(({ file }) => file);
  if (lost.length > 0) throw new Error(`scripts/docs/messages.ts has no group for ${[...new Set(lost)].join(", ")}`);
  const tool = sourcesOf("cli").flatMap((source) => reportsIn(source).flatMap(textsIn));
  const pack = sourcesOf("policy-pack").flatMap((source) =>
    (PACK_MESSAGES.test(source.fileName) ? [source] : reportsIn(source)).flatMap(textsIn),
  );
  return [...sections, section("From the command line tool", tool), section("From the policy pack", pack)].join("\n\n");
}

function section(title: string, texts: readonly string[]): string {
  const sorted = [...new Set(texts)].sort((a, b) => a.localeCompare(b, "en"));
  return [`### ${title}`, "", ...sorted.map((text) => `- ${asCode(text)}`)].join("\n");
}

/** The sentences below a node. */
function textsIn(node: ts.Node): string[] {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return [];
  if (ts.isPropertyAssignment(node) && NO_MESSAGES.includes(node.name.getText())) return [];
  const text = textOf(node);
  // A placeholder can hold a message's ending.
  const inner: ts.Node[] = [];
  node.forEachChild((child) => {
    inner.push(text !== undefined && ts.isTemplateSpan(child) ? child.expression : child);
  });
  const below = text !== undefined && !ts.isTemplateExpression(node) ? [] : inner.flatMap(textsIn);
  return text !== undefined && isSentence(text) ? [text, ...below] : below;
}

/** The parts of a source that report something: messages by their names, and the arguments of reporting calls. */
function reportsIn(node: ts.Node): ts.Node[] {
  const isMessage =
    (ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node)) && REPORTED.includes(node.name.getText());
  const isReport = (ts.isCallExpression(node) || ts.isNewExpression(node)) && REPORTS.test(node.expression.getText());
  if (isMessage || isReport) return [node];
  const below: ts.Node[] = [];
  node.forEachChild((child) => {
    below.push(...reportsIn(child));
  });
  return below;
}

/** The text of a literal, a template or a concatenation, with placeholders in angle brackets. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return node.templateSpans.reduce(
      (text, { expression, literal }) => `${text}${placeholder(expression)}${literal.text}`,
      node.head.text,
    );
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [textOf(node.left), textOf(node.right)];
    return left === undefined && right === undefined ? undefined : `${left ?? ""}${right ?? ""}`;
  }
  return undefined;
}

/** The constants of a source, with the values that messages show. */
function constantsIn(source: ts.SourceFile): [string, string][] {
  return source.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => [...declarationList.declarations])
    .flatMap(({ name, initializer }): [string, string][] =>
      initializer && (ts.isNumericLiteral(initializer) || ts.isStringLiteral(initializer))
        ? [[name.getText(), initializer.text]]
        : [],
    );
}

const CONSTANTS = new Map(sourcesOf("component").flatMap(constantsIn));

/** The placeholder for an expression: the value of a constant, or its name in the code. */
function placeholder(expression: ts.Expression): string {
  const own = new Map(constantsIn(expression.getSourceFile()));
  const value = own.get(expression.getText()) ?? CONSTANTS.get(expression.getText());
  return value ?? `<${nameOf(expression)}>`;
}

function nameOf(expression: ts.Expression): string {
  if (ts.isIdentifier(expression)) return expression.text;
  if (ts.isPropertyAccessExpression(expression)) return expression.name.text;
  if (ts.isCallExpression(expression)) {
    const [first] = expression.arguments;
    const isNamed = first && (ts.isIdentifier(first) || ts.isPropertyAccessExpression(first));
    if (isNamed && first.getText() !== "undefined") return nameOf(first);
    return nameOf(expression.expression);
  }
  return "...";
}

function isSentence(text: string): boolean {
  if (PARTS.test(text)) return false;
  return text.includes(" ") && (text.replace(/<[^>]*>/g, " ").match(/[A-Za-z]{2,}/g) ?? []).length >= 3;
}

/** As code that keeps its backticks. */
function asCode(text: string): string {
  const line = text.trim().replace(/\s+/g, " ");
  return line.includes("`") ? `\`\` ${line} \`\`` : `\`${line}\``;
}
