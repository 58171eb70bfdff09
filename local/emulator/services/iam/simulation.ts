import type { IAM } from "@aws-sdk/client-iam";
import { parseArn } from "../../aws";
import type { CallContext } from "../../context";
import { type OperationsOf, read } from "../../operation";
import { sessionPrincipal } from "../../policy/assume-role";
import { findRole, identityVerdict } from "../../policy/authorize";
import type { Verdict } from "../../policy/evaluate";
import { iamPage } from "./entities";
import { invalidInput, noSuchEntity } from "./errors";

const DECISIONS: Readonly<Record<Verdict, string>> = {
  allow: "allowed",
  deny: "explicitDeny",
  silent: "implicitDeny",
  delegates: "implicitDeny",
};

/**
 * The decision of a role's identity policies and permissions boundary, for each action and resource. Like AWS's
 * simulator, it ignores resource policies, and knows only the condition keys that the caller gives.
 */
export const simulation: OperationsOf<IAM> = {
  SimulatePrincipalPolicy: read(
    (input, context) => {
      if (input.PolicyInputList || input.PermissionsBoundaryPolicyInputList || input.ResourcePolicy) {
        throw invalidInput("The emulator simulates only the policies that the role has.");
      }
      const decide = simulated(input.PolicySourceArn, valuesOf(input.ContextEntries ?? []), context);
      const resources = input.ResourceArns ?? ["*"];
      const results = input.ActionNames.map((action) => {
        if (!/^[A-Za-z0-9-]+:[A-Za-z0-9]+$/.test(action)) throw invalidInput(`${action} is not a valid action.`);
        const decisions = resources.map((resource) => decide(action, resource));
        return {
          EvalActionName: action,
          // The service model: the ARN template of the action's resource type, not a resource that the caller named.
          EvalResourceName: resources.every((resource) => resource === "*") ? "*" : templateOf(action),
          // The model does not say how the results for several resources are combined. The strictest one is used.
          EvalDecision: ["explicitDeny", "implicitDeny", "allowed"].find((each) => decisions.includes(each)),
          ResourceSpecificResults: resources.map((resource, index) => ({
            EvalResourceName: resource,
            EvalResourceDecision: decisions[index],
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
  return (action: string, resource: string): string =>
    DECISIONS[identityVerdict(context.cloud, { principal, action, resource, values })];
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
