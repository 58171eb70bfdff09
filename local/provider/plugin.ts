import type { Properties } from "./wire";

export interface CheckArguments {
  readonly name: string;
  readonly old: Properties;
  readonly inputs: Properties;
  readonly seed: Uint8Array;
}

export interface Difference {
  readonly changed: readonly string[];
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

export interface DiffArguments {
  readonly oldInputs: Properties;
  /** Outputs in the stack's state. */
  readonly state: Properties;
  readonly inputs: Properties;
  /** Properties whose differences do not count. Default: none. */
  readonly ignoreChanges?: readonly string[];
}

/** A resource that exists. */
export interface Resource {
  readonly id: string;
  readonly state: Properties;
}

/** One type of resources, as the engine sees it. */
export interface ResourceType {
  /** `refusals`: the problems of invalid inputs, with their paths. */
  check(args: CheckArguments): { inputs: Properties; refusals: readonly string[] };
  diff(args: DiffArguments): Difference;
  previewCreate(inputs: Properties): Properties;
  create(inputs: Properties): Promise<Resource>;
  previewUpdate(args: DiffArguments): Properties;
  update(id: string, args: DiffArguments): Promise<Properties>;
  /** `undefined` if the resource does not exist (any more). No inputs if it is being imported. */
  read(
    id: string,
    state: Properties,
    inputs: Properties | undefined,
  ): Promise<(Resource & { inputs: Properties }) | undefined>;
  delete(id: string, state: Properties): Promise<void>;
  /** Outputs that are always secret, even if the input was not. */
  readonly secretOutputs: readonly string[];
}

/** A provider plugin, without the protocol. */
export interface Plugin {
  /** @throws Error that says which setting is missing or wrong */
  configure(settings: Properties): void;
  /** @throws Error when there is no such type */
  resourceType(token: string): ResourceType;
  /** @throws Error when there is no such function */
  invoke(token: string, args: Properties): Promise<Properties>;
}

/** The resource exists but is not finished. The engine keeps this state and updates the resource next time. */
export class PartialError extends Error {
  constructor(
    readonly resource: Resource,
    override readonly cause: Error,
  ) {
    super(cause.message);
  }
}
