import { hiddenIn, list, record, type StackResource, string, type Values } from "./export";
import type { DeclaredScanning, DeclaredSecret, DeclaredSettings, Tags } from "./model";

/** Of resources in one Region. */
type There = readonly StackResource[];

const REGISTRY_POLICY = "aws:ecr/registryPolicy:RegistryPolicy";
const SCANNING = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration";
const EXCLUSION = "aws:ecr/pullTimeUpdateExclusion:PullTimeUpdateExclusion";
const SETTING = "aws:ecr/accountSetting:AccountSetting";

/** The settings of a Region that the stack has. */
export function settingsIn(there: There): DeclaredSettings {
  const settings = inputsOf(there, SETTING);
  return {
    registryPolicy: string(inputsOf(there, REGISTRY_POLICY)[0]?.policy),
    scanning: scanningOf(inputsOf(there, SCANNING)[0]),
    exclusions: inputsOf(there, EXCLUSION).flatMap(({ principalArn }) => string(principalArn) ?? []),
    settings: Object.fromEntries(settings.map(({ name, value }) => [String(name), string(value) ?? ""])),
    hidden: [
      { type: REGISTRY_POLICY, name: "the registry policy" },
      { type: SCANNING, name: "the scanning configuration" },
      { type: EXCLUSION, name: "a pull time exclusion" },
      { type: SETTING, name: "an account setting" },
    ].flatMap(({ type, name }) => (inputsOf(there, type).some((one) => hiddenIn(one).length > 0) ? [name] : [])),
  };
}

function scanningOf(inputs: Values | undefined): DeclaredScanning | undefined {
  if (inputs === undefined || hiddenIn(inputs).length > 0) return undefined;
  const filters = list(inputs.rules)
    .map(record)
    .flatMap(({ scanFrequency, repositoryFilters }) =>
      list(repositoryFilters).map((filter) => `${scanFrequency} ${record(filter).filter}`),
    );
  return { scanType: String(inputs.scanType), filters };
}

/** The secret with this ARN, if the stack has it. */
export function secretOf(resources: readonly StackResource[], arn: string | undefined): DeclaredSecret | undefined {
  const secret = resources.find(
    ({ type, outputs }) => type === "aws:secretsmanager/secret:Secret" && string(outputs?.arn) === arn,
  );
  if (arn === undefined || secret === undefined) return undefined;
  const policies = inputsOf(resources, "aws:secretsmanager/secretPolicy:SecretPolicy");
  const policy = policies.find(({ secretArn }) => secretArn === arn);
  const { inputs = {} } = secret;
  return {
    description: string(inputs.description),
    tags: tagsOf(secret),
    policy: string(policy?.policy) ?? string(inputs.policy),
    hidden: [...hiddenIn(inputs), ...hiddenIn(policy ?? {})],
  };
}

/** With the default tags of the provider. */
export function tagsOf({ inputs, outputs }: StackResource): Tags {
  return (inputs?.tagsAll ?? outputs?.tagsAll ?? inputs?.tags ?? {}) as Tags;
}

function inputsOf(resources: readonly StackResource[], wanted: string): Values[] {
  return resources.filter(({ type }) => type === wanted).map(({ inputs = {} }) => inputs);
}
