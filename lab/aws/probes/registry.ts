import { GetResourceCommand } from "@aws-sdk/client-cloudcontrol";
import { GetRegistryScanningConfigurationCommand, PutRegistryScanningConfigurationCommand } from "@aws-sdk/client-ecr";
import {
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { type Probe, verdict } from "../probe";

/** Questions about registry-wide settings, and about versions of secrets. */
export const REGISTRY_PROBES: readonly Probe[] = [
  {
    name: "scanning-frequency-twice",
    question: "Do two scanning rules take the same frequency?",
    makes: "a scanning configuration; the one that is there is put back",
    registryWide: true,
    async ask(sandbox) {
      const { ecr } = sandbox.cloud;
      const { scanningConfiguration } = await ecr.send(new GetRegistryScanningConfigurationCommand({}));
      sandbox.note("the scanning configuration", () =>
        ecr.send(new PutRegistryScanningConfigurationCommand({ ...scanningConfiguration })),
      );
      const rules = ["a", "b"].map((name) => ({
        scanFrequency: "SCAN_ON_PUSH" as const,
        repositoryFilters: [{ filter: `${sandbox.prefix}/${name}`, filterType: "WILDCARD" as const }],
      }));
      return verdict(ecr.send(new PutRegistryScanningConfigurationCommand({ scanType: "BASIC", rules })));
    },
  },
  {
    name: "secret-label-that-moved",
    question: "How does Secrets Manager refuse to take AWSPREVIOUS from a version that no longer has it?",
    makes: "a secret with three versions",
    async ask(sandbox) {
      const { secrets } = sandbox.cloud;
      const SecretId = await sandbox.secret("label");
      const { Versions: [first] = [] } = await secrets.send(new ListSecretVersionIdsCommand({ SecretId }));
      for (const SecretString of ["second", "third"])
        await secrets.send(new PutSecretValueCommand({ SecretId, SecretString }));
      const RemoveFromVersionId = first?.VersionId;
      return verdict(
        secrets.send(
          new UpdateSecretVersionStageCommand({ SecretId, VersionStage: "AWSPREVIOUS", RemoveFromVersionId }),
        ),
      );
    },
  },
  ...(["RegistryPolicy", "RegistryScanningConfiguration"] as const).map(
    (type): Probe => ({
      name: `settings-${type === "RegistryPolicy" ? "policy" : "scanning"}-of-nobody`,
      question: `What does Cloud Control answer for the ${type} of a Region where nobody has set one?`,
      makes: "nothing; the answer counts only where nobody has set one",
      ask(sandbox) {
        const { account: Identifier, settings } = sandbox.cloud;
        return verdict(settings.send(new GetResourceCommand({ TypeName: `AWS::ECR::${type}`, Identifier })));
      },
    }),
  ),
];
