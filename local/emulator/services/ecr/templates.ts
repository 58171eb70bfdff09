import { repositoryArn } from "../../aws";
import type { CallContext } from "../../context";
import { AwsError } from "../../errors";
import { read, write } from "../../operation";
import { requirePassRole, requirePermission } from "../../policy/require";
import { ensureServiceLinkedRole } from "../../policy/service-linked-roles";
import type { RepositoryCreationTemplate } from "../../state/model";
import { invalidEcrToken, page } from "../../validation/pages";
import { enumeration, list, required, string, structure } from "../../validation/shape";
import { tagsView } from "../tags";
import { encryptionFrom } from "./encryption";
import { invalidParameter, validation } from "./errors";
import { checkLifecyclePolicy } from "./lifecycle/document";
import { checkMutability } from "./mutability";
import { ecrFindsRole } from "./passed-role";
import { checkRepositoryPolicy } from "./policies";
import { namespaceOf, ROOT } from "./prefixes";
import { ownRegistry } from "./registry";
import {
  customRoleArn,
  encryptionType,
  exclusionFilters,
  imageTagMutability,
  maxResults,
  nextToken,
  policyText,
  tags,
  templatePrefix,
} from "./shapes";
import { repositoryTags } from "./tagging";

const kmsKey = string({
  min: 0,
  max: 2048,
  pattern: /^$|^arn:aws[a-z0-9-]*:kms:[a-z0-9-]+:[0-9]{12}:key\/[a-z0-9-]+$/,
});

const settings = {
  description: string({ max: 256 }),
  encryptionConfiguration: structure({ encryptionType: required(encryptionType), kmsKey }),
  resourceTags: tags,
  imageTagMutability,
  imageTagMutabilityExclusionFilters: exclusionFilters,
  repositoryPolicy: policyText,
  lifecyclePolicy: string({ min: 0, max: 30720 }),
  customRoleArn,
};
const appliedFor = list(enumeration(["REPLICATION", "PULL_THROUGH_CACHE", "CREATE_ON_PUSH"]));

function view(template: RepositoryCreationTemplate) {
  return {
    prefix: template.prefix,
    description: template.description,
    encryptionConfiguration: template.encryption,
    resourceTags: tagsView(template.tags),
    imageTagMutability: template.imageTagMutability,
    imageTagMutabilityExclusionFilters: template.exclusionFilters.length > 0 ? template.exclusionFilters : undefined,
    repositoryPolicy: template.repositoryPolicy,
    lifecyclePolicy: template.lifecyclePolicy,
    appliedFor: template.appliedFor,
    customRoleArn: template.customRoleArn,
    createdAt: new Date(template.createdAt),
    updatedAt: new Date(template.updatedAt),
  };
}

const answer = (template: RepositoryCreationTemplate, context: CallContext) => ({
  registryId: context.account,
  repositoryCreationTemplate: view(template),
});

function findTemplate(prefix: string, context: CallContext): RepositoryCreationTemplate {
  const template = ownRegistry({}, context).templates.get(namespaceOf(prefix));
  if (template !== undefined) return template;
  throw new AwsError(
    "TemplateNotFoundException",
    `The repository creation template with prefix '${prefix}' does not exist in the registry with id '${context.account}'`,
  );
}

// AWS accepts tags or KMS without a role here. Only creating a repository from the template fails.
function checkTemplate(template: RepositoryCreationTemplate, context: CallContext): void {
  if (template.appliedFor.length === 0) throw validation("appliedFor must hold at least one value");
  if (new Set(template.appliedFor).size < template.appliedFor.length)
    throw validation("appliedFor holds a value twice");
  checkMutability(template.imageTagMutability, template.exclusionFilters);
  if (template.repositoryPolicy) checkRepositoryPolicy(template.repositoryPolicy);
  if (template.lifecyclePolicy) checkLifecyclePolicy(template.lifecyclePolicy);
  const role = template.customRoleArn;
  if (role !== undefined && !new RegExp(`^arn:aws[a-z-]*:iam::${context.account}:role/`).test(role)) {
    throw invalidParameter(`The custom role ARN must name an IAM role of account ${context.account}`);
  }
  if (role !== undefined && !ecrFindsRole(role, context)) {
    throw invalidParameter(`The role ${role} does not exist or cannot be assumed by Amazon ECR`);
  }
}

/**
 * The permissions that the caller needs besides the call itself, for what ECR will do with the template. Source: Amazon
 * ECR user guide, "IAM permissions for creating repository creation templates".
 */
