import type { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { AwsError } from "../../errors";
import { type OperationsOf, operation } from "../../operation";
import { parsePolicyAs, SECRET_POLICY } from "../../policy/document";
import { letsStrangersIn } from "../../policy/strangers";
import { findSecret, findUsableSecret, secretResource } from "./secrets";

const malformed = (reason: string) =>
  new AwsError("MalformedPolicyDocumentException", `This resource policy contains a syntax error: ${reason}`);

export const resourcePolicy: OperationsOf<SecretsManager> = {
  PutResourcePolicy: operation((input, context) => {
    const secret = findUsableSecret(input, context);
    const statements = parsePolicyAs(input.ResourcePolicy, SECRET_POLICY, malformed);
    if (input.BlockPublicPolicy && letsStrangersIn(statements)) {
      throw new AwsError("PublicPolicyException", "The resource policy grants access to everybody.");
    }
    secret.ResourcePolicy = input.ResourcePolicy;
    return secret;
  }, secretResource),
  GetResourcePolicy: operation(findSecret, secretResource),
  DeleteResourcePolicy: operation((input, context) => {
    const secret = findUsableSecret(input, context);
    secret.ResourcePolicy = undefined;
    return secret;
  }, secretResource),
};
