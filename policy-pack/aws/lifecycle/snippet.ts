/** The lifecycle policy that advice about templates shows. */
export const keepNewest = `
lifecyclePolicy: JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 50 },
      action: { type: "expire" },
    },
  ],
}),`;
