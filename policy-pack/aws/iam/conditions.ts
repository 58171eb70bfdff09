import { any, both, not } from "../../kit/logic";
import { own, type Unknown, unknown, type Value, word } from "../../kit/values";
import type { Condition } from "./policy-document";

/**
 * Who makes the request: somebody in that account, or a stranger, who belongs to no account, organization or network
 * that a policy names.
 */
export interface Actor {
  readonly account?: string;
}

/** Whether a condition holds for some such actors, and whether it holds for all of them. */
export interface Holds {
  readonly some: boolean | Unknown;
  readonly every: boolean | Unknown;
}

type Matches = (value: string, actor: Actor, pattern: boolean) => Holds;
type Presence = "always" | "never" | "maybe";

const nobody: Holds = { some: false, every: false };
const everybody: Holds = { some: true, every: true };
const open: Holds = { some: unknown, every: unknown };
/** The caller chooses the value, such as a session tag: the condition holds for those who choose it. */
const chosen: Holds = { some: true, every: false };

// The resource's own account and organization are not the stranger's.
const ownAccount = "000000000000";
const ownOrganization = "o-resource00";
const ownValues: readonly (readonly [RegExp, string])[] = [
  [/\$\{aws:resourceaccount\}/gi, ownAccount],
  [/\$\{aws:resourceorgid\}/gi, ownOrganization],
];

const isPattern = (value: string) => /[*?]/.test(value);
const exactly =
  (form: RegExp): Matches =>
  (value, _actor, pattern) =>
    form.test(value) || (!pattern && !value.includes("${")) ? nobody : wide(value);
const wide = (value: string) => (/^\*+$/.test(value) ? everybody : chosen);

const account: Matches = (value, actor, pattern) => {
  if (value === actor.account) return everybody;
  return exactly(/^\d{12}$/)(value, actor, pattern);
};
const organization = exactly(/^o-[a-z0-9]+$/);
const organizationPath = exactly(/^o-[a-z0-9]+\//);
const network = exactly(/^vpce?-[a-z0-9]+$/);
/** IAM ids are never reused. The root user's id is its account. */
const userId = exactly(/^(?:A[A-Z]{3}[A-Z0-9]{12,}|\d{12})(?::|$)/);
/** An ARN identifies its owner by the account, or by the bucket's name, since the ARN of a bucket has no account. */
const arn: Matches = (value, actor, pattern) => {
  const [prefix, , service = "", region = "", owner = "", ...rest] = value.split(":");
  if (prefix !== "arn" || isPattern(service)) return exactly(/^$/)(value, actor, pattern);
  if (owner !== "" && owner === actor.account) return chosen;
  if (/^\d{12}$/.test(owner)) return nobody;
  const bucket = service === "s3" && region === "" && owner === "" && !/^(?:[*?]|$)/.test(rest.join(":"));
  return bucket ? nobody : exactly(/^$/)(value, actor, pattern);
};
/** When AWS blocks public access, it does not count networks of this size and smaller as public. */
const widestNetwork = { v4: 8, v6: 32 };
const address: Matches = (range) => {
  if (isPattern(range)) return wide(range);
  const [ip = "", bits] = range.split("/");
  const narrow = bits === undefined || Number(bits) >= (ip.includes(":") ? widestNetwork.v6 : widestNetwork.v4);
  return narrow ? nobody : Number(bits) === 0 ? everybody : chosen;
};
const caller =
  (variable: string): Matches =>
  (value) =>
    value.toLowerCase() === `\${${variable}}` ? nobody : chosen;

/**
 * Keys that tell strangers apart from others. Strangers can choose the values of other keys, such as tags. Service keys
 * are absent in a direct call. AWS: "AWS global condition context keys".
 */
const keys: Readonly<Record<string, readonly [Presence, Matches]>> = {
  "aws:principalaccount": ["always", account],
  "aws:principalarn": ["always", arn],
  "aws:userid": ["always", userId],
  "aws:principalorgid": ["maybe", organization],
  "aws:principalorgpaths": ["maybe", organizationPath],
  "aws:sourceaccount": ["maybe", account],
  "aws:sourceowner": ["maybe", account],
  "aws:sourcearn": ["maybe", arn],
  "aws:sourceorgid": ["maybe", organization],
  "aws:sourceorgpaths": ["maybe", organizationPath],
  "aws:sourcevpc": ["maybe", network],
  "aws:sourcevpce": ["maybe", network],
  "aws:sourcevpcarn": ["maybe", arn],
  "aws:vpceaccount": ["maybe", account],
  "aws:vpceorgid": ["maybe", organization],
  "aws:vpceorgpaths": ["maybe", organizationPath],
  "aws:sourceip": ["maybe", address],
  "aws:resourceaccount": ["always", caller("aws:principalaccount")],
  "aws:resourceorgid": ["maybe", caller("aws:principalorgid")],
  "aws:principalisawsservice": ["always", (value) => (value.toLowerCase() === "false" ? everybody : nobody)],
  "aws:principalservicename": ["never", () => nobody],
  "aws:principalservicenameslist": ["never", () => nobody],
};

/** Its parts are: set, kind, not, comparison, not, IfExists. */
export const operator =
  /^(?:(foranyvalue|forallvalues):)?(?:(string|arn)(not)?(equals|equalsignorecase|like)|(not)?ipaddress|bool)(ifexists)?$/;

/** Whether one comparison of a condition block holds for the actor. */
export function holdsFor(condition: Condition, actor: Actor): Holds {
  const known = own(keys, condition.key);
  if (known === undefined) return chosen;
  const [presence, matches] = known;
  if (condition.operator === "null") return isAbsent(condition.values, presence);
  const parts = operator.exec(condition.operator);
  if (parts === null) return chosen;
  const [, set, kind, notEquals, comparison, notAddress, ifExists] = parts;
  const negative = notEquals !== undefined || notAddress !== undefined;
  const pattern = comparison === "like" || kind === "arn";
  const equal = equalsAny(condition.values, (value) => matches(value, actor, pattern));
  const present: Holds = negative ? { some: not(equal.every), every: not(equal.some) } : equal;
  const absent = ifExists !== undefined || set === "forallvalues" || (negative && set === undefined);
  if (presence === "always") return present;
  if (presence === "never") return absent ? everybody : nobody;
  return { some: any([present.some, absent]), every: both(present.every, absent) };
}

function equalsAny(values: readonly Value[] | Unknown, matches: (value: string) => Holds): Holds {
  if (values === unknown) return open;
  const answers = values.map((value) => (value === unknown ? open : matches(withOwnValues(word(value)))));
  return { some: any(answers.map(({ some }) => some)), every: any(answers.map(({ every }) => every)) };
}

function withOwnValues(value: string): string {
  return ownValues.reduce((text, [variable, own]) => text.replace(variable, own), value);
}

function isAbsent(values: readonly Value[] | Unknown, presence: Presence): Holds {
  if (presence === "maybe") return chosen;
  if (values === unknown || values.includes(unknown)) return open;
  const wanted = values.some((value) => word(value).toLowerCase() === (presence === "never" ? "true" : "false"));
  return wanted ? everybody : nobody;
}
