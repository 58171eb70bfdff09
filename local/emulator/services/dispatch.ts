import { parseArn } from "../aws";
import type { CallContext } from "../context";
import { AwsError } from "../errors";
import { isAllowed } from "../policy/authorize";
import { missingPermission } from "../policy/require";
import { resourcePolicies } from "../policy/resource-policies";
import { type Reader, WrongType } from "../validation/shape";
import type { Service } from "./catalogue";

/** Runs one operation: reads its input, checks permissions, performs it and saves the changes. */
export async function perform(service: Service, name: string, input: unknown, context: CallContext): Promise<unknown> {
  const operation = Object.hasOwn(service.operations, name) ? service.operations[name] : undefined;
  if (operation === undefined) {
    throw new AwsError(
      "UnknownOperationException",
      `The emulator does not know the operation ${service.name}:${name}`,
      400,
    );
  }
  const reader: Reader = { wire: service.protocol.wire, problems: [] };
  const value = readInput(() => operation.input.read(input, "", reader));
  if (reader.problems.length > 0) throw service.refuse(reader.problems);
  const resource = operation.resource(value, context);
  authorize(service, name, resource, context);
  const output = await operation.run(value, context);
  if (operation.writes) save(service, resource, context);
  return output;
}

function readInput(parse: () => unknown): unknown {
  try {
    return parse();
  } catch (error) {
    if (error instanceof WrongType) throw new AwsError("SerializationException", error.message);
    throw error;
  }
}

/** Calls that AWS allows to anybody with credentials, or that check permissions themselves. */
const NOT_CHECKED = ["sts:GetCallerIdentity", "sts:AssumeRole"];

function authorize(service: Service, operation: string, resource: string, context: CallContext): void {
  const action = `${service.name}:${operation}`;
  const { principal, account, region, cloud } = context;
  if (NOT_CHECKED.includes(action)) return;
  context.actions.push(action);
  const named = parseArn(resource)?.account ?? account;
  // AWS's managed policies are in every account.
  const owner = named === "aws" ? account : named;
  const policies = resourcePolicies(cloud, resource);
  if (isAllowed(cloud, { principal, action, resource, account: owner, region }, policies)) return;
  throw missingPermission(principal, action, resource);
}

function save(service: Service, resource: string, { cloud, account, region }: CallContext): void {
  if (service.name === "iam") cloud.store.saveGlobal(account);
  if (service.name === "iam" || service.name === "sts") return;
  // Another account may have changed the resource.
  cloud.store.saveRegion(parseArn(resource)?.account ?? account, region);
}
