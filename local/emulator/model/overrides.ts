import type { Shape } from "./model";

interface Override {
  readonly shape: Shape;
  readonly source: string;
}

/** Where AWS does something else than its model says, by service and shape. */
export const OVERRIDES: Readonly<Record<string, Readonly<Record<string, Override>>>> = {
  ecr: {
    ScanningRepositoryFilterValue: {
      shape: { type: "string", pattern: "[a-z0-9*]+([._\\-/][a-z0-9*]+)*" },
      source: "the same texts as the model's pattern, on which JavaScript backtracks exponentially",
    },
    TagKey: {
      shape: { type: "string", min: 1, max: 128 },
      source: "AWS General Reference, tag naming limits and requirements; the model has none",
    },
    TagValue: {
      shape: { type: "string", min: 0, max: 256 },
      source: "AWS General Reference, tag naming limits and requirements; the model has none",
    },
  },
  iam: {
    PermissionsBoundaryAttachmentType: {
      shape: { type: "string", enum: ["Policy"] },
      source: "IAM API reference, AttachedPermissionsBoundary: the value is Policy; the model has another word",
    },
  },
};
