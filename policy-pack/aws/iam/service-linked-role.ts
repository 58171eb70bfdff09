import { globMatches } from "../../kit/glob";
import { all } from "../../kit/logic";
import { isFields, items, type Unknown, unknown, type Value, word } from "../../kit/values";
import { everybody, type Holds, holdsFor, type Keys, nobody } from "./conditions";
import { matching } from "./permits";
import { does, type Statement, statementsOf } from "./policy-document";

const path = "role/aws-service-role/pullthroughcache.ecr.amazonaws.com/AWSServiceRoleForECRPullThroughCache";
const anyAccount = "000000000000";

/** The role by which ECR reads the secrets of caches. AWS: "Amazon ECR service-linked role for pull through cache". */
export function pullThroughCacheRole(account: string | Unknown | undefined): string {
  return `arn:aws:iam::${typeof account === "string" ? account : "<account>"}:${path}`;
}

/** The statements of a secret's policy that surely deny that role to read it. */
export function denials(policy: Value, account: string | Unknown | undefined): readonly Statement[] {
  const statements = statementsOf(policy);
  if (statements === unknown) return [];
  return (statements ?? []).filter((statement) => isShutOutBy(statement, account) === true);
}

function isShutOutBy(statement: Statement, account: string | Unknown | undefined): boolean | Unknown {
  const { action, notAction, notResource, conditions } = statement;
  if (conditions === unknown || notResource === unknown || notResource.length > 0) return unknown;
  const reads = matching(action, notAction, (one) => globMatches(one.toLowerCase(), "secretsmanager:getsecretvalue"));
  const held = conditions.map((condition) => holdsFor(condition, {}, keysOf(account)).every);
  return all([does("Deny", statement), reads, isNamed(statement, account), ...held]);
}

/**
 * `NotPrincipal` leaves out only the roles and users that it names, also if it names their account. AWS: IAM user guide,
 * "NotPrincipal with Deny". What an account alone leaves out is not decided.
 */
function isNamed({ principal, notPrincipal }: Statement, account: string | Unknown | undefined): boolean | Unknown {
  const named = items(isFields(principal) ? principal.AWS : principal);
  const spared = items(isFields(notPrincipal) ? notPrincipal.AWS : notPrincipal);
  if (named === unknown || spared === unknown) return unknown;
  if (notPrincipal === undefined) {
    const owners = typeof account === "string" ? ["*", account, `arn:aws:iam::${account}:root`] : ["*"];
    return named.some((one) => owners.includes(word(one)) || word(one).endsWith(path));
  }
  if (spared.includes(unknown) || spared.some((one) => word(one) === "*" || word(one).endsWith(path))) return false;
  return spared.some((one) => /:(?:role|user|assumed-role)\//.test(word(one)));
}

const only = (matches: boolean): Holds => (matches ? everybody : nobody);

/**
 * What is known of that role's requests. They come from AWS's network, and by no endpoint of the account. Sources: "AWS
 * global condition context keys": aws:ViaAWSService is false for service-linked roles.
 */
function keysOf(account: string | Unknown | undefined): Keys {
  const arn = `arn:aws:iam::${anyAccount}:${path}`;
  const isOwn = (value: string) => only(typeof account !== "string" || value === account);
  return {
    "aws:principalarn": [
      "always",
      (value) => only(globMatches(value.replace(/:(?:\d{12}|\*):/, `:${anyAccount}:`), arn)),
    ],
    "aws:principalaccount": ["always", isOwn],
    "aws:resourceaccount": ["always", isOwn],
    "aws:viaawsservice": ["always", (value) => only(value.toLowerCase() === "false")],
    "aws:principalisawsservice": ["always", (value) => only(value.toLowerCase() === "false")],
    "aws:securetransport": ["always", (value) => only(value.toLowerCase() === "true")],
    "aws:sourcevpc": ["maybe", () => nobody],
    "aws:sourcevpce": ["maybe", () => nobody],
    "aws:sourceip": ["always", (range) => only(/\/0$/.test(range))],
  };
}
