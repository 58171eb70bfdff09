import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Ecr } from "../iam/ecr";
import type { Tags } from "../plan/model";
import { UserError } from "../problems/error";
import { isUnsupportedRegion } from "../schema/aws";

/** What every resource of the component is made with. */
export interface Scope {
  /** Name of the component, the start of its children's names. */
  readonly name: string;
  readonly parent: pulumi.ComponentResource;
  readonly tags: Tags;
  /** This account's ECR, where the cache is. */
  readonly ecr: pulumi.Output<Ecr>;
}

/** Asks the provider where it deploys to. `regions` of the arguments take the place of the provider's Region. */
export function findEcr(parent: pulumi.ComponentResource, regions: string[] | undefined): pulumi.Output<Ecr> {
  const options = { parent };
  return pulumi
    .all([
      aws.getCallerIdentityOutput({}, options).accountId,
      aws.getPartitionOutput({}, options),
      regions ?? aws.getRegionOutput({}, options).region.apply((region) => [region]),
    ])
    .apply(([accountId, { partition, dnsSuffix }, known]) => {
      const unsupported = known.find(isUnsupportedRegion);
      if (unsupported) {
        throw new UserError(
          `The provider's Region is ${unsupported}: ECR has no pull through cache in the China and AWS GovCloud Regions.`,
        );
      }
      return { partition, dnsSuffix, accountId, regions: known };
    });
}

/** A plain value that is given to a resource only after ECR has been found to have pull through caches. */
export function afterCheck<T>(scope: Scope, value: T): pulumi.Output<T> {
  return scope.ecr.apply(() => value) as pulumi.Output<T>;
}
