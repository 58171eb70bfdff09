import type { ResourceType } from "../../plugin";
import { type RecordedType, recordedType } from "../../recorder";

const ACCOUNT = "000000000000";

/** The ARN of a resource, from its name or family. */
const arnOf =
  (service: string, kind: string): RecordedType["compute"] =>
  (id, inputs) => ({
    arn: `arn:aws:${service}:${inputs.region ?? "us-east-1"}:${ACCOUNT}:${kind}/${inputs.name ?? inputs.family ?? id}`,
  });

/** Types without an emulator: they keep what a program gives them. */
export const RECORDED: Readonly<Record<string, ResourceType>> = {
  "aws:ecs/cluster:Cluster": recordedType({ computed: ["arn"], compute: arnOf("ecs", "cluster") }),
  "aws:ecs/service:Service": recordedType({ computed: ["arn"], compute: arnOf("ecs", "service") }),
  "aws:ecs/taskDefinition:TaskDefinition": recordedType({
    computed: ["arn", "revision"],
    forceNew: [
      "containerDefinitions",
      "cpu",
      "memory",
      "family",
      "executionRoleArn",
      "taskRoleArn",
      "networkMode",
      "volumes",
    ],
    compute: (id, inputs) => ({ ...arnOf("ecs", "task-definition")?.(id, inputs), revision: 1 }),
  }),
  "aws:batch/jobDefinition:JobDefinition": recordedType({
    computed: ["arn", "revision"],
    compute: arnOf("batch", "job-definition"),
  }),
  "aws:apprunner/service:Service": recordedType({
    computed: ["arn", "serviceUrl"],
    compute: arnOf("apprunner", "service"),
  }),
  "aws:codebuild/project:Project": recordedType({ computed: ["arn"], compute: arnOf("codebuild", "project") }),
  "aws:ecr/replicationConfiguration:ReplicationConfiguration": recordedType({
    computed: ["registryId"],
    compute: () => ({ registryId: ACCOUNT }),
  }),
  "aws:eks/nodeGroup:NodeGroup": recordedType({ computed: ["arn"], compute: arnOf("eks", "nodegroup") }),
  "aws:lambda/function:Function": recordedType({ computed: ["arn", "version"], compute: arnOf("lambda", "function") }),
};
