import { ECR } from "./ecr";
import { EVENTS } from "./events";
import { IAM } from "./iam";
import type { Kinds } from "./kind";
import { SCHEDULER } from "./scheduler";
import { SECRETS_MANAGER } from "./secrets-manager";
import { SNS } from "./sns";

/** The types of resources that this provider calls AWS for. */
export const KINDS: Kinds = { ...ECR, ...SECRETS_MANAGER, ...IAM, ...EVENTS, ...SCHEDULER, ...SNS };
