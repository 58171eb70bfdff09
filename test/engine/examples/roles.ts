import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import type { LocalAws } from "../../../local";
import { root } from "../../support/aws";

/** An IAM client of an account's root. */
export function iam(aws: LocalAws, account: string): IAMClient {
  return new IAMClient({ endpoint: aws.url, region: "us-east-1", credentials: root(account) });
}

/** A trust policy for an account. */
export function trust(account: string): string {
  const Principal = { AWS: `arn:aws:iam::${account}:root` };
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal, Action: "sts:AssumeRole" }],
  });
}

/** Creates a role, and returns its ARN. */
export async function createRole(aws: LocalAws, name: string, account: string, trusted = account): Promise<string> {
  const command = new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust(trusted) });
  return (await iam(aws, account).send(command)).Role?.Arn ?? "";
}

/** The role that AWS Organizations makes in every member account. */
export async function createAdministrator(aws: LocalAws, account: string, trusted: string): Promise<void> {
  const name = "OrganizationAccountAccessRole";
  await createRole(aws, name, account, trusted);
  const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
  await iam(aws, account).send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn }));
}
