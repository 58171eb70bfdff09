import { AwsError } from "../../errors";
import { read, write } from "../../operation";
import { required, structure } from "../../validation/shape";
import { checkRegistryPolicy } from "./policies";
import { ownRegistry } from "./registry";
import { policyText } from "./shapes";

const notFound = (registryId: string) =>
  new AwsError(
    "RegistryPolicyNotFoundException",
    `Registry policy does not exist in the registry with id '${registryId}'`,
  );

export const PutRegistryPolicy = write(structure({ policyText: required(policyText) }), (input, context) => {
  checkRegistryPolicy(input.policyText);
  ownRegistry({}, context).registryPolicy = input.policyText;
  return { registryId: context.account, policyText: input.policyText };
});

export const GetRegistryPolicy = read(structure({}), (_input, context) => {
  const { registryPolicy } = ownRegistry({}, context);
  if (registryPolicy === undefined) throw notFound(context.account);
  return { registryId: context.account, policyText: registryPolicy };
});

export const DeleteRegistryPolicy = write(structure({}), (_input, context) => {
  const state = ownRegistry({}, context);
  const policyText = state.registryPolicy;
  if (policyText === undefined) throw notFound(context.account);
  state.registryPolicy = undefined;
  return { registryId: context.account, policyText };
});

export const DescribeRegistry = read(structure({}), (_input, context) => ({
  registryId: context.account,
  replicationConfiguration: { rules: [] },
}));
