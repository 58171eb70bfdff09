import type { PolicyPackArgs } from "@pulumi/policy";
import { cacheSecretPrivate } from "./policies/cache-secret-private";
import { cachedRepositoriesAudit } from "./policies/cached-repositories-audit";
import { lambdaImageNotCached } from "./policies/lambda-image-not-cached";
import { noPublicAccess } from "./policies/no-public-access";
import { oneOwner } from "./policies/one-owner";
import { pullPermissionScoped } from "./policies/pull-permission-scoped";
import { repositoryHasLifecycle } from "./policies/repository-has-lifecycle";
import { repositoryScansOnPush } from "./policies/repository-scans-on-push";
import { requiredTags } from "./policies/required-tags";
import { ruleHasCredential } from "./policies/rule-has-credential";
import { ruleHasTemplate } from "./policies/rule-has-template";
import { rulePrefixScanned } from "./policies/rule-prefix-scanned";
import { secretRecoveryWindow } from "./policies/secret-recovery-window";
import { templateHasRole } from "./policies/template-has-role";
import { templateLifecycleExpires } from "./policies/template-lifecycle-expires";
import { templateMutable } from "./policies/template-mutable";
import { upstreamAllowed } from "./policies/upstream-allowed";
import { workloadUsesCache } from "./policies/workload-uses-cache";

/** All policies in the order in which they are listed and run: first those that stop a deployment. */
export const policies: PolicyPackArgs["policies"] = [
  templateLifecycleExpires,
  ruleHasTemplate,
  rulePrefixScanned,
  repositoryScansOnPush,
  repositoryHasLifecycle,
  ruleHasCredential,
  cacheSecretPrivate,
  templateHasRole,
  noPublicAccess,
  upstreamAllowed,
  templateMutable,
  oneOwner,
  pullPermissionScoped,
  workloadUsesCache,
  lambdaImageNotCached,
  requiredTags,
  secretRecoveryWindow,
  cachedRepositoriesAudit,
];
