import { repositoryArn } from "../aws";
import type { Cloud } from "../context";
import { namespaceOf } from "../services/ecr/prefixes";
import { sendEvent } from "../services/events/send";
import { type RegistryError, UpstreamFailure } from "./errors";
import type { ImportTarget } from "./importer";

/**
 * Sends EventBridge the result of an import. The Amazon ECR User Guide ("Amazon ECR events and EventBridge") shows only
 * a success. The names `failure-code` and `failure-reason` are from AWS CDK's ECRPullThroughCacheAction. Their values
 * and the status of a failure are not documented: this uses the codes of ECR's ImageFailure, and FAILURE.
 */
export function announceImport(cloud: Cloud, target: ImportTarget, outcome: Outcome): void {
  const { account, region, name, rule, tag } = target;
  sendEvent(cloud, account, region, {
    source: "aws.ecr",
    detailType: "ECR Pull Through Cache Action",
    resources: [repositoryArn(account, region, name)],
    detail: {
      "rule-version": "1",
      "sync-status": outcome.failure === undefined ? "SUCCESS" : "FAILURE",
      "ecr-repository-prefix": namespaceOf(rule.ecrRepositoryPrefix),
      "repository-name": name,
      "upstream-registry-url": rule.upstreamRegistryUrl,
      "image-tag": tag,
      "image-digest": outcome.digest,
      "failure-code": outcome.failure?.code,
      "failure-reason": outcome.failure?.reason,
    },
  });
}

export interface Outcome {
  readonly digest?: string;
  readonly failure?: { readonly code: string; readonly reason: string };
}

/** The details of a failed import. */
export function failureOf(error: RegistryError): Outcome["failure"] {
  return { code: error instanceof UpstreamFailure ? error.failureCode : "ImageNotFound", reason: error.message };
}
