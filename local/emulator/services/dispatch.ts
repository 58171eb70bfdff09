import { parseArn } from "../aws";
import type { CallContext, Cloud } from "../context";
import { AwsError } from "../errors";
import type { Operations } from "../operation";
import { isAllowed } from "../policy/authorize";
import { parsePolicy, REPOSITORY_POLICY, RESOURCE_POLICY, type Statement } from "../policy/document";
import type { Principal } from "../policy/principal";
import { awsJson } from "../protocols/aws-json";
import { awsQuery } from "../protocols/aws-query";
import type { Protocol, Refusal } from "../protocols/protocol";
import { type Reader, WrongType } from "../validation/shape";
import { ecrOperations } from "./ecr";
import { refuse as refuseEcr } from "./ecr/errors";
import { iamOperations } from "./iam";
import { refuse as refuseIam } from "./iam/errors";
import { secretsManagerOperations } from "./secretsmanager";
import { refuse as refuseSecretsManager } from "./secretsmanager/errors";
import { stsOperations } from "./sts";

export interface Service {
  readonly name: string;
  readonly protocol: Protocol;
  readonly operations: Operations;
  readonly refuse: Refusal;
  /** Exception names differ between the JSON and the query services. */
  readonly errors: { readonly unknownKey: string; readonly expired: string; readonly accessDenied: string };
}

const JSON_ERRORS = {
  unknownKey: "UnrecognizedClientException",
  expired: "ExpiredTokenException",
  accessDenied: "AccessDeniedException",
};
const QUERY_ERRORS = { unknownKey: "InvalidClientTokenId", expired: "ExpiredToken", accessDenied: "AccessDenied" };

/** The services by their name in Signature Version 4. */
export const SERVICES: Readonly<Record<string, Service>> = {
  ecr: {
    name: "ecr",
    protocol: awsJson("AmazonEC2ContainerRegistry_V20150921"),
    operations: ecrOperations,
    refuse: refuseEcr,
    errors: JSON_ERRORS,
  },
  secretsmanager: {
    name: "secretsmanager",
    protocol: awsJson("secretsmanager"),
    operations: secretsManagerOperations,
    refuse: refuseSecretsManager,
    errors: JSON_ERRORS,
  },
  iam: {
    name: "iam",
    protocol: awsQuery("https://iam.amazonaws.com/doc/2010-05-08/"),
    operations: iamOperations,
    refuse: refuseIam,
    errors: QUERY_ERRORS,
  },
  sts: {
    name: "sts",
    protocol: awsQuery("https://sts.amazonaws.com/doc/2011-06-15/"),
    operations: stsOperations,
    refuse: refuseIam,
    errors: QUERY_ERRORS,
  },
};

/** Runs one operation: reads its input, asks IAM, does it and saves what it changed. */
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
  authorize(service, name, operation.resource(value, context), context);
  const output = await operation.run(value, context);
  if (operation.writes) save(service, input, context);
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

/** Calls that AWS answers to anybody who has credentials, or that check permissions themselves. */
const NOT_CHECKED = ["sts:GetCallerIdentity", "sts:AssumeRole"];

function authorize(service: Service, operation: string, resource: string, context: CallContext): void {
  const action = `${service.name}:${operation}`;
  const { principal, account, region, cloud } = context;
  if (NOT_CHECKED.includes(action)) return;
  const owner = parseArn(resource)?.account ?? account;
  const policies = resourcePolicies(cloud, resource);
  if (isAllowed(cloud, { principal, action, resource, account: owner, region }, policies)) return;
  throw new AwsError(
    service.errors.accessDenied,
    `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource}`,
    service.protocol.wire === "query" ? 403 : 400,
  );
}

/** The policies on the thing itself: of a repository and its registry, or of a secret. */
export function resourcePolicies(cloud: Cloud, resource: string): Statement[][] {
  const arn = parseArn(resource);
  if (arn === undefined) return [];
  if (arn.service === "ecr") {
    const state = cloud.store.region(arn.account, arn.region);
    const repository = state.repositories.get(arn.resource.replace(/^repository\//, ""));
    return [
      ...(state.registryPolicy === undefined ? [] : [parsePolicy(state.registryPolicy, RESOURCE_POLICY)]),
      ...(repository?.policy === undefined ? [] : [parsePolicy(repository.policy, REPOSITORY_POLICY)]),
    ];
  }
  if (arn.service !== "secretsmanager") return [];
  const secret = [...cloud.store.region(arn.account, arn.region).secrets.values()].find(
    (held) => held.arn === resource,
  );
  return secret?.policy === undefined ? [] : [parsePolicy(secret.policy, RESOURCE_POLICY)];
}

function save(service: Service, input: unknown, { cloud, account, region }: CallContext): void {
  if (service.name === "iam") return cloud.store.saveGlobal(account);
  if (service.name === "sts") return;
  const named = (input as { registryId?: unknown }).registryId;
  cloud.store.saveRegion(typeof named === "string" ? named : account, region);
}

/** Who an access key belongs to; undefined when nobody was ever given it. */
export function principalOf(cloud: Cloud, accessKeyId: string, sessionToken: string | undefined) {
  const root = /^AKIAROOT(\d{12})$/.exec(accessKeyId)?.[1];
  if (root !== undefined) {
    const principal: Principal = { kind: "root", account: root, arn: `arn:aws:iam::${root}:root` };
    return { account: root, principal, expired: false };
  }
  for (const account of cloud.store.accounts()) {
    const state = cloud.store.global(account);
    const session = state.sessions.get(accessKeyId);
    if (session === undefined) continue;
    const role = [...state.roles.values()].find(({ arn }) => arn === session.roleArn);
    if (session.sessionToken !== sessionToken || role === undefined) return undefined;
    const principal: Principal = {
      kind: "session",
      account,
      arn: `arn:aws:sts::${account}:assumed-role/${role.name}/${session.sessionName}`,
      roleArn: role.arn,
      roleId: role.id,
      sessionName: session.sessionName,
    };
    return { account, principal, expired: session.expiresAt <= cloud.clock.now() };
  }
  return undefined;
}
