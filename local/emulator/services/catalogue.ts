import { type Refusal, refuseAs } from "../errors";
import { modelOf, type ServiceModel } from "../model/model";
import type { Operations } from "../operation";
import { type Protocol, protocolOf } from "../protocols/protocol";
import { cloudControlOperations } from "./cloudcontrol";
import { ecrOperations } from "./ecr";
import { refuse as refuseEcr } from "./ecr/errors";
import { eventsOperations } from "./events";
import { iamOperations } from "./iam";
import { schedulerOperations } from "./scheduler";
import { secretsManagerOperations } from "./secretsmanager";
import { snsOperations } from "./sns";
import { stsOperations } from "./sts";

export interface Service {
  /** In IAM's actions. */
  readonly name: string;
  readonly model: ServiceModel;
  readonly protocol: Protocol;
  readonly operations: Operations;
  readonly refuse: Refusal;
  /** The names of exceptions that every operation may have. */
  readonly errors: typeof JSON_ERRORS;
}

const JSON_ERRORS = {
  unknownKey: "UnrecognizedClientException",
  expired: "ExpiredTokenException",
  accessDenied: "AccessDeniedException",
  throttled: "ThrottlingException",
  invalid: "ValidationException",
};
const QUERY_ERRORS = {
  unknownKey: "InvalidClientTokenId",
  expired: "ExpiredToken",
  accessDenied: "AccessDenied",
  throttled: "Throttling",
  invalid: "ValidationError",
};

function service(signedAs: string, operations: Operations, more: Partial<Service> = {}): Service {
  const model = modelOf(signedAs);
  const errors = model.protocol === "query" ? QUERY_ERRORS : JSON_ERRORS;
  const refuse = refuseAs(errors.invalid);
  return { name: signedAs, model, protocol: protocolOf(model), operations, refuse, errors, ...more };
}

/** The services by their name in Signature Version 4. */
export const SERVICES: Readonly<Record<string, Service>> = {
  ecr: service("ecr", ecrOperations, { refuse: refuseEcr }),
  secretsmanager: service("secretsmanager", secretsManagerOperations),
  // Its permissions are CloudFormation's. Source: service authorization reference, "AWS Cloud Control API".
  cloudcontrolapi: service("cloudcontrolapi", cloudControlOperations, { name: "cloudformation" }),
  events: service("events", eventsOperations),
  sns: service("sns", snsOperations, { errors: { ...QUERY_ERRORS, accessDenied: "AuthorizationError" } }),
  scheduler: service("scheduler", schedulerOperations),
  iam: service("iam", iamOperations),
  sts: service("sts", stsOperations),
};
