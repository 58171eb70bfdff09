import { type Refusal, refuseAs } from "../errors";
import { modelOf, type ServiceModel } from "../model/model";
import type { Operations } from "../operation";
import { type Protocol, protocolOf } from "../protocols/protocol";
import { cloudControlOperations } from "./cloudcontrol";
import { authorization } from "./ecr/authorization";
import { images } from "./ecr/images";
import { lifecyclePreview } from "./ecr/lifecycle/preview";
import { refuse as refuseEcr } from "./ecr/registry";
import { registrySettings } from "./ecr/registry-settings";
import { repositories } from "./ecr/repositories";
import { repositoryDocuments } from "./ecr/repository-documents";
import { rules } from "./ecr/rules";
import { tagging } from "./ecr/tagging";
import { templates } from "./ecr/templates";
import { rules as eventRules } from "./events/rules";
import { policies } from "./iam/policies";
import { rolePolicies } from "./iam/role-policies";
import { roles } from "./iam/roles";
import { simulation } from "./iam/simulation";
import { schedules } from "./scheduler/schedules";
import { lifecycle } from "./secretsmanager/lifecycle";
import { values } from "./secretsmanager/values";
import { subscriptions } from "./sns/subscriptions";
import { topics } from "./sns/topics";
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

const ecr = {
  ...{ ...authorization, ...images, ...lifecyclePreview, ...registrySettings, ...repositories },
  ...{ ...repositoryDocuments, ...rules, ...tagging, ...templates },
};

/** The services by their name in Signature Version 4. */
export const SERVICES: Readonly<Record<string, Service>> = {
  ecr: service("ecr", ecr, { refuse: refuseEcr }),
  secretsmanager: service("secretsmanager", { ...lifecycle, ...values }),
  // Its permissions are CloudFormation's. Source: service authorization reference, "AWS Cloud Control API".
  cloudcontrolapi: service("cloudcontrolapi", cloudControlOperations, { name: "cloudformation" }),
  events: service("events", eventRules),
  sns: service(
    "sns",
    { ...topics, ...subscriptions },
    { errors: { ...QUERY_ERRORS, accessDenied: "AuthorizationError" } },
  ),
  scheduler: service("scheduler", schedules),
  iam: service("iam", { ...policies, ...rolePolicies, ...roles, ...simulation }),
  sts: service("sts", stsOperations),
};
