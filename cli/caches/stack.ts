import { hiddenIn, list, record, regionOf, resourcesOf, type StackResource, string } from "./export";
import { type Cache, type DeclaredTemplate, isUnder, stripSlash } from "./model";
import { listedImages } from "./outputs";
import { rolesOf } from "./stack-roles";
import { secretOf, settingsIn } from "./stack-settings";

const RULE = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule";
const TEMPLATE = "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate";

/**
 * The caches that a stack has deployed, with the component or with other resources, from `pulumi stack export`. Secrets
 * are encrypted there and stay encrypted.
 */
export function cachesOfStack(text: string): Cache[] {
  const resources = resourcesOf(text);
  const templates = resources.filter(({ type }) => type === TEMPLATE);
  const used = rolesInUse(resources);
  const roles = rolesOf(resources, used);
  const listed = listedImages(resources.map(({ outputs }) => outputs));
  return resources
    .filter(({ type }) => type === RULE)
    .map((rule): Cache => {
      const inputs = rule.inputs ?? {};
      const prefix = stripSlash(string(inputs.ecrRepositoryPrefix) ?? "");
      const region = regionOf(rule);
      const prefixOf = ({ inputs }: StackResource) => stripSlash(string(inputs?.prefix) ?? "");
      const templatesThere = templates.filter((candidate) => regionOf(candidate) === region);
      const template = templatesThere.find((candidate) => prefixOf(candidate) === prefix);
      const nested = templatesThere.filter((candidate) => isUnder(prefix, prefixOf(candidate)));
      const there = resources.filter((one) => regionOf(one) === region);
      const users = [inputs.customRoleArn, template?.inputs?.customRoleArn].map(string);
      return {
        region,
        account: string(rule.outputs?.registryId),
        prefix,
        upstream: string(inputs.upstreamRegistryUrl) ?? "",
        upstreamPrefix: string(inputs.upstreamRepositoryPrefix),
        repositories: listed.get(`${region} ${prefix}`),
        declared: {
          rule: {
            upstreamRegistryUrl: string(inputs.upstreamRegistryUrl),
            upstreamRepositoryPrefix: string(inputs.upstreamRepositoryPrefix),
            credentialArn: string(inputs.credentialArn),
            customRoleArn: string(inputs.customRoleArn),
          },
          ...(template && { template: templateOf(template) }),
          stack: {
            hidden: [...hiddenIn(inputs), ...hiddenIn(template?.inputs ?? {})],
            nested: new Map(nested.map((one) => [prefixOf(one), templateOf(one)])),
            settings: settingsIn(there),
            secret: secretOf(resources, string(inputs.credentialArn)),
            roles: roles.filter(({ own }) => own === undefined || !used.has(own.arn) || users.includes(own.arn)),
          },
        },
      };
    });
}

/** With the defaults of ECR and its provider, because a stack declares everything. */
function templateOf({ inputs = {}, outputs = {} }: StackResource): DeclaredTemplate {
  const encryption = record(list(inputs.encryptionConfigurations)[0]);
  // ECR may fill in the key that it chose.
  const chosen = record(list(outputs.encryptionConfigurations)[0]);
  return {
    appliedFor: list(inputs.appliedFors).map(String),
    description: string(inputs.description),
    lifecyclePolicy: string(inputs.lifecyclePolicy),
    repositoryPolicy: string(inputs.repositoryPolicy),
    imageTagMutability: string(inputs.imageTagMutability) ?? "MUTABLE",
    imageTagMutabilityExclusionFilters: list(inputs.imageTagMutabilityExclusionFilters).map((filter) =>
      String(record(filter).filter),
    ),
    encryptionType: string(encryption.encryptionType) ?? "AES256",
    kmsKey: string(encryption.kmsKey) ?? string(chosen.kmsKey),
    resourceTags: (inputs.resourceTags ?? {}) as DeclaredTemplate["resourceTags"],
    customRoleArn: string(inputs.customRoleArn),
  };
}

/** ARNs of the roles that rules and templates name. */
function rolesInUse(resources: readonly StackResource[]): Set<string> {
  const users = resources.filter(({ type }) => type === RULE || type === TEMPLATE);
  return new Set(users.flatMap(({ inputs }) => string(inputs?.customRoleArn) ?? []));
}
