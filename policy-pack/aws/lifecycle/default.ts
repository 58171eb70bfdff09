/** How many images per repository the pack's own lifecycle policy keeps. */
export const defaultKeepImages = 50;

/**
 * A lifecycle policy for any cache. It has no rule for untagged images, because ECS resolves a tag once and starts
 * later tasks by digest. An image that lost its tag may still be pulled. Source: ECS developer guide, "Container image
 * resolution".
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
