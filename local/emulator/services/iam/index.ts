import type { IAM } from "@aws-sdk/client-iam";
import type { OperationsOf } from "../../operation";
import { policies } from "./policies";
import { rolePolicies } from "./role-policies";
import { roles } from "./roles";
import { simulation } from "./simulation";

/** The operations of IAM that the emulator knows. */
export const iamOperations: OperationsOf<IAM> = { ...policies, ...rolePolicies, ...roles, ...simulation };
