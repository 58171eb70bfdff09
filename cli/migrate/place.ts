import type { Problem, StateResource } from "./entry";

/** Which of the places in a state to take. */
export interface Wanted {
  readonly account?: string;
  readonly region?: string;
  /** The alias of a Terraform provider, for states that do not say the Region. */
  readonly provider?: string;
}

export const RULE = "aws_ecr_pull_through_cache_rule";

/** The account of a resource, as far as the state says it. */
export function accountOf({ attributes }: StateResource): string | undefined {
  return text(attributes.registry_id);
}

/** The Region: of the resource itself (provider 6), of its ARN, or of the ARNs of the same provider (provider 5). */
export function regionOf(resource: StateResource, all: readonly StateResource[]): string | undefined {
  const own = ownRegion(resource);
  if (own !== undefined) return own;
  const others = all.filter(({ provider }) => provider === resource.provider).map(ownRegion);
  const regions = new Set(others.filter((region) => region !== undefined));
  return regions.size === 1 ? [...regions][0] : undefined;
}

function ownRegion({ attributes }: StateResource): string | undefined {
  return text(attributes.region) ?? regionOfArn(attributes.arn) ?? regionOfArn(attributes.credential_arn);
}

const OPTIONS = ["account", "region", "provider"] as const;
const WORDS = { account: "accounts", region: "Regions", provider: "providers that do not say their Region" } as const;

/** The one place of a state's rules that was asked for, or problems if there are several or none. */
export function choosePlace(
  all: readonly StateResource[],
  name: string,
  wanted: Wanted,
): { readonly isHere: (resource: StateResource) => boolean; readonly region?: string; readonly problems: Problem[] } {
  const problems: Problem[] = [];
  let rules = all.filter(({ type }) => type === RULE);
  const chosen: { account?: string; region?: string; provider?: string } = { ...wanted };
  const partOf = (option: (typeof OPTIONS)[number], resource: StateResource) => {
    if (option === "account") return accountOf(resource);
    // IAM has no Regions.
    if (resource.type.startsWith("aws_iam_")) return undefined;
    const region = regionOf(resource, all);
    if (option === "region") return region;
    return region === undefined ? resource.provider : undefined;
  };
  for (const option of OPTIONS) {
    const found = [...new Set(rules.map((rule) => partOf(option, rule)).filter((value) => value !== undefined))].sort();
    const value = wanted[option];
    if (value === undefined && found.length > 1) {
      const message = `has rules of several ${WORDS[option]} (${found.join(", ")}): choose one with --${option}`;
      problems.push({ place: name, message });
      break;
    }
    if (value !== undefined && found.length > 0 && !found.includes(value)) {
      const message = `has rules of ${WORDS[option]} ${found.join(", ")}, but not of --${option} ${value}`;
      problems.push({ place: name, message });
      break;
    }
    chosen[option] = value ?? found[0];
    rules = rules.filter((rule) => (partOf(option, rule) ?? chosen[option]) === chosen[option]);
  }
  const isHere = (resource: StateResource) =>
    OPTIONS.every((option) => {
      const part = partOf(option, resource);
      return part === undefined || chosen[option] === undefined || part === chosen[option];
    });
  return { isHere, region: chosen.region, problems };
}

function regionOfArn(arn: unknown): string | undefined {
  return typeof arn === "string" ? text(arn.split(":")[3]) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
