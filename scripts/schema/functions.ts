import ts from "typescript";
import { Flow, type Properties, type Sources } from "./analyze";

/** A function of a Pulumi schema. A method is a function whose first input is the component. */
export interface FunctionSpec {
  readonly description: string;
  readonly inputs: object;
  readonly outputs: object;
}

/** The functions in an object of the sources, by property name, with their doc comments. */
export function functionsOf(sources: Sources, file: string, object: string, self?: string): Map<string, FunctionSpec> {
  const source = sources.program.getSourceFile(file);
  const literal = source?.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations)
    .find(({ name }) => name.getText() === object)?.initializer;
  if (!literal) throw new Error(`${file} has no object ${object}`);
  return new Map(
    sources.checker
      .getTypeAtLocation(literal)
      .getProperties()
      .map((property) => [property.name, functionOf(sources, literal, property, self)]),
  );
}

function functionOf(sources: Sources, at: ts.Node, property: ts.Symbol, self: string | undefined): FunctionSpec {
  const [signature] = sources.checker.getTypeOfSymbolAtLocation(property, at).getCallSignatures();
  const args = signature?.parameters.at(-1);
  if (!signature || !args) throw new Error(`${property.name} is not a function with arguments`);
  const description = ts.displayPartsToString(signature.getDocumentationComment(sources.checker));
  if (!description) throw new Error(`${property.name} has no doc comment`);
  // A function takes plain values or Outputs. A method's arguments declare which of them may be Outputs.
  const flow = self === undefined ? Flow.Output : Flow.Plain;
  const returned = signature.getReturnType();
  const outputs = sources.checker.getAwaitedType(returned) ?? returned;
  const inputs = sources.properties(sources.checker.getTypeOfSymbolAtLocation(args, at), flow);
  return {
    description,
    inputs: objectOf({ ...(self && { __self__: { $ref: self } }), ...inputs }),
    outputs: objectOf(sources.properties(outputs, Flow.Output)),
  };
}

function objectOf(properties: Properties): object {
  const required = Object.entries(properties).filter(([, { optional }]) => !optional);
  return { type: "object", properties, required: required.map(([name]) => name).sort() };
}
