import { AwsError } from "../../errors";

export const invalidParameter = (message: string) => new AwsError("InvalidParameter", `Invalid parameter: ${message}`);

export const notFound = (what: string) => new AwsError("NotFound", `${what} does not exist`);

export const resourceNotFound = () => new AwsError("ResourceNotFound", "Resource does not exist");