function requireTemplatePermissions(
  input: { prefix: string; repositoryPolicy?: string; lifecyclePolicy?: string; customRoleArn?: string },
  context: CallContext,
): void {
  const name = input.prefix === ROOT ? "*" : `${namespaceOf(input.prefix)}/*`;
  const repositories = repositoryArn(context.account, context.region, name);
  requirePermission(context, "ecr:CreateRepository", repositories);
  if (input.lifecyclePolicy) requirePermission(context, "ecr:PutLifecyclePolicy", repositories);
  if (input.repositoryPolicy) requirePermission(context, "ecr:SetRepositoryPolicy", repositories);
  requirePassRole(input.customRoleArn, context);
}

export const CreateRepositoryCreationTemplate = write(
  structure({ prefix: required(templatePrefix), appliedFor: required(appliedFor), ...settings }),
  (input, context) => {
    requireTemplatePermissions(input, context);
    const { templates } = ownRegistry({}, context);
    const namespace = namespaceOf(input.prefix);
    if (templates.has(namespace)) {
      throw new AwsError(
        "TemplateAlreadyExistsException",
        `The repository creation template with prefix '${input.prefix}' already exists in the registry with id '${context.account}'`,
      );
    }
    const now = context.cloud.clock.now();
    const template: RepositoryCreationTemplate = {
      prefix: input.prefix,
      description: input.description,
      encryption: encryptionFrom(input.encryptionConfiguration, context),
      tags: repositoryTags(input.resourceTags),
      imageTagMutability: input.imageTagMutability ?? "MUTABLE",
      exclusionFilters: input.imageTagMutabilityExclusionFilters ?? [],
      repositoryPolicy: input.repositoryPolicy || undefined,
      lifecyclePolicy: input.lifecyclePolicy || undefined,
      appliedFor: input.appliedFor,
      customRoleArn: input.customRoleArn || undefined,
      createdAt: now,
      updatedAt: now,
    };
    checkTemplate(template, context);
    ensureServiceLinkedRole(context, "ecr.amazonaws.com");
    templates.set(namespace, template);
    return answer(template, context);
  },
);

export const UpdateRepositoryCreationTemplate = write(
  structure({ prefix: required(templatePrefix), appliedFor, ...settings }),
  (input, context) => {
    requireTemplatePermissions(input, context);
    const template = findTemplate(input.prefix, context);
    const mutability = input.imageTagMutability ?? template.imageTagMutability;
    const keptFilters = mutability.endsWith("_WITH_EXCLUSION") ? template.exclusionFilters : [];
    const changed: RepositoryCreationTemplate = {
      ...template,
      description: input.description ?? template.description,
      encryption: input.encryptionConfiguration
        ? encryptionFrom(input.encryptionConfiguration, context)
        : template.encryption,
      tags: input.resourceTags ? repositoryTags(input.resourceTags) : template.tags,
      imageTagMutability: mutability,
      exclusionFilters: input.imageTagMutabilityExclusionFilters ?? keptFilters,
      // An empty text removes a policy. A missing one keeps it.
      repositoryPolicy: (input.repositoryPolicy ?? template.repositoryPolicy) || undefined,
      lifecyclePolicy: (input.lifecyclePolicy ?? template.lifecyclePolicy) || undefined,
      appliedFor: input.appliedFor ?? template.appliedFor,
      customRoleArn: (input.customRoleArn ?? template.customRoleArn) || undefined,
      updatedAt: context.cloud.clock.now(),
    };
    checkTemplate(changed, context);
    Object.assign(template, changed);
    return answer(template, context);
  },
);

export const DescribeRepositoryCreationTemplates = read(
  structure({ prefixes: list(templatePrefix), nextToken, maxResults }),
  (input, context) => {
    const { templates } = ownRegistry({}, context);
    const wanted = input.prefixes?.length ? input.prefixes.map(namespaceOf) : [...templates.keys()];
    // Unlike for rules, unknown prefixes are ignored: the operation has no not-found exception.
    const found = wanted.flatMap((namespace) => templates.get(namespace) ?? []);
    const { items, nextToken } = page(found, input.maxResults ?? 100, input.nextToken, invalidEcrToken());
    return { registryId: context.account, repositoryCreationTemplates: items.map(view), nextToken };
  },
);

export const DeleteRepositoryCreationTemplate = write(
  structure({ prefix: required(templatePrefix) }),
  (input, context) => {
    const template = findTemplate(input.prefix, context);
    ownRegistry({}, context).templates.delete(namespaceOf(template.prefix));
    return answer(template, context);
  },
);
