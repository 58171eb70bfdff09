import { ACCOUNT, type Call } from "../cloud";
import { spoilt } from "../values";
import { role } from "./calls";
import { texts } from "./samples";

/** ARNs of roles with every kind of path and name, and texts that are no ARN of a role. */
export const roleArnSamples = () => {
  const path = (length: number) => `${"p".repeat(length)}/`;
  const arns = ["name", "team/name", "team/sub/name", `${path(509)}name`, `${path(510)}name`, `${path(511)}name`]
    .concat(["a".repeat(64), "a".repeat(65), "", "/", "/name", "team//name", "team/", "*", "team/*", "t*/name", "!~/n"])
    .map((name) => `arn:aws:iam::${ACCOUNT}:role/${name}`);
  const others = ["arn:aws-us-gov", "arn:aws-cn", "arn:AWS", "arn", "aws"].map((start) =>
    (arns[1] ?? "").replace("arn:aws", start),
  );
  return [...arns, ...others, ...arns.slice(0, 2).flatMap(spoilt), ...texts("iam", "arnType")];
};

/** A role's ARN as IAM makes it from a path and a name. Other texts are not roles. */
export function roleOf(arn: string): Call[] {
  const [, account, path = "", name = ""] = /^arn:aws[a-z-]*:iam::(\d{12}):role(\/(?:.*\/)?)([^/]*)$/s.exec(arn) ?? [];
  return [account === undefined ? role({ RoleName: "" }) : role({ Path: path, RoleName: name })];
}

/** The account in an ARN of IAM. */
export const accountIn = (text: string) => /::(\d{12}):/.exec(text)?.[1];
