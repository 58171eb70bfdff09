import { AwsError } from "../../errors";

export const noSuchEntity = (message: string) => new AwsError("NoSuchEntity", message);
export const alreadyExists = (message: string) => new AwsError("EntityAlreadyExists", message);
export const deleteConflict = (message: string) => new AwsError("DeleteConflict", message);
export const limitExceeded = (message: string) => new AwsError("LimitExceeded", message);
export const malformedPolicy = (message: string) => new AwsError("MalformedPolicyDocument", message);
export const invalidInput = (message: string) => new AwsError("InvalidInput", message);
export const unmodifiable = (message: string) => new AwsError("UnmodifiableEntity", message);
