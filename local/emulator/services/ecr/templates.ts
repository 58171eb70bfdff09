import type { ECR } from "@aws-sdk/client-ecr";
import { repositoryArn } from "../../aws";
import type { CallContext } from "../../context";
import { found } from "../../errors";
import { type OperationsOf, operation } from "../../operation";
import { requirePassRole, requirePermission } from "../../policy/require";
import { ensureServiceLinkedRole } from "../../policy/service-linked-roles";
import type { RepositoryCreationTemplate } from "../../state/model";
import { page } from "../pages";
import { checkLifecyclePolicy } from "./lifecycle/document";
import { namespaceOf, ROOT } from "./prefixes";
import { alreadyExists, invalidParameter, notFound, onOwnRegistry, ownRegistry, validation } from "./registry";
import { checkRepositoryPolicy } from "./repository-documents";
import { checkMutability, encryptionFrom } from "./repository-settings";
import { checkRole } from "./rule-credentials";
import { tagsOfTemplate } from "./tagging";

const answer = (repositoryCreationTemplate: RepositoryCreationTemplate, context: CallContext) => ({
  registryId: context.account,
  repositoryCreationTemplate,
});

const describe = (prefix: string) => `repository creation template with prefix '${prefix}'`;

function findTemplate({ prefix }: { prefix: string }, context: CallContext): RepositoryCreationTemplate {
  const missing = () => notFound("TemplateNotFoundException", describe(prefix), context.account);
  return found(ownRegistry({}, context).templates.get(namespaceOf(prefix)), missing);
}

// AWS accepts tags or KMS without a role here. Only creating a repository from the template fails.
function checkTemplate(template: RepositoryCreationTemplate, context: CallContext): void {
  const { appliedFor, repositoryPolicy, lifecyclePolicy, customRoleArn: role } = template;
  if (appliedFor.length === 0) throw validation("appliedFor must hold at least one value");
  if (new Set(appliedFor).size < appliedFor.length) throw validation("appliedFor holds a value twice");
  checkMutability(template.imageTagMutability, template.imageTagMutabilityExclusionFilters);
  if (repositoryPolicy) checkRepositoryPolicy(repositoryPolicy);
  if (lifecyclePolicy) checkLifecyclePolicy(lifecyclePolicy);
  if (role !== undefined) checkRole(role, context, invalidParameter);
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

export const templates: OperationsOf<ECR> = {
  CreateRepositoryCreationTemplate: onOwnRegistry(({ templates }, input, context) => {
    requireTemplatePermissions(input, context);
    const namespace = namespaceOf(input.prefix);
    if (templates.has(namespace)) {
      throw alreadyExists("TemplateAlreadyExistsException", describe(input.prefix), context.account);
    }
    const now = context.cloud.clock.now();
    const template: RepositoryCreationTemplate = {
      ...input,
      encryptionConfiguration: encryptionFrom(input.encryptionConfiguration, context),
      resourceTags: tagsOfTemplate(input.resourceTags),
      imageTagMutability: input.imageTagMutability ?? "MUTABLE",
      repositoryPolicy: input.repositoryPolicy || undefined,
      lifecyclePolicy: input.lifecyclePolicy || undefined,
      customRoleArn: input.customRoleArn || undefined,
      createdAt: now,
      updatedAt: now,
    };
    checkTemplate(template, context);
    ensureServiceLinkedRole(context, "ecr.amazonaws.com");
    templates.set(namespace, template);
    return answer(template, context);
  }),
  UpdateRepositoryCreationTemplate: operation((input, context) => {
    requireTemplatePermissions(input, context);
    const template = findTemplate(input, context);
    const imageTagMutability = input.imageTagMutability ?? template.imageTagMutability;
    const keepsFilters = imageTagMutability.endsWith("_WITH_EXCLUSION");
    const changed: RepositoryCreationTemplate = {
      ...template,
      ...input,
      prefix: template.prefix,
      encryptionConfiguration: input.encryptionConfiguration
        ? encryptionFrom(input.encryptionConfiguration, context)
        : template.encryptionConfiguration,
      resourceTags: input.resourceTags ? tagsOfTemplate(input.resourceTags) : template.resourceTags,
      imageTagMutability,
      imageTagMutabilityExclusionFilters:
        input.imageTagMutabilityExclusionFilters ??
        (keepsFilters ? template.imageTagMutabilityExclusionFilters : undefined),
      // An empty text removes a policy. A missing one keeps it.
      repositoryPolicy: (input.repositoryPolicy ?? template.repositoryPolicy) || undefined,
      lifecyclePolicy: (input.lifecyclePolicy ?? template.lifecyclePolicy) || undefined,
      customRoleArn: (input.customRoleArn ?? template.customRoleArn) || undefined,
      updatedAt: context.cloud.clock.now(),
    };
    checkTemplate(changed, context);
    return answer(Object.assign(template, changed), context);
  }),
  DescribeRepositoryCreationTemplates: onOwnRegistry(({ templates }, input, { account }) => {
    const wanted = input.prefixes?.length ? input.prefixes.map(namespaceOf) : [...templates.keys()];
    // Unlike for rules, unknown prefixes are ignored: the operation has no not-found exception.
    const known = wanted.flatMap((namespace) => templates.get(namespace) ?? []);
    const { items, nextToken } = page(known, input.maxResults, input.nextToken);
    return { registryId: account, repositoryCreationTemplates: items, nextToken };
  }),
  DeleteRepositoryCreationTemplate: operation((input, context) => {
    const template = findTemplate(input, context);
    ownRegistry({}, context).templates.delete(namespaceOf(template.prefix));
    return answer(template, context);
  }),
};
