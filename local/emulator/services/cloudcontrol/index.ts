import type { CloudControl } from "@aws-sdk/client-cloudcontrol";
import type { CallContext } from "../../context";
import { AwsError } from "../../errors";
import { type OperationsOf, operation } from "../../operation";
import { requirePermission } from "../../policy/require";
import { ownRegistry } from "../ecr/registry";

/*
 * AWS Cloud Control API, for reading ECR's settings of a whole Region. Sources: API model of Cloud Control API,
 * GetResource; CloudFormation's resource types AWS::ECR::RegistryPolicy and AWS::ECR::RegistryScanningConfiguration,
 * both identified by the registry's id. A type's handler reads with the caller's own permissions. What it returns for a
 * Region that nobody has configured is not documented: this one returns what ECR returns.
 */

interface ResourceType {
  /** The permission that the handler needs besides cloudformation:GetResource. */
  readonly action: string;
  read(context: CallContext): object | undefined;
}

const TYPES: Readonly<Record<string, ResourceType>> = {
  "AWS::ECR::RegistryPolicy": {
    action: "ecr:GetRegistryPolicy",
    read(context) {
      const { registryPolicy } = ownRegistry({}, context);
      return registryPolicy === undefined ? undefined : { PolicyText: JSON.parse(registryPolicy) };
    },
  },
  "AWS::ECR::RegistryScanningConfiguration": {
    action: "ecr:GetRegistryScanningConfiguration",
    read(context) {
      const { scanType, rules } = ownRegistry({}, context).scanning ?? { scanType: "BASIC", rules: [] };
      return {
        ScanType: scanType,
        Rules: rules.map(({ scanFrequency, repositoryFilters }) => ({
          ScanFrequency: scanFrequency,
          RepositoryFilters: repositoryFilters.map(({ filter, filterType }) => ({
            Filter: filter,
            FilterType: filterType,
          })),
        })),
      };
    },
  },
};

export const cloudControlOperations: OperationsOf<CloudControl> = {
  GetResource: operation(
    ({ TypeName, Identifier }, context) => {
      const type = Object.hasOwn(TYPES, TypeName) ? TYPES[TypeName] : undefined;
      if (type === undefined) {
        throw new AwsError("TypeNotFoundException", `The emulator does not know the resource type ${TypeName}`);
      }
      requirePermission(context, type.action, "*");
      const properties = Identifier === context.account ? type.read(context) : undefined;
      if (properties === undefined) {
        throw new AwsError(
          "ResourceNotFoundException",
          `${TypeName} Handler returned status FAILED: Resource of type '${TypeName}' with identifier '${Identifier}' was not found. (HandlerErrorCode: NotFound)`,
        );
      }
      const Properties = JSON.stringify({ RegistryId: Identifier, ...properties });
      return { TypeName, ResourceDescription: { Identifier, Properties } };
    },
    (_input, { account, region }) => `arn:aws:cloudformation:${region}:${account}:resource/*`,
  ),
};
