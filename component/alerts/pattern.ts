/**
 * The event pattern for attempts of some caches to import an image that did not succeed. AWS documents the status `SUCCESS`
 * only, so everything else counts as a failure. Source: Amazon ECR user guide, "Amazon ECR events and EventBridge".
 */
export function failurePattern(prefixes: readonly string[]): string {
  return JSON.stringify({
    source: ["aws.ecr"],
    "detail-type": ["ECR Pull Through Cache Action"],
    detail: { "sync-status": [{ "anything-but": ["SUCCESS"] }], "ecr-repository-prefix": prefixes },
  });
}
