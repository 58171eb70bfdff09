import type { RepositoryCreationTemplate } from "@aws-sdk/client-ecr";
import { GetRoleCommand } from "@aws-sdk/client-iam";
import { errorName, isDenied } from "../aws/errors";
import { type Cache, type DeclaredTemplate, longestMatch, stripSlash } from "../caches/model";
import { isSameJson } from "../json";
import type { Code, Finding } from "./finding";
import type { RegionFacts } from "./region";

/** Whether the cache's new repositories get the declared settings, and whether ECR can create them at all. */
export async function checkTemplate(cache: Cache, facts: RegionFacts, unchecked: string[]): Promise<Finding[]> {
  const { prefix, declared } = cache;
  const serving = (await facts.templates()).filter(({ appliedFor }) => appliedFor?.includes("PULL_THROUGH_CACHE"));
  const probe = prefix === "ROOT" ? "any/repository" : `${prefix}/any-repository`;
  const template = longestMatch(serving, (one) => stripSlash(one.prefix ?? ""), probe);
  if (!template) {
    const problem = "no template: new repositories get no lifecycle policy and keep images forever";
    return [
      finding(
        "template-missing",
        problem,
        declared ? "run `pulumi up --refresh`" : "create a repository creation template with this prefix",
      ),
    ];
  }
  const findings: Finding[] = [];
  if (declared?.template && stripSlash(template.prefix ?? "") !== prefix) {
    findings.push(
      finding(
        "template-differs",
        `the template "${prefix}" is gone; "${template.prefix}" takes its place`,
        "run `pulumi up --refresh`",
      ),
    );
  } else {
    const fields = driftOf(declared?.template ?? {}, template);
    if (fields.length > 0) {
      const problem = `the template differs from its declaration: ${fields.join(", ")}`;
      findings.push(finding("template-differs", problem, "run `pulumi up --refresh`"));
    }
  }
  if (!template.lifecyclePolicy) {
    findings.push(
      finding(
        "template-no-lifecycle",
        "the template has no lifecycle policy: images are kept forever",
        "give the entry a `lifecycle`",
      ),
    );
  }
  return [...findings, ...(await checkRole(template, facts, unchecked))];
}

/**
 * Source: Amazon ECR user guide, "IAM permissions for creating repository creation templates"; without the role, the
 * first pull of each repository fails as not found (aws/containers-roadmap#2398).
 */
async function checkRole(
  template: RepositoryCreationTemplate,
  { iam }: RegionFacts,
  unchecked: string[],
): Promise<Finding[]> {
  const { customRoleArn, encryptionConfiguration, resourceTags = [] } = template;
  const needsRole = resourceTags.length > 0 || encryptionConfiguration?.encryptionType === "KMS";
  if (!customRoleArn) {
    const problem = "the template has tags or KMS encryption but no role: first pulls fail as not found";
    return needsRole
      ? [
          finding(
            "template-needs-role",
            problem,
            "set the template's customRoleArn, or let the component create the role",
          ),
        ]
      : [];
  }
  try {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: customRoleArn.split("/").at(-1) }));
    if (isTrusting(Role?.AssumeRolePolicyDocument)) return [];
    const problem = "the template's role does not let ecr.amazonaws.com assume it: first pulls fail as not found";
    return [
      finding(
        "role-trust",
        problem,
        "allow sts:AssumeRole to the service ecr.amazonaws.com in the role's trust policy",
      ),
    ];
  } catch (error) {
    if (errorName(error).startsWith("NoSuchEntity")) {
      return [
        finding(
          "role-missing",
          "the template's role does not exist: first pulls fail as not found",
          "run `pulumi up --refresh`",
        ),
      ];
    }
    if (!isDenied(error)) throw error;
    unchecked.push("template: no permission for iam:GetRole");
    return [];
  }
}

/** Whether a statement allows ECR to assume the role. Conditions are not judged. IAM returns the document URL-encoded. */
function isTrusting(document = ""): boolean {
  const { Statement = [] } = JSON.parse(decodeURIComponent(document) || "{}") as { Statement?: Trust | Trust[] };
  return [Statement].flat().some(({ Effect, Principal }) => {
    const services = typeof Principal === "object" ? [Principal.Service ?? []].flat() : [];
    return Effect === "Allow" && services.includes("ecr.amazonaws.com");
  });
}

interface Trust {
  readonly Effect?: string;
  readonly Principal?: string | { readonly Service?: string | string[] };
}

function driftOf(wanted: DeclaredTemplate, template: RepositoryCreationTemplate): string[] {
  const tags = Object.fromEntries((template.resourceTags ?? []).map(({ Key, Value }) => [Key, Value]));
  const compared: [field: string, wanted: unknown, found: unknown][] = [
    ["lifecyclePolicy", wanted.lifecyclePolicy, template.lifecyclePolicy],
    ["repositoryPolicy", wanted.repositoryPolicy, template.repositoryPolicy],
    ["imageTagMutability", wanted.imageTagMutability, template.imageTagMutability],
    ["encryptionType", wanted.encryptionType, template.encryptionConfiguration?.encryptionType],
    ["customRoleArn", wanted.customRoleArn, template.customRoleArn],
    ["resourceTags", wanted.resourceTags && JSON.stringify(wanted.resourceTags), JSON.stringify(tags)],
  ];
  return compared
    .filter(([, declared, found]) => declared !== undefined && !isSameJson(declared, found))
    .map(([field]) => field);
}

function finding(code: Code, problem: string, fix: string): Finding {
  return { check: "template", code, problem, fix };
}
