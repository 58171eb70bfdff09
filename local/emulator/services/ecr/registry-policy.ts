import type { ECR } from "@aws-sdk/client-ecr";
import type { CallContext } from "../../context";
import { AwsError } from "../../errors";
import { type OperationsOf, operation } from "../../operation";
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
  PutRegistryPolicy: operation(({ policyText }, context) => {
    const registry = ownRegistry({}, context);
    checkRegistryPolicy(policyText, registry.registryPolicyScope);
    registry.registryPolicy = policyText;
    return existing(context);
  }),
  GetRegistryPolicy: operation((_input, context) => existing(context)),
  DeleteRegistryPolicy: operation((_input, context) => {
    const deleted = existing(context);
    ownRegistry({}, context).registryPolicy = undefined;
    return deleted;
  }),
};
