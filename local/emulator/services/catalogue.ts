import type { Operations } from "../operation";
import { awsJson } from "../protocols/aws-json";
import { awsQuery } from "../protocols/aws-query";
import type { Protocol, Refusal } from "../protocols/protocol";
import { restJson } from "../protocols/rest-json";
import { cloudControlOperations, refuse as refuseCloudControl } from "./cloudcontrol";
import { ecrOperations } from "./ecr";
import { refuse as refuseEcr } from "./ecr/errors";
import { eventsOperations } from "./events";
import { refuse as refuseEvents } from "./events/errors";
import { iamOperations } from "./iam";
import { refuse as refuseIam } from "./iam/errors";
import { schedulerOperations } from "./scheduler";
import { refuse as refuseScheduler } from "./scheduler/errors";
import { secretsManagerOperations } from "./secretsmanager";
import { refuse as refuseSecretsManager } from "./secretsmanager/errors";
import { snsOperations } from "./sns";
import { refuse as refuseSns } from "./sns/errors";
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
  // Its permissions are CloudFormation's. Source: service authorization reference, "AWS Cloud Control API".
  cloudcontrolapi: {
    name: "cloudformation",
    protocol: awsJson("CloudApiService", "application/x-amz-json-1.0"),
    operations: cloudControlOperations,
    refuse: refuseCloudControl,
    errors: JSON_ERRORS,
  },
  events: {
    name: "events",
    protocol: awsJson("AWSEvents"),
    operations: eventsOperations,
    refuse: refuseEvents,
    errors: JSON_ERRORS,
  },
  sns: {
    name: "sns",
    protocol: awsQuery("http://sns.amazonaws.com/doc/2010-03-31/"),
    operations: snsOperations,
    refuse: refuseSns,
    errors: { ...QUERY_ERRORS, accessDenied: "AuthorizationError" },
  },
  scheduler: {
    name: "scheduler",
    protocol: restJson([
      { operation: "CreateSchedule", method: "POST", path: "/schedules/{Name}" },
      { operation: "UpdateSchedule", method: "PUT", path: "/schedules/{Name}" },
      { operation: "GetSchedule", method: "GET", path: "/schedules/{Name}", query: { groupName: "GroupName" } },
      {
        operation: "DeleteSchedule",
        method: "DELETE",
        path: "/schedules/{Name}",
        query: { groupName: "GroupName", clientToken: "ClientToken" },
      },
    ]),
    operations: schedulerOperations,
    refuse: refuseScheduler,
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
