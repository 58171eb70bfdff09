import { AwsError } from "../../errors";
import { read, write } from "../../operation";
import { MalformedPolicy, parsePolicy, RESOURCE_POLICY, type Statement } from "../../policy/document";
import { letsStrangersIn } from "../../policy/strangers";
import { boolean, required, structure } from "../../validation/shape";
import { findSecret, findUsableSecret, identity, secretResource } from "./secrets";
import * as shape from "./shapes";

function parse(text: string): Statement[] {
  try {
    return parsePolicy(text, RESOURCE_POLICY);
  } catch (error) {
    if (!(error instanceof MalformedPolicy)) throw error;
    throw new AwsError(
      "MalformedPolicyDocumentException",
      `This resource policy contains a syntax error: ${error.message}`,
    );
  }
}

export const PutResourcePolicy = write(
  structure({
    SecretId: required(shape.secretId),
    ResourcePolicy: required(shape.policy),
    BlockPublicPolicy: boolean(),
  }),
  (input, context) => {
    const secret = findUsableSecret(input, context);
    const statements = parse(input.ResourcePolicy);
    if (input.BlockPublicPolicy && letsStrangersIn(statements)) {
      throw new AwsError("PublicPolicyException", "The resource policy grants access to everybody.");
    }
    secret.policy = input.ResourcePolicy;
    return identity(secret);
  },
  secretResource,
);

export const GetResourcePolicy = read(
  shape.secretOnly,
  (input, context) => {
    const secret = findSecret(input, context);
    return { ...identity(secret), ResourcePolicy: secret.policy };
  },
  secretResource,
);

export const DeleteResourcePolicy = write(
  shape.secretOnly,
  (input, context) => {
    const secret = findUsableSecret(input, context);
    secret.policy = undefined;
    return identity(secret);
  },
  secretResource,
);
