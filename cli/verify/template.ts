import type { RepositoryCreationTemplate } from "@aws-sdk/client-ecr";
import { type Cache, type DeclaredTemplate, longestMatch, nameUnder, stripSlash } from "../caches/model";
import { isSameJson } from "../json";
import { comparison } from "./compare";
import { type Code, type Finding, found, NOTHING, type Outcome, together } from "./finding";
import { awsCommand, createAgain, type Fix, UP_AND_REFRESH } from "./fix";
import type { Question } from "./iam/simulate";
import { type RegionFacts, repositoryArn } from "./region";
import { checkServiceRole, createRole } from "./role";

/** A lifecycle policy to start with, as the component has it by default. */
const KEEP_50 = {
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 50 },
      action: { type: "expire" },
    },
  ],
};

/** The template that ECR uses for new repositories of a cache. */
export function templateOf(
  { prefix }: Cache,
  templates: readonly RepositoryCreationTemplate[],
): RepositoryCreationTemplate | undefined {
  return templateFor(nameUnder(prefix, "any/repository"), templates);
}

/** The template that ECR would use for this repository: the one with the longest matching prefix. */
export function templateFor(
  repository: string,
  templates: readonly RepositoryCreationTemplate[],
): RepositoryCreationTemplate | undefined {
  const serving = templates.filter(({ appliedFor }) => appliedFor?.includes("PULL_THROUGH_CACHE"));
  return longestMatch(serving, ({ prefix }) => stripSlash(prefix ?? ""), repository);
}

/** Whether the cache's new repositories get the declared settings, and whether ECR can create them at all. */
export async function checkTemplate(cache: Cache, facts: RegionFacts): Promise<Outcome> {
  const { prefix, declared } = cache;
  const { region } = facts;
  const templates = await facts.templates();
  const template = templateOf(cache, templates);
  if (!template) {
    const problem = "no template: new repositories get no lifecycle policy and keep images forever";
    const idle = templates.find((one) => stripSlash(one.prefix ?? "") === prefix);
    const aws = idle
      ? awsCommand("ecr update-repository-creation-template", {
          ...{ region, prefix, "applied-for": [...(idle.appliedFor ?? []), "PULL_THROUGH_CACHE"] },
        })
      : awsCommand("ecr create-repository-creation-template", {
          ...{ region, prefix, "applied-for": ["PULL_THROUGH_CACHE"], "lifecycle-policy": KEEP_50 },
        });
    const declare = "declare a RepositoryCreationTemplate with this prefix and a lifecycle policy, run `pulumi up`";
    const isGone = declared?.template !== undefined;
    return found(finding("template-missing", problem, { pulumi: isGone ? createAgain(cache) : declare, aws }));
  }
  return together(drift(cache, template), lifecycle(template, facts), await checkRole(cache, template, facts));
}

/** How a template differs from its declaration, if it has one. */
export function drift({ prefix, declared }: Cache, template: RepositoryCreationTemplate): Outcome {
  if (!declared?.template) return NOTHING;
  const differs = (problem: string) => finding("template-differs", problem, { pulumi: UP_AND_REFRESH });
  if (stripSlash(template.prefix ?? "") !== prefix)
    return found(differs(`the template "${prefix}" is gone; "${template.prefix}" takes its place`));
  const { stack } = declared;
  const fields = differing(declared.template, template, stack !== undefined);
  return comparison("template", fields, stack?.hidden ?? [], (names) =>
    differs(`the template differs from its declaration: ${names}`),
  );
}

/**
 * The settings that differ.
 *
 * @param isWhole Whether a setting that is not declared must not be there.
 */
