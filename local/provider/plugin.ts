import type { Properties } from "./wire";

/** A refused input: the property and what is wrong with it. */
export interface Refusal {
  readonly property: string;
  readonly reason: string;
}

/** What the stack's `pulumi:autonaming` says of one resource. */
export interface Autonaming {
  readonly mode: "propose" | "enforce" | "disable";
  readonly proposedName: string;
}

export interface CheckArguments {
  readonly name: string;
  readonly old: Properties;
  readonly inputs: Properties;
  readonly seed: Uint8Array;
  readonly autonaming?: Autonaming;
}

export interface Difference {
  readonly changed: readonly string[];
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

export interface DiffArguments {
  readonly oldInputs: Properties;
  /** Outputs, as they are in the stack's state. */
  readonly state: Properties;
  readonly inputs: Properties;
  /** Properties whose difference does not count. Default: none. */
  readonly ignoreChanges?: readonly string[];
}

/** A resource that exists. */
export interface Resource {
  readonly id: string;
  readonly state: Properties;
}

/** One type of resources, as the engine sees it. */
export interface ResourceType {
  check(args: CheckArguments): { inputs: Properties; refusals: Refusal[] };
  diff(args: DiffArguments): Difference;
  previewCreate(inputs: Properties): Properties;
  create(inputs: Properties): Promise<Resource>;
  previewUpdate(args: DiffArguments): Properties;
  update(id: string, args: DiffArguments): Promise<Properties>;
  /** `undefined` when the resource does not exist (any more). No inputs: it is being imported. */
  read(
    id: string,
    state: Properties,
    inputs: Properties | undefined,
  ): Promise<(Resource & { inputs: Properties }) | undefined>;
  delete(id: string, state: Properties): Promise<void>;
  /** Outputs that are secret whether or not the input was. */
  readonly secretOutputs: readonly string[];
}

/** What a provider plugin does, without the protocol. */
export interface Plugin {
  /** @throws Error that says which setting is missing or wrong */
  configure(settings: Properties): void;
  /** The provider's settings whose change replaces every resource. */
  readonly identitySettings: readonly string[];
  /** @throws Error when there is no such type */
  resourceType(token: string): ResourceType;
  /** @throws Error when there is no such function */
  invoke(token: string, args: Properties): Promise<Properties>;
}

/** The resource exists, but is not as it should be: the engine keeps this state of it and updates it next time. */
export class PartialError extends Error {
  constructor(
    readonly resource: Resource,
    override readonly cause: Error,
  ) {
    super(cause.message);
  }
}
