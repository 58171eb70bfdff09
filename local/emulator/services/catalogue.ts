import type { Operations } from "../operation";
import { awsJson } from "../protocols/aws-json";
import { awsQuery } from "../protocols/aws-query";
import type { Protocol, Refusal } from "../protocols/protocol";
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
