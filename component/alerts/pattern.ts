/**
 * The event pattern for failed imports by some caches. AWS documents only the status `SUCCESS`, so everything else
 * counts as a failure. Source: Amazon ECR user guide, "Amazon ECR events and EventBridge".
 */
export function failurePattern(prefixes: readonly string[]): string {
  return JSON.stringify({
    source: ["aws.ecr"],
    "detail-type": ["ECR Pull Through Cache Action"],
    detail: { "sync-status": [{ "anything-but": ["SUCCESS"] }], "ecr-repository-prefix": prefixes },
  });
}
