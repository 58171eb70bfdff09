import { ALERTS } from "./alerts";
import { ECR } from "./ecr";
import { IAM } from "./iam";
import type { Kinds } from "./kind";
import { SECRETS_MANAGER } from "./secrets-manager";

/** The types of resources that this provider calls AWS for. */
export const KINDS: Kinds = { ...ECR, ...SECRETS_MANAGER, ...IAM, ...ALERTS };
