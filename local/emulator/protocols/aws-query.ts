import { AwsError } from "../errors";
import type { Scalars } from "../model/check";
import { operationModel, type ServiceModel, shapeOf } from "../model/model";
import type { Protocol, Reply } from "./protocol";

/** A form has only texts. */
const QUERY_SCALARS: Scalars = {
  number: (value) => (typeof value === "string" && value !== "" ? Number(value) : value),
  boolean: (value) => (value === "true" || value === "false" ? value === "true" : value),
  timestamp: (value) => (typeof value === "string" ? Date.parse(value) : undefined),
  empty: (value) => value === "",
};

/** AWS Query: parameters as a form, results and errors as XML. */
export function awsQuery(model: ServiceModel): Protocol {
  const namespace = model.xmlNamespace;
  const reply = (status: number, xml: string, requestId: string): Reply => ({
    status,
    headers: { "content-type": "text/xml", "x-amzn-requestid": requestId },
    body: xml,
  });
  return {
    scalars: QUERY_SCALARS,
    parse(_headers, body) {
      const form = new URLSearchParams(body.toString("utf8"));
      const operation = form.get("Action");
      if (!operation) throw new AwsError("MissingAction", "The request holds no Action parameter");
      form.delete("Action");
      form.delete("Version");
      return { operation, input: nest(form) };
    },
    result(operation, output, requestId) {
      const { output: shape } = operationModel(model, operation);
      const result = shape === undefined ? "" : element(model, shape, `${operation}Result`, output);
      const metadata = `<ResponseMetadata>${textElement("RequestId", requestId)}</ResponseMetadata>`;
      const body = `<${operation}Response xmlns="${namespace}">${result}${metadata}</${operation}Response>`;
      return reply(200, body, requestId);
    },
    error(error, requestId) {
      const parts = { Type: error.status < 500 ? "Sender" : "Receiver", Code: error.code, Message: error.message };
      const inner = Object.entries(parts).map(([name, text]) => textElement(name, text));
      const xml = `<ErrorResponse xmlns="${namespace}"><Error>${inner.join("")}</Error>${textElement("RequestId", requestId)}</ErrorResponse>`;
      return reply(error.status, xml, requestId);
    },
  };
}

type Tree = Map<string, Tree | string>;

/** `Tags.member.1.Key=a` becomes `{ Tags: [{ Key: "a" }] }`, and `Map.entry.1.key=a&Map.entry.1.value=b` `{ Map: { a: "b" } }`. */
function nest(form: URLSearchParams): unknown {
  const root: Tree = new Map();
  for (const [path, value] of form) {
    const steps = path.split(".");
    let node = root;
    for (const step of steps.slice(0, -1)) {
      const next = node.get(step);
      const child: Tree = next instanceof Map ? next : new Map();
      node.set(step, child);
      node = child;
    }
    node.set(steps.at(-1) ?? path, value);
  }
  return plain(root);
}

function plain(node: Tree | string): unknown {
  if (typeof node === "string") return node;
  const members = node.size === 1 ? node.get("member") : undefined;
  if (members instanceof Map) return numbered(members).map(plain);
  const entries = node.size === 1 ? node.get("entry") : undefined;
  if (entries instanceof Map) {
    const pairs = numbered(entries).map((entry) => plain(entry) as { key?: unknown; value?: unknown });
    return Object.fromEntries(pairs.map(({ key, value }) => [String(key), value]));
  }
  return Object.fromEntries([...node].map(([name, child]) => [name, plain(child)]));
}

function numbered(items: Tree): (Tree | string)[] {
  return [...items].sort(([left], [right]) => Number(left) - Number(right)).map(([, item]) => item);
}

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

/** An element with a text in it. */
export function textElement(name: string, text: string): string {
  return `<${name}>${text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character)}</${name}>`;
}

/** An element with a value of a shape. */
export function element(model: ServiceModel, shapeName: string, name: string, value: unknown): string {
  const shape = shapeOf(model, shapeName);
  const wrapped = (children: string[]) => `<${name}>${children.join("")}</${name}>`;
  if (shape.type === "list") {
    return wrapped((value as unknown[]).map((item) => element(model, shape.member ?? "", "member", item)));
  }
  if (shape.type === "map") {
    return wrapped(
      Object.entries(value as object).map(
        ([key, item]) => `<entry>${textElement("key", key)}${element(model, shape.value ?? "", "value", item)}</entry>`,
      ),
    );
  }
  if (shape.type === "structure") {
    const members = Object.entries(value as object);
    return wrapped(members.map(([member, item]) => element(model, shape.members?.[member] ?? "", member, item)));
  }
  return textElement(name, value instanceof Date ? value.toISOString() : String(value));
}
