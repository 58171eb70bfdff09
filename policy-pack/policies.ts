import type { Policies } from "@pulumi/policy";
import { notDecided } from "./kit/undecided";
import { cacheSecretPrivate } from "./policies/cache-secret-private";
import { cacheSecretReadable } from "./policies/cache-secret-readable";
import { cachedImageResolves } from "./policies/cached-image-resolves";
import { cachedRepositoriesAudit } from "./policies/cached-repositories-audit";
import { customRoleWorks } from "./policies/custom-role-works";
import { discoveredRepositoryScans } from "./policies/discovered-repository-scans";
import { encryptionRequired } from "./policies/encryption-required";
import { lambdaImageNotCached } from "./policies/lambda-image-not-cached";
import { noPublicAccess } from "./policies/no-public-access";
import { noPublicRepository } from "./policies/no-public-repository";
import { oneOwner } from "./policies/one-owner";
import { prefixIsNoRepository } from "./policies/prefix-is-no-repository";
import { prefixUsedOnce } from "./policies/prefix-used-once";
import { pullPermissionScoped } from "./policies/pull-permission-scoped";
import { pullerHasPermissions } from "./policies/puller-has-permissions";
import { replicationFiltered } from "./policies/replication-filtered";
import { repositoryHasLifecycle } from "./policies/repository-has-lifecycle";
import { repositoryScansOnPush } from "./policies/repository-scans-on-push";
import { requiredTags } from "./policies/required-tags";
import { rootBesideRepositories } from "./policies/root-beside-repositories";
import { ruleHasCredential } from "./policies/rule-has-credential";
import { ruleHasTemplate } from "./policies/rule-has-template";
import { rulePrefixScanned } from "./policies/rule-prefix-scanned";
import { secretHoldsToken } from "./policies/secret-holds-token";
import { secretRecoveryWindow } from "./policies/secret-recovery-window";
import { templateHasRole } from "./policies/template-has-role";
import { templateKeepsRunningImages } from "./policies/template-keeps-running-images";
import { templateLifecycleBounded } from "./policies/template-lifecycle-bounded";
import { templateLifecycleExpires } from "./policies/template-lifecycle-expires";
import { templateMutable } from "./policies/template-mutable";
import { tokenExpiry } from "./policies/token-expiry";
import { tokenExpiryKnown } from "./policies/token-expiry-known";
import { upstreamAllowed } from "./policies/upstream-allowed";
import { upstreamSupported } from "./policies/upstream-supported";
import { workloadImageListed } from "./policies/workload-image-listed";
import { workloadUsesCache } from "./policies/workload-uses-cache";

/** All policies in the order in which they are listed and run: mandatory ones, advisory ones, and disabled ones. */
export const policies: Policies = [
  templateLifecycleExpires,
  ruleHasTemplate,
  repositoryScansOnPush,
  repositoryHasLifecycle,
  ruleHasCredential,
  secretHoldsToken,
  tokenExpiry,
  cacheSecretPrivate,
  templateHasRole,
  noPublicAccess,
  noPublicRepository,
  upstreamSupported,
  oneOwner,
  rulePrefixScanned,
  templateLifecycleBounded,
  templateMutable,
  pullPermissionScoped,
  workloadUsesCache,
  workloadImageListed,
  lambdaImageNotCached,
  prefixUsedOnce,
  prefixIsNoRepository,
  templateKeepsRunningImages,
  tokenExpiryKnown,
  replicationFiltered,
  rootBesideRepositories,
  customRoleWorks,
  pullerHasPermissions,
  cacheSecretReadable,
  cachedImageResolves,
  upstreamAllowed,
  encryptionRequired,
  requiredTags,
  secretRecoveryWindow,
  discoveredRepositoryScans,
  cachedRepositoriesAudit,
  notDecided,
];
