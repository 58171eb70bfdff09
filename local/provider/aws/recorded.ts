import type { ResourceType } from "../plugin";
import { recordedType } from "../recorder";

const ACCOUNT = "000000000000";

/** Types without an emulator, and what AWS adds to their inputs beside an ARN: they keep what a program gives them. */
const ADDED = {
  "aws:apprunner/service:Service": { serviceUrl: "service.us-east-1.awsapprunner.com" },
  "aws:batch/jobDefinition:JobDefinition": { revision: 1 },
  "aws:codebuild/project:Project": {},
  "aws:ecr/replicationConfiguration:ReplicationConfiguration": { registryId: ACCOUNT },
  "aws:ecs/cluster:Cluster": {},
  "aws:ecs/service:Service": {},
  "aws:ecs/taskDefinition:TaskDefinition": { revision: 1 },
  "aws:eks/nodeGroup:NodeGroup": {},
  "aws:lambda/function:Function": { version: "$LATEST" },
};

export const RECORDED: Readonly<Record<string, ResourceType>> = Object.fromEntries(
  Object.entries(ADDED).map(([token, added]) => [token, recorded(token, added)]),
);

function recorded(token: string, added: object): ResourceType {
  const [, service, type = ""] = /^aws:(\w+)\/(\w+)/.exec(token) ?? [];
  const kind = type.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return recordedType(
    ({ region = "us-east-1", name, family }) => ({
      arn: `arn:aws:${service}:${region}:${ACCOUNT}:${kind}/${name ?? family ?? "unnamed"}`,
      ...added,
    }),
    // A task definition is never changed in place.
    type === "taskDefinition",
  );
}
