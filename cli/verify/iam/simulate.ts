import {
  type ContextEntry,
  type EvaluationResult,
  type IAMClient,
  paginateSimulatePrincipalPolicy,
  type ResourceSpecificResult,
} from "@aws-sdk/client-iam";

/** What a role's own policies do not allow, according to IAM's simulator. */
export interface Denial {
  readonly action: string;
  readonly resource: string;
  readonly by: "nothing allows it" | "a policy denies it" | "its permissions boundary" | "the organization";
  /** Condition keys of its policies whose values the simulator was not given. With one of them it may be allowed. */
  readonly unknown: readonly string[];
}

export interface Question {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Condition keys and their values. */
  readonly context: { readonly [key: string]: string };
}

/** IAM takes no more resources in a call without long answers. */
const RESOURCES_PER_CALL = 50;

/**
 * Asks IAM's simulator, which knows inline and managed policies, the permissions boundary and the organization's
 * policies, and no resource policy. Source: IAM API reference, SimulatePrincipalPolicy.
 */
export async function simulate(client: IAMClient, role: string, question: Question): Promise<Denial[]> {
  const denials: Denial[] = [];
  for (let start = 0; start < question.resources.length; start += RESOURCES_PER_CALL) {
    const input = {
      PolicySourceArn: role,
      ActionNames: [...question.actions],
      ResourceArns: question.resources.slice(start, start + RESOURCES_PER_CALL),
      ContextEntries: Object.entries(question.context).map(
        ([key, value]): ContextEntry => ({
          ContextKeyName: key,
          ContextKeyValues: [value],
          ContextKeyType: "string",
        }),
      ),
    };
    for await (const { EvaluationResults = [] } of paginateSimulatePrincipalPolicy({ client }, input))
      denials.push(...EvaluationResults.flatMap((result) => denialsOf(result, input.ResourceArns)));
  }
  return denials;
}

function denialsOf(result: EvaluationResult, resources: readonly string[]): Denial[] {
  const { EvalActionName: action = "", EvalDecision, MissingContextValues, OrganizationsDecisionDetail } = result;
  const byOrganization = OrganizationsDecisionDetail?.AllowedByOrganizations === false;
  const whole = resources.map((EvalResourceName) => ({
    ...{ EvalResourceName, EvalResourceDecision: EvalDecision, MissingContextValues },
    PermissionsBoundaryDecisionDetail: result.PermissionsBoundaryDecisionDetail,
  }));
  const specific = result.ResourceSpecificResults ?? [];
  return (specific.length > 0 ? specific : whole)
    .filter(({ EvalResourceDecision }) => EvalResourceDecision !== "allowed")
    .map((one) => ({
      action,
      resource: one.EvalResourceName ?? "",
      by: byOrganization ? "the organization" : reasonOf(one),
      unknown: one.MissingContextValues ?? [],
    }));
}

function reasonOf({ EvalResourceDecision, PermissionsBoundaryDecisionDetail }: ResourceSpecificResult): Denial["by"] {
  if (EvalResourceDecision === "explicitDeny") return "a policy denies it";
  const isBounded = PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false;
  return isBounded ? "its permissions boundary" : "nothing allows it";
}
