// Selections of a lifecycle policy.
export const days = (tagStatus: string, countNumber: number, more: object = {}) => ({
  tagStatus,
  countType: "sinceImagePushed",
  countUnit: "days",
  countNumber,
  ...more,
});
export const expireAny = { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 3 };
export const keep = (countNumber: number, more: object = {}) => ({ ...expireAny, countNumber, ...more });
export const tagged = (...tagPatternList: string[]) => ({ tagStatus: "tagged", tagPatternList });

// Rules.
export const archive = (priority: number, selection: object) => ({
  rulePriority: priority,
  selection: { countType: "sinceImagePulled", countUnit: "days", countNumber: 30, ...selection },
  action: { type: "transition", targetStorageClass: "archive" },
});
export const expire = (priority: number, selection: object) => ({
  rulePriority: priority,
  selection,
  action: { type: "expire" },
});

/** A lifecycle policy of these rules. */
export const rules = (...list: object[]) => JSON.stringify({ rules: list });
