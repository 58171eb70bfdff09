import { AwsError } from "../errors";
import type { Protocol, Reply } from "./protocol";
import { element } from "./xml";

/** AWS Query: parameters as a form, results and errors as XML. */
export function awsQuery(namespace: string): Protocol {
  const reply = (status: number, xml: string, requestId: string): Reply => ({
    status,
    headers: { "content-type": "text/xml", "x-amzn-requestid": requestId },
    body: xml,
  });
  return {
    wire: "query",
    parse(_headers, body) {
      const form = new URLSearchParams(body.toString("utf8"));
      const operation = form.get("Action");
      if (!operation) throw new AwsError("MissingAction", "The request holds no Action parameter");
      form.delete("Action");
      form.delete("Version");
      return { operation, input: nest(form) };
    },
    result(operation, output, requestId) {
      const result = element(`${operation}Result`, output ?? undefined);
      const metadata = element("ResponseMetadata", { RequestId: requestId });
      return reply(
        200,
        `<${operation}Response xmlns="${namespace}">${result}${metadata}</${operation}Response>`,
        requestId,
      );
    },
    error(error, requestId) {
      const body = { Type: error.status < 500 ? "Sender" : "Receiver", Code: error.code, Message: error.message };
      const xml = `<ErrorResponse xmlns="${namespace}">${element("Error", body)}${element("RequestId", requestId)}</ErrorResponse>`;
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
