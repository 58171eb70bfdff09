import {
  BatchGetImageCommand,
  type ImageIdentifier,
  PutLifecyclePolicyCommand,
  SetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import { type Probe, patience, verdict } from "../probe";
import type { Sandbox } from "../sandbox";

/** A small public image that has existed for years. */
const IMAGE = "docker/library/hello-world";
const REPOSITORY = "a repository";

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

async function get(sandbox: Sandbox, rule: string, imageId: ImageIdentifier) {
  const repositoryName = sandbox.cached(`${rule}/${IMAGE}`);
  const command = new BatchGetImageCommand({ repositoryName, imageIds: [imageId] });
  try {
    const { images = [], failures = [] } = await sandbox.cloud.ecr.send(command);
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
