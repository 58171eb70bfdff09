import type * as pulumi from "@pulumi/pulumi";
import type { Issue } from "../problems/issue";
import type { GivenArn } from "./model";

/** The two arguments that can name an existing resource: for one Region, or by Region. */
export interface RegionalArnNames<One extends string, Many extends string> {
  readonly one: One;
  readonly many: Many;
  /** What the ARN names, for messages: "the secret". */
  readonly what: string;
}

type Given<One extends string, Many extends string> = {
  readonly [name in One]?: pulumi.Input<string | undefined>;
} & {
  readonly [name in Many]?: { readonly [region: string]: pulumi.Input<string> } | undefined;
};

/** The ARN for a Region. */
export function arnFor<One extends string, Many extends string>(
  path: readonly PropertyKey[],
  given: Given<One, Many>,
  { one, many }: RegionalArnNames<One, Many>,
  region: string | undefined,
): GivenArn | undefined {
  const own = region === undefined ? undefined : given[many]?.[region];
  if (own !== undefined) return { arn: own, path: [...path, many, region ?? ""] };
  const single = given[one];
  return single === undefined ? undefined : { arn: single, path: [...path, one] };
}

/** Problems with the ARNs of something that works only in its own Region. */
export function regionalArnIssues<One extends string, Many extends string>(
  path: readonly PropertyKey[],
  given: Given<One, Many>,
  { one, many, what }: RegionalArnNames<One, Many>,
  regions: readonly string[],
): Issue[] {
  const single = given[one];
  const byRegion = given[many];
  if (single !== undefined && byRegion !== undefined) {
    return [{ path: [...path, many], message: `give either ${one} or ${many}` }];
  }
  if (single !== undefined) {
    if (regions.length > 1) {
      return [
        {
          path: [...path, one],
          message: `${what.replace(/^the /, "a ")} works only in its own Region: give ${many} with one for each of ${regions.join(", ")}`,
        },
      ];
    }
    return arnRegionIssues([...path, one], what, single, regions[0]);
  }
  if (byRegion === undefined) return [];
  if (regions.length === 0) {
    return [{ path: [...path, many], message: `ARNs by Region need "regions"; without it use ${one}` }];
  }
  return [
    ...regions
      .filter((region) => byRegion[region] === undefined)
      .map((region) => ({ path: [...path, many], message: `has no ARN for the Region ${region}` })),
    ...Object.keys(byRegion)
      .filter((region) => !regions.includes(region))
      .map((region) => ({ path: [...path, many, region], message: "is not one of the component's regions" })),
    ...Object.entries(byRegion).flatMap(([region, arn]) =>
      arnRegionIssues([...path, many, region], what, arn as pulumi.Input<string>, region),
    ),
  ];
}

/** Compares the Region of an ARN, if both are known. */
export function arnRegionIssues(
  path: readonly PropertyKey[],
  what: string,
  arn: pulumi.Input<string | undefined>,
  region: string | undefined,
): Issue[] {
  if (typeof arn !== "string" || !region) return [];
  const actual = arn.split(":")[3];
  return actual === region ? [] : [{ path, message: `${what} is in ${actual}; ECR needs one in ${region}` }];
}
