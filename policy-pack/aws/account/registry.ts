import type { AnyResource } from "../../kit/policy";
import { fieldsOf, isList, json, read, text, type Unknown, unknown, type Value } from "../../kit/values";
import { profileRegion } from "./profile-region";

/** How settings may write a Region: its geography, a direction and a number. */
export const regionPattern =
  "[a-z]{2,4}(?:-[a-z]{2,5})?-(?:central|(?:north|south)(?:east|west)?|east|west)-[0-9]{1,2}";

/** Where a regional resource is: the account and Region from its provider and its own `region`. */
export interface Registry {
  readonly provider: string;
  /** The provider's settings that decide the account. They are only compared, never printed. */
  readonly credentials: string | Unknown;
  readonly account: string | Unknown | undefined;
  /** `undefined` stands for the provider's Region if no setting shows it. */
  readonly region: string | Unknown | undefined;
}

const credentialSettings = [
  "accessKey",
  "assumeRoles",
  "assumeRole",
  "assumeRoleWithWebIdentity",
  "endpoints",
  "profile",
  "sharedConfigFiles",
  "sharedCredentialsFiles",
];

/** A cache, because resources are compared in pairs. */
const known = new WeakMap<AnyResource, Registry>();

export function registryOf(resource: AnyResource): Registry {
  const remembered = known.get(resource);
  if (remembered !== undefined) return remembered;
  const settings = resource.provider?.props ?? {};
  const registry: Registry = {
    provider: resource.provider?.urn ?? "",
    credentials: fingerprint(credentialSettings.map((key) => read(settings, key))),
    account: accountOf(resource),
    region: regionOf(resource),
  };
  known.set(resource, registry);
  return registry;
}

/** Whether two resources are in the same account and Region. Unknown if only the deployment will show it. */
export function sameRegistry(a: Registry, b: Registry): boolean | Unknown {
  const region = same(a.region, b.region) ?? (a.provider === b.provider ? true : unknown);
  if (region === false) return false;
  const account = sameAccount(a, b);
  if (account === false) return false;
  return region === true && account === true ? true : unknown;
}

export function sameAccount(a: Registry, b: Registry): boolean | Unknown {
  if (typeof a.account === "string" && typeof b.account === "string") return a.account === b.account;
  if (a.provider === b.provider) return true;
  return typeof a.credentials === "string" && a.credentials === b.credentials ? true : unknown;
}

function same(a: string | Unknown | undefined, b: string | Unknown | undefined): boolean | Unknown | undefined {
  if (a === unknown || b === unknown) return unknown;
  if (a === undefined || b === undefined) return a === b ? undefined : unknown;
  return a === b;
}

function regionOf(resource: AnyResource): string | Unknown | undefined {
  const own = text(read(resource.props, "region"));
  if (typeof own === "string") return own;
  // In a preview the provider has not filled in its Region yet. Only a Region from another resource is really unknown.
  if (own === unknown && isFed(resource, "region")) return unknown;
  const settings = resource.provider?.props ?? {};
  return (
    text(read(settings, "region")) ??
    text(process.env.AWS_REGION) ??
    text(process.env.AWS_DEFAULT_REGION) ??
    profileRegion(settings)
  );
}

/** Whether another resource feeds the property. If not, an unknown value is only the provider's default. */
export function isFed(resource: AnyResource, property: string): boolean {
  return resource.propertyDependencies === undefined || (resource.propertyDependencies[property] ?? []).length > 0;
}

/** Reads a property that AWS fills in if it is not given. A preview then shows it as unknown. */
export function given(resource: AnyResource, property: string): Value {
  return givenPart(resource, property, read(resource.props, property));
}

/** The same for a part of a property, such as the key of a replica. */
export function givenPart(resource: AnyResource, property: string, part: Value): Value {
  return part === unknown && !isFed(resource, property) ? undefined : part;
}

const arnAccount = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/;

function accountOf(resource: AnyResource): string | Unknown | undefined {
  const registryId = text(read(resource.props, "registryId"));
  if (typeof registryId === "string") return registryId;
  const arn = text(read(resource.props, "arn"));
  const account = typeof arn === "string" ? arnAccount.exec(arn)?.[1] : undefined;
  return account ?? providerAccount(resource) ?? (registryId === unknown || arn === unknown ? unknown : undefined);
}

/** The roles that a provider assumes, in its order. The last one decides. `assumeRole` is from @pulumi/aws 6. */
const roleSettings = ["assumeRoleWithWebIdentity", "assumeRole", "assumeRoles"];

/** Providers hold nested settings as JSON text. */
function providerAccount(resource: AnyResource): string | undefined {
  const settings = resource.provider?.props ?? {};
  const allowed = json(read(settings, "allowedAccountIds"));
  const [only, ...others] = isList(allowed) ? allowed : [];
  if (typeof only === "string" && others.length === 0) return only;
  const roles = roleSettings
    .flatMap((setting): readonly Value[] => {
      const value = json(read(settings, setting));
      return isList(value) ? value : [value];
    })
    .filter((role) => role !== undefined && role !== null);
  const last = fieldsOf(roles.at(-1)).roleArn;
  return typeof last === "string" ? arnAccount.exec(last)?.[1] : undefined;
}

function fingerprint(values: readonly Value[]): string | Unknown {
  let open = false;
  const text = JSON.stringify(values, (_key, value: unknown) => {
    if (value === unknown) open = true;
    return value;
  });
  return open ? unknown : text;
}
