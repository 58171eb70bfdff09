import {
  DescribeRepositoryCreationTemplatesCommand,
  type RepositoryCreationTemplate,
  UpdateRepositoryCreationTemplateCommand,
  type UpdateRepositoryCreationTemplateCommandInput,
} from "@aws-sdk/client-ecr";
import { type Probe, patience, verdict } from "../probe";
import type { Sandbox } from "../sandbox";

const TEMPLATE = "a repository creation template";

/** Questions about repository creation templates. */
export const TEMPLATE_PROBES: readonly Probe[] = [
  {
    name: "template-new-role",
    question: "Does ECR see a role that was created a moment ago?",
    makes: `${TEMPLATE} and a role`,
    async ask(sandbox) {
      const customRoleArn = await sandbox.role("new");
      return patience(() => sandbox.template("new", { customRoleArn }));
    },
  },
  {
    name: "template-missing-role",
    question: "Does a template take a role that does not exist?",
    makes: TEMPLATE,
    ask(sandbox) {
      const customRoleArn = `arn:aws:iam::${sandbox.cloud.account}:role/${sandbox.prefix}-nobody`;
      return verdict(sandbox.template("nobody", { customRoleArn }));
    },
  },
  {
    name: "template-tags-without-role",
    question: "Does a template take tags without a role?",
    makes: TEMPLATE,
    ask: (sandbox) => verdict(sandbox.template("tags", { resourceTags: [{ Key: "probe", Value: "1" }] })),
  },
  {
    name: "template-aes256-with-key",
    question: "Does an update to AES256 take a KMS key?",
    makes: TEMPLATE,
    async ask(sandbox) {
      const { account, region } = sandbox.cloud;
      const kmsKey = `arn:aws:kms:${region}:${account}:key/00000000-0000-0000-0000-000000000000`;
      await sandbox.template("aes");
      return update(
        sandbox,
        "aes",
        { encryptionConfiguration: { encryptionType: "AES256", kmsKey } },
        () => "accepted",
      );
    },
  },
  {
    name: "template-kms-key-shown",
    question: "Which key does ECR show of a template that says KMS without a key?",
    makes: TEMPLATE,
    async ask(sandbox) {
      await sandbox.template("kms", { encryptionConfiguration: { encryptionType: "KMS" } });
      const key = (await shown(sandbox, "kms"))?.encryptionConfiguration?.kmsKey;
      return key ? key.replace(/^.*:/, "") : "nothing";
    },
  },
  {
    name: "template-mutable-without-filters",
    question: "What becomes of the exclusion filters when an update says MUTABLE and nothing of them?",
    makes: TEMPLATE,
    async ask(sandbox) {
      await sandbox.template("filters", {
        imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters: [{ filter: "dev-*", filterType: "WILDCARD" }],
      });
      return update(sandbox, "filters", { imageTagMutability: "MUTABLE" }, (template) =>
        template.imageTagMutabilityExclusionFilters?.length ? "they stay" : "they go",
      );
    },
  },
  {
    name: "template-empty-role",
    question: "Does an empty role in an update take the role away?",
    makes: `${TEMPLATE} and a role`,
    async ask(sandbox) {
      const customRoleArn = await sandbox.role("gone");
      await patience(() => sandbox.template("gone", { customRoleArn }));
      return update(sandbox, "gone", { customRoleArn: "" }, (template) =>
        template.customRoleArn ? "it stays" : "it goes",
      );
    },
  },
  {
    name: "template-unknown-prefix",
    question: "How does ECR describe a template that does not exist?",
    makes: "nothing",
    async ask(sandbox) {
      const prefixes = [`${sandbox.prefix}/nothing`];
      const call = sandbox.cloud.ecr.send(new DescribeRepositoryCreationTemplatesCommand({ prefixes }));
      const answer = await verdict(call);
      return answer === "accepted" ? `${(await call).repositoryCreationTemplates?.length ?? 0} templates` : answer;
    },
  },
];

/** Updates a template, and says what the result is if ECR accepts the update. */
async function update(
  sandbox: Sandbox,
  name: string,
  change: Partial<UpdateRepositoryCreationTemplateCommandInput>,
  outcome: (template: RepositoryCreationTemplate) => string,
): Promise<string> {
  const command = new UpdateRepositoryCreationTemplateCommand({ prefix: `${sandbox.prefix}/${name}`, ...change });
  const answer = await verdict(sandbox.cloud.ecr.send(command));
  return answer === "accepted" ? outcome((await shown(sandbox, name)) ?? {}) : answer;
}

async function shown(sandbox: Sandbox, name: string): Promise<RepositoryCreationTemplate | undefined> {
  const command = new DescribeRepositoryCreationTemplatesCommand({ prefixes: [`${sandbox.prefix}/${name}`] });
  return (await sandbox.cloud.ecr.send(command)).repositoryCreationTemplates?.[0];
}
