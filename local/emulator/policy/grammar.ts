import { isIP } from "node:net";

/*
 * What AWS accepts inside a policy's elements. Sources: IAM user guide, "Grammar of the IAM JSON policy language" and
 * "IAM JSON policy elements: Condition operators"; the refusals of real IAM that moto records, in
 * moto/iam/policy_validation.py.
 */

/** Reasons why a value is not accepted, or undefined. */
type Complaint = string | undefined;

const VENDOR = /^[A-Za-z0-9.-]+$/;
const PARTITIONS = /^(?:aws|aws-cn|aws-us-gov|\*)$/;

export function actionComplaint(action: string): Complaint {
  if (action === "*") return undefined;
  const [vendor = "", name, ...more] = action.split(":");
  if (name === undefined) return "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
  if (more.length > 0) return "Actions/Condition can contain only one colon.";
  if (!VENDOR.test(vendor)) return `Vendor ${vendor} is not valid`;
  return /^[A-Za-z0-9*?]+$/.test(name) ? undefined : `${action} is no action`;
}

/** IAM's own resources, and S3's, are in no Region. */
const GLOBAL_SERVICES = ["iam", "s3"];
const IAM_PATHS =
  /^(?:\*|(?:user|federated-user|role|group|instance-profile|mfa|server-certificate|policy|sms-mfa|saml-provider|oidc-provider|report|access-report)\/)/;

/** A policy variable, whose name may have colons, or what an old document has in its place. */
const VARIABLE = /\$\{(?:\$\}\{)?[^}]*\}/g;

export function resourceComplaint(resource: string): Complaint {
  if (resource === "*") return undefined;
  const [head, partition = "", vendor = "", region = "", account = "", ...path] = resource
    .replace(VARIABLE, "*")
    .split(":");
  if (head !== "arn") return `Resource ${resource} must be in ARN format or "*".`;
  if (path.length === 0) return "The policy failed legacy parsing";
  if (!PARTITIONS.test(partition)) return `Partition "${partition}" is not valid for resource "${resource}".`;
  if (!VENDOR.test(vendor)) return "Resource vendor must be fully qualified and cannot contain regexes.";
  if (GLOBAL_SERVICES.includes(vendor) && region !== "")
    return `Resource ${resource} can not contain region information.`;
  if (vendor === "iam" && !IAM_PATHS.test(path.join(":"))) return `${resource} names nothing of IAM`;
  // Not IAM's refusal, but what an ARN is: AWS General Reference, "Amazon Resource Names".
  const right = /^[a-z0-9*?-]*$/.test(region) && /^(?:[0-9]{12}|aws|[0-9]*[*?][0-9*?]*|)$/.test(account);
  return right && path.join(":") !== "" ? undefined : `Resource ${resource} must be in ARN format or "*".`;
}

/** AWS accepts no wildcard inside a principal's ARN. */
const AWS_PRINCIPAL =
  /^(?:\*|\d{12}|arn:aws[a-z-]*:(?:iam|sts)::\d{12}:(?:root|(?:user|role|assumed-role|federated-user)\/[^\s*]+))$/;
const PRINCIPALS: Readonly<Record<string, RegExp>> = {
  AWS: AWS_PRINCIPAL,
  Service: /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?$/,
  Federated: /^(?:arn:aws[a-z-]*:iam::\d{12}:(?:saml|oidc)-provider\/\S+|[a-z0-9-]+(?:\.[a-z0-9-]+)+)$/,
  CanonicalUser: /^[0-9a-f]{64}$/,
};

export function principalComplaint(type: string, value: string): Complaint {
  if (!Object.hasOwn(PRINCIPALS, type)) return `Unknown principal type ${type}`;
  return PRINCIPALS[type]?.test(value) ? undefined : `Invalid principal in policy: "${type.toUpperCase()}":"${value}"`;
}

const isTruth = (value: string) => /^(?:true|false)$/i.test(value);
const isNumber = (value: string) => /^-?\d+(?:\.\d+)?$/.test(value);
const isDate = (value: string) =>
  /^\d+$/.test(value) ||
  (/^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?$/.test(value) && !Number.isNaN(Date.parse(value)));
const isRange = (value: string) => {
  const [address = "", prefix, ...more] = value.split("/");
  const family = isIP(address);
  const within = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
  return family !== 0 && within && more.length === 0;
};

/** The kinds of condition operators, with the values that they take. */
const OPERATORS: readonly (readonly [names: RegExp, accepts: (value: string) => boolean])[] = [
  [/^String(?:(?:Not)?Equals(?:IgnoreCase)?|(?:Not)?Like)$/, () => true],
  [/^Numeric(?:(?:Not)?Equals|(?:LessThan|GreaterThan)(?:Equals)?)$/, isNumber],
  [/^Date(?:(?:Not)?Equals|(?:LessThan|GreaterThan)(?:Equals)?)$/, isDate],
  [/^(?:Bool|Null)$/, isTruth],
  [/^BinaryEquals$/, (value) => /^[A-Za-z0-9+/]*={0,2}$/.test(value)],
  [/^(?:Not)?IpAddress$/, isRange],
  [/^Arn(?:Not)?(?:Equals|Like)$/, () => true],
];

export function conditionComplaint(operator: string, key: string, values: readonly unknown[]): Complaint {
  const [, name = ""] = /^(?:ForAllValues:|ForAnyValue:)?(.*?)(?:(?<!^Null)IfExists)?$/.exec(operator) ?? [];
  const kind = OPERATORS.find(([names]) => names.test(name));
  if (kind === undefined || operator.endsWith("NullIfExists")) return `Invalid Condition type : ${operator}`;
  if (!/^[A-Za-z0-9.-]+:\S+$/.test(key)) {
    return "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
  }
  if (values.length === 0) return `The condition on ${key} has no value`;
  const wrong = values.find((value) => {
    if (!["string", "number", "boolean"].includes(typeof value)) return true;
    // A policy variable is replaced when a request is made.
    return !String(value).includes("${") && !kind[1](String(value));
  });
  return wrong === undefined && !values.includes(undefined)
    ? undefined
    : `${key} has a value that ${operator} does not take`;
}
