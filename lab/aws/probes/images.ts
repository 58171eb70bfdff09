import {
  BatchGetImageCommand,
  DeleteRegistryPolicyCommand,
  type ECRClient,
  GetRegistryPolicyCommand,
  type ImageIdentifier,
  PutLifecyclePolicyCommand,
  PutRegistryPolicyCommand,
  SetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import { type Probe, patience, verdict } from "../probe";
import type { Sandbox } from "../sandbox";

/** A small public image that has existed for years. */
const IMAGE = "docker/library/hello-world";
const REPOSITORY = "a repository";
const IMAGES_OF_TWO = "two repositories with one image of some kilobytes";

const CREATE = ["ecr:CreateRepository"];
const IMPORT = ["ecr:BatchImportUpstreamImage"];
const READ = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

const ACCEPTED = /^(?:at once|later)$/;

/** Questions about pulls and repositories. */
export const IMAGE_PROBES: readonly Probe[] = [
  {
    name: "pull-by-api",
    question: "Does BatchGetImage of a tag that is not cached import it?",
    makes: "a pull through cache rule and a repository with one image of some kilobytes",
    async ask(sandbox) {
      await sandbox.rule("tag");
      return (await get(sandbox, "tag", { imageTag: "latest" })).answer;
    },
  },
  {
    name: "pull-by-digest",
    question: "Is a digest that is not cached imported?",
    makes: "two pull through cache rules and two repositories with one image of some kilobytes",
    async ask(sandbox) {
      await sandbox.rule("known");
      await sandbox.rule("unknown");
      const { digest } = await get(sandbox, "known", { imageTag: "latest" });
      return (await get(sandbox, "unknown", { imageDigest: digest })).answer;
    },
  },
  {
    name: "pull-without-create",
    question: "Does a puller need ecr:CreateRepository if a template's role creates the repository?",
    makes: `two pull through cache rules, a template, two roles, and ${IMAGES_OF_TWO}`,
    async ask(sandbox) {
      const Action = [...CREATE, "ecr:TagResource", "ecr:ReplicateImage"];
      const creator = await sandbox.role("creator", [
        { Effect: "Allow", Action, Resource: repositories(sandbox, "asked") },
      ]);
      const resourceTags = [{ Key: "probe", Value: "1" }];
      const template = await patience(() => sandbox.template("asked", { customRoleArn: creator, resourceTags }));
      if (!ACCEPTED.test(template)) return `the template: ${template}`;
      const role = await sandbox.role("puller", [
        { Effect: "Allow", Action: [...IMPORT, ...READ], Resource: "*" },
        { Effect: "Allow", Action: CREATE, Resource: repositories(sandbox, "control") },
      ]);
      let puller: ECRClient | undefined;
      const assumed = await patience(async () => {
        puller = await sandbox.cloud.ecrAs(role);
      }, /AccessDenied/);
      return puller === undefined ? `the puller's role: ${assumed}` : pullBoth(sandbox, puller);
    },
  },
  {
    name: "pull-of-partner-without-read",
    question: "Does another account's first pull need read actions in the registry policy?",
    makes: `two statements in the registry policy, which is put back, two pull through cache rules, and ${IMAGES_OF_TWO}`,
    registryWide: true,
    needs: "partner",
    async ask(sandbox) {
      const { partner } = sandbox.cloud;
      if (partner === undefined) return "no partner";
      const allow = (Sid: string, Action: readonly string[], Resource: string) => ({
        Sid: `${sandbox.prefix}-${Sid}`.replace(/-/g, ""),
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${partner.account}:root` },
        Action,
        Resource,
      });
      await addToRegistryPolicy(sandbox, [
        allow("asked", [...CREATE, ...IMPORT], repositories(sandbox, "asked")),
        allow("control", [...CREATE, ...IMPORT, ...READ], repositories(sandbox, "control")),
      ]);
      return pullBoth(sandbox, partner.ecr);
    },
  },
  {
    name: "repository-policy-new-role",
    question: "May a repository policy name a role that was created a moment ago?",
    makes: "a repository and a role",
    async ask(sandbox) {
      const [repositoryName, role] = [await sandbox.repository("policy"), await sandbox.role("named")];
      const Statement = { Effect: "Allow", Principal: { AWS: role }, Action: "ecr:BatchGetImage" };
      const policyText = JSON.stringify({ Version: "2012-10-17", Statement: [{ Sid: "probe", ...Statement }] });
      return patience(() => sandbox.cloud.ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText })));
    },
  },
  {
    name: "lifecycle-expire-by-pull",
    question: "Does a lifecycle policy take sinceImagePulled with expire?",
    makes: REPOSITORY,
    ask: (sandbox) => lifecycle(sandbox, { countType: "sinceImagePulled", countUnit: "days", countNumber: 30 }),
  },
  {
    name: "lifecycle-storage-class-standard",
    question: "Does a lifecycle policy take storageClass standard, which is the default?",
    makes: REPOSITORY,
    ask: (sandbox) =>
      lifecycle(sandbox, {
        countType: "sinceImagePushed",
        countUnit: "days",
        countNumber: 30,
        storageClass: "standard",
      }),
  },
];

function repositories({ prefix, cloud: { region, account } }: Sandbox, rule: string): string {
  return `arn:aws:ecr:${region}:${account}:repository/${prefix}/${rule}/*`;
}

/**
 * Pulls with a client through two rules. Every permission is there for the rule "control": once that pull works, AWS
 * has seen the permissions. Then the pull through the rule "asked" is the answer.
 */
async function pullBoth(sandbox: Sandbox, client: ECRClient): Promise<string> {
  for (const rule of ["control", "asked"]) await sandbox.rule(rule);
  const control = await patience(async () => {
    const { answer } = await get(sandbox, "control", { imageTag: "latest" }, client);
    if (answer !== "found") throw Object.assign(new Error(), { name: answer });
  }, /Denied|NotFound/);
  if (!ACCEPTED.test(control)) return `with every permission: ${control}`;
  return (await get(sandbox, "asked", { imageTag: "latest" }, client)).answer;
}

/** Adds statements to the registry policy for as long as the probe runs. */
async function addToRegistryPolicy(sandbox: Sandbox, statements: readonly object[]): Promise<void> {
  const { ecr } = sandbox.cloud;
  const before = await ecr.send(new GetRegistryPolicyCommand({})).catch((error: Error) => {
    if (error.name !== "RegistryPolicyNotFoundException") throw error;
    return undefined;
  });
  const policyText = before?.policyText;
  const restore = () =>
    policyText === undefined
      ? ecr.send(new DeleteRegistryPolicyCommand({}))
      : ecr.send(new PutRegistryPolicyCommand({ policyText }));
  sandbox.note("the registry policy", restore);
  const policy = JSON.parse(policyText ?? '{"Version":"2012-10-17","Statement":[]}') as {
    Statement: object | object[];
  };
  const merged = { ...policy, Statement: [policy.Statement, statements].flat() };
  await ecr.send(new PutRegistryPolicyCommand({ policyText: JSON.stringify(merged) }));
}

async function get(sandbox: Sandbox, rule: string, imageId: ImageIdentifier, client = sandbox.cloud.ecr) {
  const repositoryName = sandbox.cached(`${rule}/${IMAGE}`);
  const registryId = sandbox.cloud.account;
  const command = new BatchGetImageCommand({ registryId, repositoryName, imageIds: [imageId] });
  try {
    const { images = [], failures = [] } = await client.send(command);
    const answer = images.length > 0 ? "found" : (failures[0]?.failureCode ?? "nothing");
    return { answer, digest: images[0]?.imageId?.imageDigest };
  } catch (error) {
    return { answer: (error as Error).name, digest: undefined };
  }
}

async function lifecycle(sandbox: Sandbox, selection: object): Promise<string> {
  const rule = { rulePriority: 1, selection: { tagStatus: "any", ...selection }, action: { type: "expire" } };
  const repositoryName = await sandbox.repository("lifecycle");
  const lifecyclePolicyText = JSON.stringify({ rules: [rule] });
  return verdict(sandbox.cloud.ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText })));
}
