/** How many images of a repository the lifecycle policy keeps that the pack writes. */
export const defaultKeepImages = 50;

/**
 * A lifecycle policy for any cache. It has no rule for untagged images: ECS resolves a tag once and starts later tasks by
 * digest, so an image that lost its tag may still be pulled. Source: ECS developer guide, "Container image resolution".
 */
export const defaultLifecycle = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      description: `Keep the newest ${defaultKeepImages} images`,
      selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: defaultKeepImages },
      action: { type: "expire" },
    },
  ],
});
