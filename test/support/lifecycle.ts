/** A lifecycle policy that keeps the newest images, as JSON. */
export function keepNewest(countNumber: number): string {
  return JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber },
        action: { type: "expire" },
      },
    ],
  });
}
