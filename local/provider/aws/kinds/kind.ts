import type { Properties } from "../../wire";
import type { Service } from "../context";

/** What Pulumi's schema of an argument does not say. `{}`: changed in place, and AWS chooses nothing. */
export interface Field {
  /** Its name in the API, if it has another one. */
  readonly api?: string;
  /** Changing it replaces the resource. */
  readonly replaces?: true;
  readonly default?: unknown;
  /** Properties of a list's items for which AWS chooses a value if none is given. */
  readonly computedItems?: readonly string[];
  readonly itemDefaults?: Properties;
  /** If it is left out, a value that was read back counts as unchanged. */
  readonly keptWhenMissing?: true;
  /**
   * `json`, `policy`: text that is compared by meaning, and kept normalized (a `policy` with Version first). `set`: compared
   * without order, at every depth. `tags`: a list of keys and values in the API. `one`: no list in the API.
   */
  readonly form?: "json" | "policy" | "set" | "tags" | "one";
  /** The request that creates the resource does not have it. */
  readonly apart?: true;
  /** AWS does not return it, so only the state has it. */
  readonly writeOnly?: true;
}

/** One call of a kind's operations. */
export interface Ask {
  call(operation: string, input: object): Promise<Properties>;
  readonly id: string;
  /** What is in the stack. */
  readonly state: Properties;
  /** What the program asks for, with what AWS chose before. */
  readonly inputs: Properties;
  /** The same with the API's names and forms, without what is empty. */
  readonly sent: Properties;
  readonly changed: ReadonlySet<string>;
}

/**
 * A type of resources, as Pulumi's AWS provider has it and beyond its schema: the arguments that are supported here, and its
 * calls. Tags, waiting, names and the state are the same for all.
 */
export interface Kind {
  readonly service: Service;
  /** Name of the type in the provider's errors. */
  readonly title: string;
  /** The operation that creates a resource. Its model limits the arguments. */
  readonly creates: string;
  readonly fields: Readonly<Record<string, Field>>;
  /** Names of outputs in the API, if they have others. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** The exceptions that say that it is not there. */
  readonly missing: readonly string[];
  /** Exceptions, with a part of their message, after which a call is tried again: AWS does not show a change everywhere yet. */
  readonly transient?: readonly (readonly [exception: string, message: RegExp])[];
  /** How a call names the resource whose tags it lists or changes. */
  readonly tags?: { readonly member: string; readonly by: "id" | "arn"; readonly noun?: string; readonly list?: true };
  /** Longest automatic name. Source: pulumi-aws, provider/autonaming.go. */
  readonly nameLength?: number;
  readonly deleteBeforeReplace?: true;
  /** What an import puts into the state although AWS does not return it. */
  readonly imported?: Properties;
  /** A new resource is read until AWS shows it. The real provider does this only for some types. */
  readonly awaited?: true;
  /** The id, from the members of the request and of its answer. */
  id(made: Properties): unknown;
  /** Creates it, if the request has more than `sent`. */
  create?(ask: Ask): Promise<Properties>;
  /** What else a new resource needs. It is kept if this fails. */
  complete?(ask: Ask): Promise<unknown>;
  /** Its members in the API. */
  read(ask: Ask): Promise<Properties | undefined>;
  update?(ask: Ask): Promise<unknown>;
  delete(ask: Ask): Promise<unknown>;
}

export type Kinds = Readonly<Record<string, Kind>>;

/** What the kinds of a service have in common, unless they say otherwise. */
type Common = Pick<Kind, "service"> & Partial<Kind>;

/** The kinds of a service. Their titles begin with the service's. */
export function kindsOf<Shared extends Common>(
  title: string,
  shared: Shared,
  kinds: Readonly<Record<string, Omit<Kind, keyof Shared | "title"> & Partial<Kind>>>,
): Kinds {
  const named = Object.entries(kinds).map(([token, kind]) => {
    const type = token.split(":").at(-1) ?? "";
    return [token, { title: title + type.replace(/[A-Z]/g, " $&"), ...shared, ...kind } as unknown as Kind];
  });
  return Object.fromEntries(named);
}

export const REPLACES = { replaces: true } as const satisfies Field;
/** A name's prefix: the name is made together with the resource. */
export const PREFIX = { ...REPLACES, apart: true } as const satisfies Field;

/** Some members of an object. */
export function only(object: Properties, ...names: readonly string[]): Properties {
  return Object.fromEntries(names.map((name) => [name, object[name]]));
}

/** The first item of a list in an answer. */
export function first(answer: Properties, list: string): Properties | undefined {
  return (answer[list] as Properties[] | undefined)?.[0];
}

/** The members of a structure in an answer. */
export function within(answer: Properties, member: string): Properties {
  return (answer[member] ?? {}) as Properties;
}
