import assert from "node:assert/strict";
import * as cloudControl from "@aws-sdk/client-cloudcontrol";
import * as ecr from "@aws-sdk/client-ecr";
import * as events from "@aws-sdk/client-eventbridge";
import * as iam from "@aws-sdk/client-iam";
import * as scheduler from "@aws-sdk/client-scheduler";
import * as secretsManager from "@aws-sdk/client-secrets-manager";
import * as sns from "@aws-sdk/client-sns";
import * as sts from "@aws-sdk/client-sts";

type Client = Readonly<Record<string, unknown>>;
type Class = abstract new (...args: never[]) => unknown;

const CLIENTS: readonly Client[] = [cloudControl, ecr, events, iam, scheduler, secretsManager, sns, sts];

/** Exceptions of all services, which are not in the services' models. */
const COMMON = [
  "AccessDenied",
  "AccessDeniedException",
  "ExpiredToken",
  "ExpiredTokenException",
  "InternalFailure",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "SerializationException",
  "Throttling",
  "ThrottlingException",
  "UnknownOperationException",
  "UnrecognizedClientException",
  "ValidationError",
  "ValidationException",
];

/** Asserts that the service's model in the AWS SDK has the exception that came back, with this HTTP status. */
export function assertInModel(error: Error): void {
  const has = (client: Client) => client[error.name] !== undefined && error instanceof (client[error.name] as Class);
  const client = CLIENTS.find(has);
  if (client === undefined) {
    assert.ok(COMMON.includes(error.name), `${error.name} is in no model`);
    return;
  }
  const [, , , traits] = client[`${error.name}$`] as [kind: number, namespace: string, name: string, traits: unknown];
  const { httpError = 400 } = traits as { httpError?: number };
  // botocore's model of Cloud Control API has no statuses.
  const expected = client === cloudControl ? 400 : httpError;
  const { $metadata } = error as Error & { $metadata: { httpStatusCode?: number } };
  assert.equal($metadata.httpStatusCode, expected, `the HTTP status of ${error.name}`);
}
