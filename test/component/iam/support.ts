import assert from "node:assert/strict";
import type { Ecr } from "../../../component/iam/ecr";

export const HOME: Ecr = {
  partition: "aws",
  dnsSuffix: "amazonaws.com",
  accountId: "111122223333",
  regions: ["us-east-1"],
};
export const SEVERAL: Ecr = { ...HOME, regions: ["us-east-1", "eu-west-1"] };
export const SOVEREIGN: Ecr = {
  partition: "aws-eusc",
  dnsSuffix: "amazonaws.eu",
  accountId: "111122223333",
  regions: ["eusc-de-east-1"],
};
export const ROLE = "arn:aws:iam::444455556666:role/puller";

export function statements(json: string | undefined): unknown {
  const document = JSON.parse(json ?? "null") as { Version: string; Statement: unknown };
  assert.equal(document.Version, "2012-10-17");
  return document.Statement;
}
