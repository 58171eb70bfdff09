import * as pulumi from "@pulumi/pulumi";
import type * as z from "zod";
import type { GivenArn } from "../../plan/model";
import { refuse } from "../../problems/error";
import type { Scope } from "../scope";
import { ifGiven, whenKnown } from "./when-known";

/** What an ARN must name, and where. */
interface Wanted {
  /** What it names, for messages, such as "the secret". */
  readonly what: string;
  readonly schema: z.ZodType<string>;
  /** The Region of the cache, or undefined for the provider's Region. */
  readonly region: string | undefined;
  /** It may be in another account. */
  readonly anyAccount?: boolean;
  /** An Output without a value counts as not given. */
  readonly isOptional?: boolean;
}

/**
 * Checks that an ARN is in the cache's account and Region, because ECR refuses others. The provider knows both, also in
 * a preview.
 */
export function arnInPlace(scope: Pick<Scope, "ecr">, { arn, path }: GivenArn, wanted: Wanted): pulumi.Output<string> {
  const { what, schema, anyAccount, isOptional } = wanted;
  const value = isOptional ? ifGiven(schema, arn, path) : whenKnown(schema, arn, path);
  return pulumi.all([scope.ecr, value]).apply(([{ accountId, regions }, known]) => {
    if (known === undefined) return known as unknown as string;
    const [, , , region = "", account = ""] = known.split(":");
    if (!anyAccount && account !== accountId) {
      return refuse({ path, message: `${what} is in the account ${account}; ECR needs one in ${accountId}` });
    }
    const home = wanted.region ?? regions[0];
    if (region !== home) {
      return refuse({ path, message: `${what} is in ${region}; ECR needs one in ${home}` });
    }
    return known;
  });
}
