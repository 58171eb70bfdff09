import type { IAM } from "@aws-sdk/client-iam";
import { parseArn } from "../../aws";
import type { CallContext } from "../../context";
import { type OperationsOf, operation } from "../../operation";
import { sessionPrincipal } from "../../policy/assume-role";
import { documentsOf, findRole, identityPolicyVerdict, identityVerdict } from "../../policy/authorize";
import { IDENTITY_POLICY, parsePolicy } from "../../policy/document";
import type { Verdict } from "../../policy/evaluate";
import { iamPage, invalidInput, noSuchEntity } from "./shared";

const DECISIONS: Readonly<Record<Verdict, string>> = {
  allow: "allowed",
  deny: "explicitDeny",
  silent: "implicitDeny",
  delegates: "implicitDeny",
  limited: "implicitDeny",
};

/**
 * The decision of a role's identity policies and permissions boundary, for each action and resource. Like AWS's
 * simulator, it ignores resource policies, knows only the condition keys that the caller gives, and names the others.
 */
export const simulation: OperationsOf<IAM> = {
  SimulatePrincipalPolicy: operation(
    (input, context) => {
      const { decide, missing } = simulated(input.PolicySourceArn, valuesOf(input.ContextEntries ?? []), context);
      const resources = input.ResourceArns ?? ["*"];
      const results = input.ActionNames.map((action) => {
        if (!/^[A-Za-z0-9-]+:[A-Za-z0-9]+$/.test(action)) throw invalidInput(`${action} is not a valid action.`);
        const decisions = resources.map((resource) => decide(action, resource));
        return {
          EvalActionName: action,
          // The service model: the ARN template of the action's resource type, not a resource that the caller named.
          EvalResourceName: resources.every((resource) => resource === "*") ? "*" : templateOf(action),
          // The model does not say how the results for several resources are combined. The strictest one is used.
          EvalDecision: ["explicitDeny", "implicitDeny", "allowed"].find((each) =>
            decisions.some(({ decision }) => decision === each),
          ),
          // Source of where they stand: API reference of IAM, EvaluationResult.
          MissingContextValues: input.ResourceArns ? undefined : missing,
          ResourceSpecificResults: resources.map((resource, index) => ({
            EvalResourceName: resource,
            EvalResourceDecision: decisions[index]?.decision,
            MissingContextValues: input.ResourceArns && missing,
            PermissionsBoundaryDecisionDetail: decisions[index]?.boundary || undefined,
          })),
        };
      });
      return iamPage("EvaluationResults", results, input);
    },
    (input) => input.PolicySourceArn,
  ),
};

function simulated(roleArn: string, values: ReadonlyMap<string, string>, context: CallContext) {
  const { account = "" } = parseArn(roleArn) ?? {};
  const role = account === context.account ? findRole(context.cloud, roleArn) : undefined;
  if (role === undefined) throw noSuchEntity(`The entity with ARN ${roleArn} cannot be found.`);
  const principal = sessionPrincipal(role, account, "simulation");
  const { policies, boundary } = documentsOf(context.cloud, role);
  const conditions = [...policies, ...(boundary ? [boundary] : [])]
    .flatMap((text) => (text === "" ? [] : parsePolicy(text, IDENTITY_POLICY)))
    .flatMap((statement) => statement.conditions.map(({ key }) => key));
  const missing = [...new Set(conditions)].filter((key) => !values.has(key.toLowerCase()));
  return {
    missing: missing.length > 0 ? missing : undefined,
    decide(action: string, resource: string) {
      const request = { principal, action, resource, values };
      return {
        decision: DECISIONS[identityVerdict(context.cloud, request)],
        boundary: boundary !== undefined && {
          AllowedByPermissionsBoundary: identityPolicyVerdict(boundary, request) === "allow",
        },
      };
    },
  };
}

interface ContextEntry {
  ContextKeyName?: string;
  ContextKeyValues?: string[];
}

function valuesOf(entries: readonly ContextEntry[]): ReadonlyMap<string, string> {
  return new Map(
    entries.map(({ ContextKeyName = "", ContextKeyValues = [] }) => {
      const [value = "", ...more] = ContextKeyValues;
      if (more.length > 0) throw invalidInput(`The emulator takes one value of ${ContextKeyName}.`);
      return [ContextKeyName.toLowerCase(), value];
    }),
  );
}

const templateOf = (action: string) =>
  // biome-ignore lint/suspicious/noTemplateCurlyInString: AWS's own notation.
  action.startsWith("ecr:") ? "arn:${Partition}:ecr:${Region}:${Account}:repository/${RepositoryName}" : "*";
