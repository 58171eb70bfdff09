import type { ECR } from "@aws-sdk/client-ecr";
import type { CallContext } from "../../context";
import { AwsError } from "../../errors";
import { type OperationsOf, read, write } from "../../operation";
import { checkRegistryPolicy } from "./policies";
import { ownRegistry } from "./registry";

function existing(context: CallContext) {
  const { registryPolicy } = ownRegistry({}, context);
  if (registryPolicy !== undefined) return { registryId: context.account, policyText: registryPolicy };
  throw new AwsError(
    "RegistryPolicyNotFoundException",
    `Registry policy does not exist in the registry with id '${context.account}'`,
  );
}

export const registryPolicy: OperationsOf<ECR> = {
  PutRegistryPolicy: write(({ policyText }, context) => {
    const registry = ownRegistry({}, context);
    checkRegistryPolicy(policyText, registry.registryPolicyScope);
    registry.registryPolicy = policyText;
    return existing(context);
  }),
  GetRegistryPolicy: read((_input, context) => existing(context)),
  DeleteRegistryPolicy: write((_input, context) => {
    const deleted = existing(context);
    ownRegistry({}, context).registryPolicy = undefined;
    return deleted;
  }),
  DescribeRegistry: read((_input, { account }) => ({
    registryId: account,
    replicationConfiguration: { rules: [] },
  })),
};
