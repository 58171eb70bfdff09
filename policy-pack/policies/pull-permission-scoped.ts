import { given } from "../aws/account/registry";
import { does, nameOf, type Statement, statementsOf } from "../aws/iam/policy-document";
import { isEcrRole, roleOf } from "../aws/iam/roles";
import { iamPolicies, iamRole, pullThroughCacheRule, registryPolicy } from "../aws/types";
import { globMatches } from "../kit/glob";
import { anyOf, all as every, not } from "../kit/logic";
import { type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { fieldsOf, items, read, type Unknown, unknown, type Value } from "../kit/values";
import { all, fail, ifConcerned, pass, undecided, type Verdict } from "../kit/verdict";

const importAction = "ecr:batchimportupstreamimage";
const allRepositories = /^(?:\*+|arn:\*+|arn:[^:]*:(?:ecr|\*+):[^:]*:[^:]*:(?:\*+|repository\/\*+(?:\/\*+)*))$/;

export const pullPermissionScoped = stackPolicy<object>({
  name: "pull-permission-scoped",
  displayName: "Pull permissions name the cache",
  rule: "A policy that lets somebody pull through the cache should name the repositories below the cache prefixes.",
  why: 'With Resource "*" the same permission fills every cache of the account, including those of other stacks.',
  fix: "Name the repositories of the cache in the statement's Resource: arn:<partition>:ecr:<region>:<account>:repository/<prefix>/*. Only ecr:GetAuthorizationToken needs a statement on *.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html",
  enforcementLevel: "advisory",
  severity: "low",
  topic: "security",
  trigger: pullThroughCacheRule,
  judge: judgePolicies,
});

const judged = [...iamPolicies, iamRole, registryPolicy];

/** A role that ECR assumes needs the permission for everything, according to AWS's documentation. */
export function judgePolicies(resources: readonly StackResource[]): Finding[] {
  return resources
    .filter(({ type }) => judged.includes(type))
    .map((resource) => {
      const concerned = not(isEcrRole(roleOf(resource, resources)));
      return { resource, verdict: ifConcerned(concerned, judgePolicy(resource)) };
    });
}

function judgePolicy(resource: StackResource): Verdict {
  const documents = documentsOf(resource);
  return documents === unknown ? undecided : all(documents.map(judgeDocument));
}

function documentsOf(resource: StackResource): readonly Value[] | Unknown {
  if (resource.type !== iamRole) return [read(resource.props, "policy")];
  const inline = items(given(resource, "inlinePolicies"));
  return inline === unknown ? unknown : inline.map((one) => (one === unknown ? unknown : fieldsOf(one).policy));
}

function judgeDocument(policy: Value): Verdict {
  const statements = statementsOf(policy);
  if (statements === unknown) return undecided;
  const answers = (statements ?? []).map((statement) => ({ statement, wide: isTooWide(statement) }));
  const first = answers.find(({ wide }) => wide === true);
  if (first !== undefined) return fail(`${nameOf(first.statement)} allows pulling through every cache of the account.`);
  return answers.some(({ wide }) => wide === unknown) ? undecided : pass;
}

function isTooWide(statement: Statement): boolean | Unknown {
  return every([
    does("Allow", statement),
    allowsImport(statement),
    isEverywhere(statement),
    isUnconditional(statement),
  ]);
}

/** An administrator's `*` is not meant as a permission to pull. */
function allowsImport(statement: Statement): boolean | Unknown {
  return anyOf(statement.action, (action) => action !== "*" && globMatches(action.toLowerCase(), importAction));
}

function isEverywhere(statement: Statement): boolean | Unknown {
  if (statement.notResource === unknown || statement.notResource.length > 0) return true;
  return anyOf(statement.resource, (resource) => allRepositories.test(resource));
}

/** Conditions on resource tags narrow a statement just as names do. */
function isUnconditional(statement: Statement): boolean | Unknown {
  if (statement.conditions === unknown) return unknown;
  return !statement.conditions.some(({ key }) => key.includes("resourcetag/"));
}