function differing(wanted: DeclaredTemplate, template: RepositoryCreationTemplate, isWhole: boolean): string[] {
  const filters = template.imageTagMutabilityExclusionFilters ?? [];
  const actual: { readonly [field in keyof Required<DeclaredTemplate>]: unknown } = {
    appliedFor: sorted(template.appliedFor),
    description: template.description || undefined,
    lifecyclePolicy: template.lifecyclePolicy || undefined,
    repositoryPolicy: template.repositoryPolicy || undefined,
    imageTagMutability: template.imageTagMutability,
    imageTagMutabilityExclusionFilters: sorted(filters.map(({ filter = "" }) => filter)),
    encryptionType: template.encryptionConfiguration?.encryptionType,
    kmsKey: template.encryptionConfiguration?.kmsKey || undefined,
    resourceTags: Object.fromEntries((template.resourceTags ?? []).map(({ Key, Value }) => [Key, Value])),
    customRoleArn: template.customRoleArn || undefined,
  };
  return (Object.keys(actual) as (keyof DeclaredTemplate)[]).filter((field) => {
    const declared = wanted[field];
    if (declared === undefined && !isWhole) return false;
    return !isSameJson(Array.isArray(declared) ? sorted(declared) : declared, actual[field]);
  });
}

function sorted(values: readonly string[] = []): string[] {
  return [...values].sort();
}

function lifecycle({ lifecyclePolicy, prefix }: RepositoryCreationTemplate, { region }: RegionFacts): Outcome {
  if (lifecyclePolicy) return NOTHING;
  const problem = "the template has no lifecycle policy: images are kept forever";
  const aws = awsCommand("ecr update-repository-creation-template", { region, prefix, "lifecycle-policy": KEEP_50 });
  return found(
    finding("template-no-lifecycle", problem, { pulumi: "give the entry a `lifecycle`, run `pulumi up`", aws }),
  );
}

/**
 * What ECR does with the role of a template. Source: Amazon ECR user guide, "IAM permissions for creating repository
 * creation templates"; without it, the first pull of each repository fails as not found (aws/containers-roadmap#2398).
 */
async function checkRole(cache: Cache, template: RepositoryCreationTemplate, facts: RegionFacts): Promise<Outcome> {
  const { account, region } = facts;
  const { customRoleArn, encryptionConfiguration, resourceTags = [], prefix } = template;
  const usesKms = (encryptionConfiguration?.encryptionType ?? "AES256") !== "AES256";
  const create = ["ecr:CreateRepository", ...(resourceTags.length > 0 ? ["ecr:TagResource"] : [])];
  const context = { "aws:RequestedRegion": region, "aws:ResourceAccount": account };
  const key = encryptionConfiguration?.kmsKey || `arn:aws:kms:${region}:${account}:key/*`;
  const needs: Question[] = [
    { actions: create, resources: [repositoryArn(facts, nameUnder(cache.prefix, "*"))], context },
  ];
  if (usesKms)
    needs.push({
      actions: ["kms:CreateGrant", "kms:RetireGrant", "kms:DescribeKey"],
      resources: [key],
      context: { ...context, "kms:ViaService": `ecr.${region}.amazonaws.com` },
    });
  const role = { service: "ecr.amazonaws.com", needs };
  if (customRoleArn)
    return checkServiceRole(
      { ...role, check: "template", what: "the template's role", arn: customRoleArn },
      cache,
      facts,
    );
  if (resourceTags.length === 0 && !usesKms) return NOTHING;
  const arn = `arn:aws:iam::${account}:role/ecr-template-${(prefix ?? "").replace(/[^\w-]+/g, "-")}-${region}`;
  const use = awsCommand("ecr update-repository-creation-template", { region, prefix, "custom-role-arn": arn });
  const problem = "the template has tags or KMS encryption but no role: first pulls fail as not found";
  return found(
    finding("template-needs-role", problem, {
      pulumi: "set the template's `customRoleArn`, or let the component create the role, run `pulumi up`",
      aws: `${createRole({ ...role, arn })} && ${use}`,
    }),
  );
}

function finding(code: Code, problem: string, fix: Fix): Finding {
  return { check: "template", code, problem, fix };
}
