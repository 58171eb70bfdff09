import { type ServiceModel, shapeOf } from "../model/model";

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
