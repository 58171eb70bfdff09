import { randomBytes } from "node:crypto";
import type { CloudControlClient } from "@aws-sdk/client-cloudcontrol";
import {
  CreatePullThroughCacheRuleCommand,
  type CreatePullThroughCacheRuleCommandInput,
  CreateRepositoryCommand,
  CreateRepositoryCreationTemplateCommand,
  type CreateRepositoryCreationTemplateCommandInput,
  DeletePullThroughCacheRuleCommand,
  DeleteRepositoryCommand,
  DeleteRepositoryCreationTemplateCommand,
  type ECRClient,
} from "@aws-sdk/client-ecr";
import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  type IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import type { SchedulerClient } from "@aws-sdk/client-scheduler";
import { CreateSecretCommand, DeleteSecretCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

/** What probes ask: an AWS account, or the emulator. */
export interface Cloud {
  readonly account: string;
  readonly region: string;
  readonly ecr: ECRClient;
  readonly iam: IAMClient;
  readonly secrets: SecretsManagerClient;
  readonly events: EventBridgeClient;
  readonly scheduler: SchedulerClient;
  readonly settings: CloudControlClient;
  /** ECR as somebody who has assumed a role of the account. */
  ecrAs(roleArn: string): Promise<ECRClient>;
  /** The ARN of a customer managed key of the account and Region. */
  readonly kmsKey?: string;
  /** Another account, in which the probe may do everything. */
  readonly partner?: { readonly account: string; readonly ecr: ECRClient };
}

type Undo = () => Promise<unknown>;

/** An IAM policy document. */
export const document = (Statement: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement });

/** Errors for the deletion of something that does not exist. */
export const GONE = /NotFound|NoSuchEntity/;

/**
 * Creates what a probe needs under its own prefix, and removes it. It notes how to remove a thing before it creates it,
 * so an interruption leaves nothing behind.
 */
export class Sandbox {
  /** Every name starts with this. It is a valid prefix for rules. */
  readonly prefix = `probe-${randomBytes(3).toString("hex")}`;
  private readonly undo: { readonly what: string; readonly run: Undo }[] = [];
  private closed = false;

  constructor(readonly cloud: Cloud) {}

  async rule(name: string, more: Partial<CreatePullThroughCacheRuleCommandInput> = {}) {
    const ecrRepositoryPrefix = name === "ROOT" ? name : `${this.prefix}/${name}`;
    const command = new DeletePullThroughCacheRuleCommand({ ecrRepositoryPrefix });
    this.note(`rule ${ecrRepositoryPrefix}`, () => this.cloud.ecr.send(command));
    return this.cloud.ecr.send(
      new CreatePullThroughCacheRuleCommand({ ecrRepositoryPrefix, upstreamRegistryUrl: "public.ecr.aws", ...more }),
    );
  }

  async template(name: string, more: Partial<CreateRepositoryCreationTemplateCommandInput> = {}) {
    const prefix = `${this.prefix}/${name}`;
    const command = new DeleteRepositoryCreationTemplateCommand({ prefix });
    this.note(`template ${prefix}`, () => this.cloud.ecr.send(command));
    return this.cloud.ecr.send(
      new CreateRepositoryCreationTemplateCommand({ prefix, appliedFor: ["PULL_THROUGH_CACHE"], ...more }),
    );
  }

  /** A secret with invented credentials. */
  async secret(name: string, KmsKeyId?: string): Promise<string> {
    const Name = `ecr-pullthroughcache/${this.prefix}/${name}`;
    const command = new DeleteSecretCommand({ SecretId: Name, ForceDeleteWithoutRecovery: true });
    this.note(`secret ${Name}`, () => this.cloud.secrets.send(command));
    const SecretString = JSON.stringify({ username: "nobody", accessToken: "invented" });
    return (await this.cloud.secrets.send(new CreateSecretCommand({ Name, SecretString, KmsKeyId }))).ARN ?? "";
  }

  /** A role that ECR, EventBridge Scheduler and the account may assume. Without statements it has no permissions. */
  async role(name: string, statements: readonly object[] = []): Promise<string> {
    const RoleName = `${this.prefix}-${name}`;
    const { iam } = this.cloud;
    this.note(`role ${RoleName}`, () => iam.send(new DeleteRoleCommand({ RoleName })));
    const Service = ["ecr.amazonaws.com", "pullthroughcache.ecr.amazonaws.com", "scheduler.amazonaws.com"];
    const AWS = `arn:aws:iam::${this.cloud.account}:root`;
    const trust = { Effect: "Allow", Principal: { Service, AWS }, Action: "sts:AssumeRole" };
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document([trust]) }));
    if (statements.length > 0) {
      const PolicyName = "probe";
      this.note(`policy of ${RoleName}`, () => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })));
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: document(statements) }));
    }
    return Role?.Arn ?? "";
  }

  async repository(name: string): Promise<string> {
    const repositoryName = `${this.prefix}/${name}`;
    this.cached(name);
    await this.cloud.ecr.send(new CreateRepositoryCommand({ repositoryName }));
    return repositoryName;
  }

  /** A repository that a pull creates. */
  cached(name: string): string {
    const repositoryName = `${this.prefix}/${name}`;
    const command = new DeleteRepositoryCommand({ repositoryName, force: true });
    this.note(`repository ${repositoryName}`, () => this.cloud.ecr.send(command));
    return repositoryName;
  }

  /** Anything else that must be restored at the end. */
  note(what: string, run: Undo): void {
    if (this.closed) throw new Error("interrupted");
    this.undo.push({ what, run });
  }

  /** Refuses to create anything from now on. */
  close(): void {
    this.closed = true;
  }

  /** Removes everything, the newest first. Returns what could not be removed, with the reason. */
  async clear(): Promise<string[]> {
    this.close();
    const left: string[] = [];
    for (let last = this.undo.pop(); last !== undefined; last = this.undo.pop()) {
      const { what, run } = last;
      await run().catch((error: Error) => {
        if (!GONE.test(error.name)) left.push(`${what}: ${error.name}: ${error.message}`);
      });
    }
    return left;
  }
}
