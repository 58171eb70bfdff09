import { all, any, anyOf } from "../../kit/logic";
import { isFields, items, type Unknown, unknown, type Value, word } from "../../kit/values";
import { accountsNamed } from "./access";
import { concerns } from "./patterns";
import { does, type Statement, statementsOf } from "./policy-document";
import { conditionsHold, type Request } from "./request";

const path = "role/aws-service-role/pullthroughcache.ecr.amazonaws.com/AWSServiceRoleForECRPullThroughCache";
const anyAccount = "000000000000";

/** The role by which ECR reads the secrets of caches. AWS: "Amazon ECR service-linked role for pull through cache". */
export function pullThroughCacheRole(account: string | Unknown | undefined): string {
  return `arn:aws:iam::${typeof account === "string" ? account : "<account>"}:${path}`;
}

/** The statement of a secret's policy that surely denies that role to read it. Unknown if one may. */
export function denial(
  policy: Value,
  secret: string,
  account: string | Unknown | undefined,
): Statement | Unknown | undefined {
  const statements = statementsOf(policy);
  if (statements === unknown) return unknown;
  const accounts = typeof account === "string" ? [account] : [...accountsNamed(policy), anyAccount];
  const answers = (statements ?? []).map((statement) => ({
    statement,
    denies: agreed(accounts.map((one) => isShutOutBy(statement, secret, one))),
  }));
  const sure = answers.find(({ denies }) => denies === true)?.statement;
  return sure ?? (answers.some(({ denies }) => denies === unknown) ? unknown : undefined);
}

function agreed(answers: readonly (boolean | Unknown)[]): boolean | Unknown {
  return all(answers) === any(answers) ? all(answers) : unknown;
}

function isShutOutBy(statement: Statement, secret: string, account: string): boolean | Unknown {
  const reads = (["some", "every"] as const).map((quantity) =>
    concerns(statement, "secretsmanager:GetSecretValue", secret, quantity),
  );
  const held = requestsFrom(account).map((request) => conditionsHold(statement, request));
  return all([does("Deny", statement), agreed(reads), isNamed(statement, account), agreed(held)]);
}

/**
 * `NotPrincipal` leaves out a role only if it names the account, too. AWS does not say for which services naming the role
 * is enough, nor whom the account alone leaves out. Source: IAM user guide, "NotPrincipal".
 */
function isNamed({ principal, notPrincipal }: Statement, account: string): boolean | Unknown {
  const named = items(isFields(principal) ? principal.AWS : principal);
  const spared = items(isFields(notPrincipal) ? notPrincipal.AWS : notPrincipal);
  if (named === unknown || spared === unknown) return unknown;
  const names = (list: readonly Value[], ...wanted: string[]) =>
    anyOf(list, (one) => wanted.includes(one.replace(/^arn:[^:]*:iam::/, "")));
  const [role, root] = [`${account}:${path}`, `${account}:root`];
  if (notPrincipal === undefined) return names(named, "*", account, root, role);
  if (names(spared, "*") === true) return false;
  const isRole = names(spared, role);
  const isAccount = names(spared, account, root);
  const others = spared.some((one) => /:(?:role|user|assumed-role)\//.test(word(one)));
  if (isRole === false) return isAccount === false || others ? true : unknown;
  return isRole === true && isAccount === true ? false : unknown;
}

/**
 * What is known of that role's requests. They come from AWS's network, and by no endpoint of the account, but perhaps by
 * one of AWS. Sources: "AWS global condition context keys": aws:ViaAWSService is false for service-linked roles.
 */
function requestsFrom(account: string): readonly Request[] {
  return [undefined, "of AWS"].map((network) => ({
    "aws:principalarn": `arn:aws:iam::${account}:${path}`,
    "aws:principalaccount": account,
    "aws:resourceaccount": account,
    "aws:viaawsservice": "false",
    "aws:principalisawsservice": "false",
    "aws:securetransport": "true",
    "aws:sourceip": "of AWS",
    "aws:sourcevpc": network,
    "aws:sourcevpce": network,
  }));
}
