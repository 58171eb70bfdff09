import { validateLifecyclePolicy } from "../../../component/documents/lifecycle";
import { formatPath } from "../../../component/problems/print";

/** All problems of a lifecycle document, as `path: message`. */
export function problems(document: unknown): string[] {
  const json = typeof document === "string" ? document : JSON.stringify(document);
  return validateLifecyclePolicy(json).map(({ path, message }) => `${formatPath(path)}: ${message}`);
}

export const EXPIRE = { type: "expire" };
export const ARCHIVE = { type: "transition", targetStorageClass: "archive" };
const days = { countUnit: "days", countNumber: 7 };
export const untagged = { tagStatus: "untagged", countType: "sinceImagePushed", ...days };
export const any = { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 50 };
export const unpulled = { tagStatus: "any", countType: "sinceImagePulled", ...days };
export const tagged = { tagStatus: "tagged", tagPatternList: ["v*"], countType: "imageCountMoreThan", countNumber: 5 };
export const prefixed = { tagStatus: "tagged", tagPrefixList: ["v"], countType: "sinceImagePushed", ...days };
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

/** Rules with increasing priorities. */
export function rules(...given: readonly (readonly [selection: object, action: object])[]) {
  return { rules: given.map(([selection, action], index) => rule(selection, action, index + 1)) };
}

/** Rules of every kind that ECR accepts by themselves. */
export const RULES: readonly (readonly [selection: object, action: object])[] = [
  [tagged, EXPIRE],
  [{ ...tagged, tagPatternList: ["*.*.*.*", "x".repeat(128)] }, EXPIRE],
  [{ ...tagged, tagPatternList: ["x".repeat(128), "*.*.*.*"], storageClass: "standard" }, EXPIRE],
  [prefixed, EXPIRE],
  [{ ...prefixed, ...unpulled, tagStatus: "tagged" }, ARCHIVE],
  [untagged, EXPIRE],
  [{ ...archived, tagStatus: "untagged" }, EXPIRE],
  [archived, EXPIRE],
  [any, EXPIRE],
  [unpulled, ARCHIVE],
];

const ROLE = "arn:aws:iam::444455556666:role/team/puller";
const PULL = { Effect: "Allow", Principal: { AWS: ROLE }, Action: "ecr:BatchGetImage" };

const CONDITIONS = [
  { StringEquals: { "aws:PrincipalOrgID": ["o-abcdefghij", "*"] } },
  { "ForAllValues:StringLike": { "aws:sourceArn": "arn:aws:lambda:*:111122223333:function:*" } },
  { ArnNotLikeIfExists: { "aws:sourceArn": "*" }, StringNotEqualsIgnoreCase: { "aws:SourceAccount": "" } },
  { NumericLessThanEquals: { "s3:max-keys": ["10", 2.5] }, Null: { "aws:TokenIssueTime": "true" } },
  { DateGreaterThan: { "aws:CurrentTime": ["2027-01-31T00:00:00Z", "1798761600"] } },
  { Bool: { "aws:SecureTransport": true }, IpAddress: { "aws:SourceIp": ["192.0.2.0/24", "2001:db8::"] } },
  { BinaryEquals: { "aws:key": "QUJD" }, NotIpAddress: { "aws:SourceIp": "\u0024{aws:SourceIp}" } },
];

/** Statements with all of IAM's grammar, without resources. */
export const STATEMENTS: readonly object[] = [
  PULL,
  { ...PULL, Effect: "Deny", Sid: "" },
  { ...PULL, Sid: "Own", Principal: "*" },
  { ...PULL, Principal: { AWS: ["*", "444455556666", "arn:aws:iam::444455556666:root"] } },
  { ...PULL, Principal: { AWS: ["arn:aws-us-gov:iam::444455556666:user/a"] } },
  { ...PULL, Principal: { AWS: "arn:aws:sts::444455556666:assumed-role/a/b" } },
  { ...PULL, Principal: { AWS: "arn:aws:sts::444455556666:federated-user/a" } },
  { ...PULL, Principal: { Service: ["ecr.amazonaws.com"], Federated: "accounts.google.com" } },
  { ...PULL, Effect: "Deny", Principal: undefined, NotPrincipal: { AWS: ROLE }, Action: undefined, NotAction: "ecr:*" },
  { ...PULL, Action: ["*", "ecr:Batch*", "ECR:Get?"] },
  ...CONDITIONS.map((Condition) => ({ ...PULL, Condition })),
];
