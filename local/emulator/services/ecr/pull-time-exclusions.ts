import type { ECR } from "@aws-sdk/client-ecr";
import { AwsError } from "../../errors";
import { type OperationsOf, operation } from "../../operation";
import { page } from "../pages";
import { limitExceeded } from "./errors";
import { ownRegistry } from "./registry";

/** No quota is documented. This is the longest list in AWS's API model. */
const MOST = 100;

export const pullTimeExclusions: OperationsOf<ECR> = {
  RegisterPullTimeUpdateExclusion: operation(({ principalArn }, context) => {
    const { pullTimeExclusions: known } = ownRegistry({}, context);
    if (known.has(principalArn)) {
      throw new AwsError("ExclusionAlreadyExistsException", `The exclusion for '${principalArn}' already exists`);
    }
    if (known.size >= MOST) throw limitExceeded(`There are ${MOST} pull time update exclusions already`);
    const now = context.cloud.clock.now();
    known.set(principalArn, now);
    return { principalArn, createdAt: now };
  }),
  DeregisterPullTimeUpdateExclusion: operation(({ principalArn }, context) => {
    if (ownRegistry({}, context).pullTimeExclusions.delete(principalArn)) return { principalArn };
    throw new AwsError("ExclusionNotFoundException", `There is no exclusion for '${principalArn}'`);
  }),
  ListPullTimeUpdateExclusions: operation((input, context) => {
    const arns = [...ownRegistry({}, context).pullTimeExclusions.keys()];
    const { items, nextToken } = page(arns, input.maxResults, input.nextToken);
    return { pullTimeUpdateExclusions: items, nextToken };
  }),
};
