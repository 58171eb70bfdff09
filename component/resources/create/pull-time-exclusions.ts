import * as aws from "@pulumi/aws";
import type { Plan, RegionPlan } from "../../plan/model";
import { pullTimeExclusion } from "../../schema/aws";
import { whenKnown } from "../late/when-known";
import { regionalIdentity } from "../options";
import { inRegion, type Scope } from "../scope";

/** Registers the principals whose pulls do not count, in one Region. */
export function createPullTimeExclusions(scope: Scope, { pullTimeExclusions }: Plan, { region }: RegionPlan): void {
  for (const [key, arn] of Object.entries(pullTimeExclusions)) {
    const { name, optionsOf } = regionalIdentity(scope, region, `${scope.name}-${key}`);
    const principalArn = whenKnown(pullTimeExclusion, arn, ["pullTimeExclusions", key]);
    new aws.ecr.PullTimeUpdateExclusion(
      name,
      { principalArn, region: inRegion(scope, region) },
      optionsOf("aws:ecr/pullTimeUpdateExclusion:PullTimeUpdateExclusion"),
    );
  }
}
