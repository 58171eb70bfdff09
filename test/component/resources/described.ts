import type { Request } from "./monitor";

type Description = { readonly [what: string]: unknown };

/**
 * What a program registers, by "type name". JSON is parsed, and options that nobody set are left out. Hooks and aliases
 * are without the start of their names, which depends on the other tests of the process, and on the stack.
 */
export function described(requests: readonly Request[]): { readonly [resource: string]: Description } {
  const described = requests.map((request): [string, Description] => [
    `${request.type} ${request.name}`,
    withoutUnset({
      parent: request.parent,
      inputs: parsed(request.inputs),
      dependencies: request.dependencies,
      aliases: request.aliases.map((alias) => alias.replace(/^urn:.*::/, "")),
      deleteBeforeReplace: request.deleteBeforeReplace,
      retainOnDelete: request.retainOnDelete,
      ignoreChanges: request.ignoreChanges,
      replaceOnChanges: request.replaceOnChanges,
      replacementTrigger: request.replacementTrigger,
      ...Object.fromEntries(
        Object.entries(request.hooks).map(([when, hooks]) => [when, hooks.map((hook) => hook.replace(/^.*: /, ""))]),
      ),
    }),
  ]);
  return Object.fromEntries(described.sort(([one], [other]) => (one < other ? -1 : 1)));
}

function withoutUnset(description: Description): Description {
  const isSet = (value: unknown) => (Array.isArray(value) ? value.length > 0 : Boolean(value));
  return Object.fromEntries(Object.entries(description).filter(([, value]) => isSet(value)));
}

function parsed(value: unknown): unknown {
  if (typeof value === "string") return value.startsWith("{") ? JSON.parse(value) : value;
  if (Array.isArray(value)) return value.map(parsed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, parsed(part)]));
}
