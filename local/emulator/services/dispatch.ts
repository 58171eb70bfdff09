import { parseArn } from "../aws";
import type { CallContext } from "../context";
import { AwsError } from "../errors";
import { checked, type Problem, type Scalars, WrongType } from "../model/check";
import { operationModel } from "../model/model";
import { missingPermission } from "../policy/require";
import { isAllowedOn } from "../policy/resource-policies";
import type { Service } from "./catalogue";

/** Runs one operation: reads its input, checks permissions and performs it. */
export async function perform(service: Service, name: string, input: unknown, context: CallContext): Promise<unknown> {
  const operation = Object.hasOwn(service.operations, name) ? service.operations[name] : undefined;
  if (operation === undefined) {
    throw new AwsError("UnknownOperationException", `The emulator does not know the operation ${service.name}:${name}`);
  }
  const value = readInput(service, name, input);
  const resource = operation.resource(value, context);
  authorize(service, name, resource, context);
  return outputOf(service, name, await runDocumented(service, name, () => operation.run(value, context)));
}

/** Exceptions of all services, in the words of those with JSON. */
const COMMON = ["AccessDeniedException", "ThrottlingException"];

/** An exception that the model does not name for the operation is a bug of the emulator. */
async function runDocumented(service: Service, name: string, run: () => unknown): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { errors = [] } = operationModel(service.model, name);
    if ([...errors, ...COMMON, service.errors.invalid].includes(error.code)) throw error;
    throw new Error(`AWS's model has no ${error.code} for ${name}: ${error.message}`);
  }
}

/** The input as the service's model understands it, or the service's refusal. */
export function readInput(service: Service, name: string, input: unknown): unknown {
  const problems: Problem[] = [];
  try {
    const shape = operationModel(service.model, name).input;
    const value = shape === undefined ? {} : checked(service.model, shape, input, service.protocol.scalars, problems);
    if (problems.length > 0) throw service.refuse(problems);
    return value;
  } catch (error) {
    if (error instanceof WrongType) throw new AwsError("SerializationException", error.message);
    throw error;
  }
}

const OUTPUT: Scalars = {
  number: (value) => value,
  boolean: (value) => value,
  timestamp: (value) => (typeof value === "number" ? new Date(value) : undefined),
  empty: () => false,
};

/**
 * The members of an output that the model has. One without a required member, or with another word, is a bug of the
 * emulator. Lengths and patterns are not compared, because AWS's own outputs do not keep them.
 */
function outputOf({ model }: Service, name: string, output: unknown): unknown {
  const shape = operationModel(model, name).output;
  if (shape === undefined) return undefined;
  const problems: Problem[] = [];
  const value = checked(model, shape, output ?? {}, OUTPUT, problems);
  const bug = problems.find(({ constraint }) => /must not be null|enum value/.test(constraint));
  if (bug !== undefined) throw new Error(`${name}: ${bug.at}: ${bug.constraint}`);
  return value;
}

/** Calls that AWS allows to anybody with credentials, or that check permissions themselves. */
const NOT_CHECKED = ["sts:GetCallerIdentity", "sts:AssumeRole"];

/** Source: API reference of Amazon ECR, ListImageReferrers. */
const CHECKED_AS: { readonly [call: string]: string | undefined } = {
  "ecr:ListImageReferrers": "ecr:BatchGetImage",
};

function authorize(service: Service, operation: string, resource: string, context: CallContext): void {
  const call = `${service.name}:${operation}`;
  const action = CHECKED_AS[call] ?? call;
  const { principal, account, region, cloud } = context;
  if (NOT_CHECKED.includes(action)) return;
  context.actions.push(action);
  const named = parseArn(resource)?.account ?? account;
  // AWS's managed policies are in every account.
  const owner = named === "aws" ? account : named;
  if (isAllowedOn(cloud, { principal, action, resource, account: owner, region })) return;
  throw missingPermission(principal, action, resource);
}
