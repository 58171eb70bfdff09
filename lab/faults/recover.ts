import { DeletePullThroughCacheRuleCommand, DeleteRepositoryCreationTemplateCommand } from "@aws-sdk/client-ecr";
import { DeleteSecretCommand } from "@aws-sdk/client-secrets-manager";
import { ecr, root, secretsManager } from "../../test/support/aws";
import { deleteRole } from "../aws/remains";
import { awsSnapshot, iam, type Leftovers, leftovers } from "./snapshot";
import { ACCOUNT, type FaultStack } from "./stack";

/** What a user does with the stack's lock after the CLI was killed. */
export async function unlock(stack: FaultStack): Promise<void> {
  await stack.pulumi("cancel", "--yes");
}

/** Forgets creations that a kill interrupted, because the engine warns about them. */
export async function forgetPending(stack: FaultStack): Promise<void> {
  await stack.pulumi("refresh", "--yes", "--skip-preview", "--clear-pending-creates");
}

/** Runs the commands that errors name for what an interrupted replacement left. Returns how many there are. */
export async function deleteLeft(stack: FaultStack, output: string): Promise<number> {
  const registry = ecr(stack.engine.aws, root(ACCOUNT));
  const commands = new Set(output.match(/aws ecr delete-\S+ --\S+ \S+ --region us-east-1/g));
  for (const command of commands) {
    const [, , operation, , prefix = ""] = command.split(" ");
    if (operation === "delete-repository-creation-template")
      await registry.send(new DeleteRepositoryCreationTemplateCommand({ prefix }));
    else await registry.send(new DeletePullThroughCacheRuleCommand({ ecrRepositoryPrefix: prefix }));
  }
  return commands.size;
}

/** Forgets interrupted creations, and deletes everything in AWS that the stack does not know. */
export async function cleanUp(stack: FaultStack): Promise<Leftovers> {
  await forgetPending(stack);
  const { aws } = stack.engine;
  const found = leftovers(await awsSnapshot(aws), await stack.state());
  const registry = ecr(aws, root(ACCOUNT));
  for (const ecrRepositoryPrefix of found.rules) {
    await registry.send(new DeletePullThroughCacheRuleCommand({ ecrRepositoryPrefix }));
  }
  for (const prefix of found.templates) await registry.send(new DeleteRepositoryCreationTemplateCommand({ prefix }));
  for (const SecretId of found.secrets) {
    const client = secretsManager(aws, root(ACCOUNT));
    await client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
  }
  for (const name of found.roles) await deleteRole({ iam: iam(aws) }, name);
  return found;
}
