import { Analyzer, type PropertyDefinition, type TypeDefinition } from "@pulumi/pulumi/provider/experimental/analyzer";
import { generateSchema } from "@pulumi/pulumi/provider/experimental/schema";
import type ts from "typescript";

export type Properties = { [name: string]: PropertyDefinition };

/** Private members of Pulumi's analyzer. */
interface Internals {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  readonly typeDefinitions: { [name: string]: TypeDefinition };
  analyzeType(context: object, type: ts.Type, ...rest: unknown[]): PropertyDefinition;
  analyzeSymbols(context: object, symbols: readonly ts.Symbol[]): Properties;
}

/** Whether a type's values are plain, may be Outputs, or are Outputs. The numbers are the analyzer's. */
export enum Flow {
  Plain = 0,
  Output = 2,
}

/** The sources of a component, for Pulumi's analyzer and for TypeScript. */
export class Sources {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  private readonly internals: Internals;
  private readonly analyzer: Analyzer;

  constructor(
    directory: string,
    private readonly name: string,
    private readonly description: string,
    component: string,
  ) {
    this.analyzer = new Analyzer(directory, name, { description }, new Set([component]));
    this.internals = this.analyzer as unknown as Internals;
    this.program = this.internals.program;
    this.checker = this.internals.checker;
    const analyzeType = this.internals.analyzeType.bind(this.analyzer);
    // The analyzer refuses unions, also of an enum and `undefined`. One with `string & {}` only lists known values, so in
    // other languages it is a string.
    this.internals.analyzeType = (context, type, ...rest) =>
      analyzeType(
        context,
        isOpen(type) ? this.checker.getStringType() : this.checker.getNonNullableType(type),
        ...rest,
      );
  }

  /** The schema of the component. */
  component() {
    const { components, typeDefinitions, dependencies } = this.analyzer.analyze();
    return generateSchema(this.name, "", this.description, components, typeDefinitions, dependencies);
  }

  /** The properties of a type, with the types that it refers to. */
  properties(type: ts.Type, flow: Flow): Properties {
    return this.internals.analyzeSymbols({ inputOutput: flow }, type.getProperties());
  }

  /** Every type that has been read so far. */
  types() {
    return generateSchema(this.name, "", "", {}, this.internals.typeDefinitions, []).types;
  }
}

function isOpen(type: ts.Type): boolean {
  return type.isUnion() && type.types.some((member) => member.isIntersection());
}
