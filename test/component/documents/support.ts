import { validateLifecyclePolicy } from "../../../component/documents/lifecycle";
import { formatPath } from "../../../component/problems/print";

/** All problems of a document, as `path: message`. */
export function problems(document: unknown): string[] {
  const json = typeof document === "string" ? document : JSON.stringify(document);
  return validateLifecyclePolicy(json).map(({ path, message }) => `${formatPath(path)}: ${message}`);
}

export const EXPIRE = { type: "expire" };
export const ARCHIVE = { type: "transition", targetStorageClass: "archive" };
export const untagged = { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 7 };
export const any = { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 50 };
export const tagged = { tagStatus: "tagged", tagPatternList: ["v*"], countType: "imageCountMoreThan", countNumber: 5 };
export const archived = {
  tagStatus: "any",
  storageClass: "archive",
  countType: "sinceImageTransitioned",
  countUnit: "days",
  countNumber: 90,
};

export function rule(selection: object, action: object = EXPIRE, rulePriority = 1) {
  return { rulePriority, selection, action };
}

export function single(selection: object, action: object = EXPIRE) {
  return { rules: [rule(selection, action)] };
}
