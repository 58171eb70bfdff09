import type { TypeRow } from "../fields";
import { ALERTS } from "./alerts";
import { ECR } from "./ecr";
import { IAM } from "./iam";
import { SECRETS_MANAGER } from "./secrets-manager";

export { RECORDED } from "./recorded";

/**
 * The resource types of this provider, as the AWS provider for Terraform 6 (which Pulumi's version 7 bridges) defines
 * them. Programs should see no difference to the real provider. If there is one, add a line here.
 */
export const TABLE: Readonly<Record<string, TypeRow>> = { ...ECR, ...SECRETS_MANAGER, ...IAM, ...ALERTS };
