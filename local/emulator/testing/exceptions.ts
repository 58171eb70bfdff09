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

/** Exceptions of all services, which are not in the services' models, with their HTTP statuses. */
const COMMON: { readonly [name: string]: number } = {
  AccessDenied: 403,
  AccessDeniedException: 400,
  ExpiredToken: 403,
  ExpiredTokenException: 403,
  InternalFailure: 500,
  InvalidClientTokenId: 403,
  InvalidSignatureException: 403,
  SerializationException: 400,
  Throttling: 400,
  ThrottlingException: 400,
  UnknownOperationException: 404,
  UnrecognizedClientException: 400,
  ValidationError: 400,
  ValidationException: 400,
};

/** Asserts that the service's model in the AWS SDK has the exception that came back, with this HTTP status. */
export function assertInModel(error: Error): void {
  const has = (client: Client) => client[error.name] !== undefined && error instanceof (client[error.name] as Class);
  const client = CLIENTS.find(has);
  const { $metadata } = error as Error & { $metadata: { httpStatusCode?: number } };
  const assertStatus = (wanted: number) =>
    assert.equal($metadata.httpStatusCode, wanted, `the HTTP status of ${error.name}`);
  if (client === undefined) {
    assert.ok(error.name in COMMON, `${error.name} is in no model`);
    assertStatus(COMMON[error.name] ?? 0);
    return;
  }
  const [, , , traits] = client[`${error.name}$`] as [kind: number, namespace: string, name: string, traits: unknown];
  const { httpError = 400 } = traits as { httpError?: number };
  // botocore's model of Cloud Control API has no statuses.
  assertStatus(client === cloudControl ? 400 : httpError);
}
