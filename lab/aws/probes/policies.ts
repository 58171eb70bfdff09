import { SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import { PutResourcePolicyCommand } from "@aws-sdk/client-secrets-manager";
import { type Probe, verdict } from "../probe";
import { document, type Sandbox } from "../sandbox";

const READ = { Action: "secretsmanager:GetSecretValue", Resource: "*" };
const EVERYONE = { Effect: "Allow", Principal: "*", ...READ };

/** Questions about how IAM policies are read. */
export const POLICY_PROBES: readonly Probe[] = [
  {
    name: "secret-policy-denied-again",
    question: "Does BlockPublicPolicy accept a policy that allows everyone something and denies everyone the same?",
    makes: "a secret",
    ask: (sandbox) => block(sandbox, [EVERYONE, { ...EVERYONE, Effect: "Deny" }]),
  },
  {
    name: "secret-policy-not-principal",
    question: "Does BlockPublicPolicy accept a policy that allows everyone except one account?",
    makes: "a secret",
    ask: (sandbox) => block(sandbox, [{ Effect: "Allow", NotPrincipal: { AWS: sandbox.cloud.account }, ...READ }]),
  },
  {
    name: "secret-policy-operator-in-lower-case",
    question: "Does BlockPublicPolicy read a condition operator in lower case?",
    makes: "a secret",
    ask: (sandbox) =>
      block(sandbox, [{ ...EVERYONE, Condition: { stringequals: { "aws:PrincipalAccount": sandbox.cloud.account } } }]),
  },
  {
    name: "simulation-of-two-resources",
    question: "How does IAM's simulation decide for two resources of which one is allowed?",
    makes: "a role",
    async ask(sandbox) {
      const { account, region, iam } = sandbox.cloud;
      const ResourceArns = ["yes", "no"].map((name) => `arn:aws:ecr:${region}:${account}:repository/${name}`);
      const Resource = ResourceArns[0];
      const role = await sandbox.role("simulated", [{ Effect: "Allow", Action: "ecr:BatchGetImage", Resource }]);
      const command = { PolicySourceArn: role, ActionNames: ["ecr:BatchGetImage"], ResourceArns };
      const { EvaluationResults: [result] = [] } = await iam.send(new SimulatePrincipalPolicyCommand(command));
      return result?.EvalDecision ?? "nothing";
    },
  },
];

async function block(sandbox: Sandbox, statements: readonly object[]): Promise<string> {
  const SecretId = await sandbox.secret("blocked");
  const policy = { SecretId, ResourcePolicy: document(statements), BlockPublicPolicy: true };
  return verdict(sandbox.cloud.secrets.send(new PutResourcePolicyCommand(policy)));
}
