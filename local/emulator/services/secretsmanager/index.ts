import type { SecretsManager } from "@aws-sdk/client-secrets-manager";
import type { OperationsOf } from "../../operation";
import { lifecycle } from "./lifecycle";
import { resourcePolicy } from "./resource-policy";
import { values } from "./values";

/** The operations of AWS Secrets Manager that the emulator knows. */
export const secretsManagerOperations: OperationsOf<SecretsManager> = { ...lifecycle, ...resourcePolicy, ...values };
