import { allowsSomething, type Statement, statementsOf } from "../aws/policy-document";
import { given } from "../aws/registry";
import { iamPolicies, iamRole, registryPolicy } from "../aws/types";
import { globMatches } from "../kit/glob";
import { any, both } from "../kit/logic";
import { type AnyResource, resourcePolicy } from "../kit/policy";
import { fieldsOf, items, read, type Unknown, unknown, type Value } from "../kit/values";
import { fail, pass, undecided, type Verdict } from "../kit/verdict";

const pullActions = [
  "ecr:batchgetimage",
  "ecr:getdownloadurlforlayer",
  "ecr:batchimportupstreamimage",
  "ecr:createrepository",
];
const allRepositories = /^(?:\*+|arn:\*+|arn:[^:]*:(?:ecr|\*+):[^:]*:[^:]*:(?:\*+|repository\/\*+))$/;

export const pullPermissionScoped = resourcePolicy<object>({
  name: "pull-permission-scoped",
  displayName: "Pull permissions name the cache",
  rule: "A policy that lets somebody pull through the cache should name the repositories below the cache prefixes.",
  why: 'On Resource "*" the same permission creates any repository, and pulls from every private one.',
  fix: "Use arn:<partition>:ecr:<region>:<account>:repository/<prefix>/*; only ecr:GetAuthorizationToken needs a statement on *.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html",
  enforcementLevel: "advisory",
  severity: "low",
  types: [...iamPolicies, iamRole, registryPolicy],
  judge: judgePolicy,
});

export function judgePolicy(resource: AnyResource): Verdict {
  const documents = documentsOf(resource);
  if (documents === unknown) return undecided;
  const answer = any(documents.map(isTooWide));
  if (answer === unknown) return undecided;
  return answer ? fail('A statement allows pulling from every repository (Resource "*" or repository/*).') : pass;
}

function documentsOf(resource: AnyResource): readonly Value[] | Unknown {
  if (resource.type !== iamRole) return [read(resource.props, "policy")];
  const inline = items(given(resource, "inlinePolicies"));
  return inline === unknown ? unknown : inline.map((one) => (one === unknown ? unknown : fieldsOf(one).policy));
}

function isTooWide(policy: Value): boolean | Unknown {
  const statements = statementsOf(policy);
  if (statements === unknown) return unknown;
  return any(
    (statements ?? []).map((statement) =>
      both(
        both(allowsSomething(statement), allowsPull(statement)),
        both(isEverywhere(statement), isUnconditional(statement)),
      ),
    ),
  );
}

function allowsPull(statement: Statement): boolean | Unknown {
  return anyOf(
    statement.action,
    (action) => action !== "*" && pullActions.some((pull) => globMatches(action.toLowerCase(), pull)),
  );
}

function isEverywhere(statement: Statement): boolean | Unknown {
  if (statement.notResource !== unknown && statement.notResource.length > 0) return true;
  return anyOf(statement.resource, (resource) => allRepositories.test(resource));
}

/** Tags on the resource narrow a statement just as names do. */
function isUnconditional(statement: Statement): boolean | Unknown {
  if (statement.conditions === unknown) return unknown;
  return !statement.conditions.some(({ key }) => key.includes("resourcetag/"));
}

function anyOf(values: readonly Value[] | Unknown, holds: (value: string) => boolean): boolean | Unknown {
  if (values === unknown) return unknown;
  return any(values.map((value) => (value === unknown ? unknown : typeof value === "string" && holds(value))));
}
