import type { ECR } from "@aws-sdk/client-ecr";
import type { OperationsOf } from "../../operation";
import { accountSettings } from "./account-settings";
import { authorization } from "./authorization";
import { images } from "./images";
import { lifecyclePreview } from "./lifecycle/preview";
import { pullTimeExclusions } from "./pull-time-exclusions";
import { registryPolicy } from "./registry-policy";
import { repositories } from "./repositories";
import { repositoryDocuments } from "./repository-documents";
import { rules } from "./rules";
import { scanning } from "./scanning";
import { tagging } from "./tagging";
import { templates } from "./templates";

/** The operations of Amazon ECR that the emulator knows. */
export const ecrOperations: OperationsOf<ECR> = {
  ...accountSettings,
  ...authorization,
  ...images,
  ...lifecyclePreview,
  ...pullTimeExclusions,
  ...registryPolicy,
  ...repositories,
  ...repositoryDocuments,
  ...rules,
  ...scanning,
  ...tagging,
  ...templates,
};
