import { type Unknown, unknown, type Value } from "../kit/values";
import type { Condition } from "./policy-document";

const account = (value: string) => /^\d{12}$/.test(value);
const organization = (value: string) => /^o-[a-z0-9]+$/.test(value);
const organizationPath = (value: string) => /^o-[a-z0-9]+\//.test(value);
const arn = (value: string) => {
  const [prefix, partition, service, , owner, resource] = value.split(":");
  if (prefix !== "arn" || /[*?]/.test(`${partition}${service}`)) return false;
  return account(owner ?? "") || (owner === "" && service === "s3" && !/^[*?]/.test(resource ?? "*"));
};
const network = (value: string) => /^vpce?-[a-z0-9]+$/.test(value);
const user = (value: string) => !/^[*?]/.test(value);

/** What each condition key must equal to mean a few known parties. Keys that a stranger can satisfy are not here. */
const identityKeys: Readonly<Record<string, (value: string) => boolean>> = {
  "aws:principalorgid": organization,
  "aws:principalorgpaths": organizationPath,
  "aws:principalaccount": account,
  "aws:principalarn": arn,
  "aws:userid": user,
  "aws:sourceaccount": account,
  "aws:sourceowner": account,
  "aws:sourcearn": arn,
  "aws:sourceorgid": organization,
  "aws:sourceorgpaths": organizationPath,
  "aws:sourcevpc": network,
  "aws:sourcevpce": network,
};
const variable = (key: string) => `\${${key}}`;
/** The resource's side of a comparison with the caller's own account or organization. */
const variables: Readonly<Record<string, string>> = {
  "aws:resourceaccount": variable("aws:principalaccount"),
  "aws:resourceorgid": variable("aws:principalorgid"),
};
const widestNetwork = { v4: 8, v6: 32 };

const positive = /^(?:foranyvalue:)?(?:stringequals|stringequalsignorecase|stringlike|arnequals|arnlike)$/;
const negative =
  /^(?:forallvalues:)?(?:stringnotequals|stringnotequalsignorecase|stringnotlike|arnnotequals|arnnotlike)(?:ifexists)?$/;

/**
 * Whether the conditions of an `Allow` keep it to a few known parties. `...IfExists` and `ForAllValues:` do not: they
 * hold for a caller who lacks the key. An organization is a few known parties.
 */
export function restricts(conditions: readonly Condition[] | Unknown): boolean | Unknown {
  if (conditions === unknown) return unknown;
  const answers = conditions.map((condition) =>
    condition.operator === "ipaddress" && condition.key === "aws:sourceip"
      ? every(condition.values, narrowNetwork)
      : positive.test(condition.operator) && identifies(condition),
  );
  if (answers.includes(true)) return true;
  return answers.includes(unknown) ? unknown : false;
}

/** Whether the conditions of a `Deny` shut out everyone but a few known parties. */
export function shutsOutOthers(conditions: readonly Condition[] | Unknown): boolean | Unknown {
  if (conditions === unknown) return unknown;
  const [only, ...others] = conditions;
  return only !== undefined && others.length === 0 && negative.test(only.operator) && identifies(only);
}

function identifies(condition: Condition): boolean | Unknown {
  const variable = variables[condition.key];
  if (variable !== undefined) return every(condition.values, (value) => value.toLowerCase() === variable);
  const names = identityKeys[condition.key];
  return names !== undefined && every(condition.values, (value) => !value.includes("${") && names(value));
}

function every(values: readonly Value[] | Unknown, holds: (value: string) => boolean): boolean | Unknown {
  if (values === unknown) return unknown;
  if (values.some((value) => value !== unknown && !(typeof value === "string" && holds(value)))) return false;
  return values.includes(unknown) ? unknown : true;
}

function narrowNetwork(range: string): boolean {
  const [address = "", bits] = range.split("/");
  return bits === undefined || Number(bits) >= (address.includes(":") ? widestNetwork.v6 : widestNetwork.v4);
}
