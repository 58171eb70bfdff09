import model from "./aws.json";
import { OVERRIDES } from "./overrides";

/** A shape of AWS's API models. Other shapes are named. */
export interface Shape {
  readonly type: string;
  readonly required?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly members?: Readonly<Record<string, string>>;
  /** The members that the emulator knows, if it knows only some: a call with another one is refused. */
  readonly known?: readonly string[];
  /** Members that are not in the body of a request. */
  readonly elsewhere?: Readonly<Record<string, { readonly location: string; readonly name: string }>>;
  readonly member?: string;
  readonly key?: string;
  readonly value?: string;
}

export interface OperationModel {
  /** Names of shapes. */
  readonly input?: string;
  readonly output?: string;
  /** Codes of the exceptions that it has besides those of all operations. */
  readonly errors?: readonly string[];
  readonly method?: string;
  /** With members of the input in braces. */
  readonly path?: string;
}

export interface ServiceModel {
  readonly protocol: string;
  readonly jsonVersion?: string;
  readonly targetPrefix?: string;
  readonly xmlNamespace?: string;
  readonly operations: Readonly<Record<string, OperationModel>>;
  /** HTTP statuses of exceptions that have another than 400. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

const SERVICES = model.services as unknown as Readonly<Record<string, ServiceModel>>;

/** AWS's model of a service, by the service's name in Signature Version 4. */
export function modelOf(service: string): ServiceModel {
  const found = SERVICES[service];
  if (found === undefined) throw new Error(`no model of ${service}: npm run update-api-model`);
  const shapes = { ...found.shapes };
  for (const [name, { shape }] of Object.entries(OVERRIDES[service] ?? {}))
    shapes[name] = { ...shapes[name], ...shape };
  return { ...found, shapes };
}

export function operationModel({ operations }: ServiceModel, name: string): OperationModel {
  const found = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (found === undefined) throw new Error(`no model of ${name}: npm run update-api-model`);
  return found;
}

export function shapeOf({ shapes }: ServiceModel, name: string): Shape {
  const shape = shapes[name];
  if (shape === undefined) throw new Error(`no shape ${name} in AWS's model`);
  return shape;
}
