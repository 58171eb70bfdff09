/** A lifecycle policy for any cache: untagged images go after a week, and three images of each repository stay. */
export const defaultLifecycle = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      description: "Expire what a newer pull of the same tag left behind",
      selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 7 },
      action: { type: "expire" },
    },
    {
      rulePriority: 2,
      description: "Keep the newest images",
      selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 3 },
      action: { type: "expire" },
    },
  ],
});
