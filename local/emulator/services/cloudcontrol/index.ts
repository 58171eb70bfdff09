import type { CloudControl } from "@aws-sdk/client-cloudcontrol";
import { AwsError, found } from "../../errors";
import { type OperationsOf, operation } from "../../operation";
import { requirePermission } from "../../policy/require";
import type { RegionState } from "../../state/model";
import { ownRegistry } from "../ecr/registry";
import { scanningOf } from "../ecr/registry-settings";

/*
 * AWS Cloud Control API, for reading ECR's settings of a whole Region. Sources: API model of Cloud Control API,
 * GetResource; CloudFormation's resource types AWS::ECR::RegistryPolicy and AWS::ECR::RegistryScanningConfiguration,
 * both identified by the registry's id. A type's handler reads with the caller's own permissions. What it returns for a
 * Region that nobody has configured is not documented: this one returns what ECR returns.
 */

interface ResourceType {
  /** The permission that the handler needs besides cloudformation:GetResource. */
  readonly action: string;
  read(registry: RegionState): object | "" | undefined;
}

const TYPES: Readonly<Record<string, ResourceType>> = {
  "AWS::ECR::RegistryPolicy": {
    action: "ecr:GetRegistryPolicy",
    read: ({ registryPolicy }) => registryPolicy && { PolicyText: JSON.parse(registryPolicy) },
  },
  "AWS::ECR::RegistryScanningConfiguration": {
    action: "ecr:GetRegistryScanningConfiguration",
    read(registry) {
      const { scanType, rules } = scanningOf(registry);
      const Rules = rules.map(({ scanFrequency, repositoryFilters }) => ({
        ScanFrequency: scanFrequency,
        RepositoryFilters: repositoryFilters.map(({ filter, filterType }) => ({
          Filter: filter,
          FilterType: filterType,
        })),
      }));
      return { ScanType: scanType, Rules };
    },
  },
};

export const cloudControlOperations: OperationsOf<CloudControl> = {
  GetResource: operation(
    ({ TypeName, Identifier }, context) => {
      const unknown = `The emulator does not know the resource type ${TypeName}`;
      const type = found(TYPES[TypeName], () => new AwsError("TypeNotFoundException", unknown));
      requirePermission(context, type.action, "*");
      const missing = `${TypeName} Handler returned status FAILED: Resource of type '${TypeName}' with identifier '${Identifier}' was not found. (HandlerErrorCode: NotFound)`;
      const properties = Identifier === context.account ? type.read(ownRegistry({}, context)) : undefined;
      if (!properties) throw new AwsError("ResourceNotFoundException", missing);
      const Properties = JSON.stringify({ RegistryId: Identifier, ...properties });
      return { TypeName, ResourceDescription: { Identifier, Properties } };
    },
    (_input, { account, region }) => `arn:aws:cloudformation:${region}:${account}:resource/*`,
  ),
};
