import type { StackResource } from "../../kit/policy";
import { fieldsOf, items, json, read, text, unknown } from "../../kit/values";
import { roleFeeding, roleWithArn } from "../iam/roles";
import { accessEntry, batchJobDefinition, codeBuildProject, fargateProfile, nodeGroup, taskDefinition } from "../types";
import { imagesOf } from "./places/read";

/** Images, and the roles of the stack that can pull them. One role that may do so is enough. */
export interface Pull {
  readonly references: readonly string[];
  /** Whether some images are not known yet. */
  readonly open: boolean;
  readonly roles: readonly StackResource[];
}

const kubernetes = "kubernetes:";

/** The properties that name the role of a cluster's nodes. */
const nodes: Readonly<Record<string, string>> = {
  [nodeGroup]: "nodeRoleArn",
  [fargateProfile]: "podExecutionRoleArn",
  [accessEntry]: "principalArn",
};

/** Who pulls which images. AWS Lambda cannot pull through a cache, and the roles of other stacks are not visible. */
export function pullsOf(resources: readonly StackResource[]): Pull[] {
  const ofNodes = resources.filter(isNode).map((one) => roleFeeding(one, nodes[one.type] ?? "", resources));
  const pulls = new Map<string, Pull>();
  for (const resource of resources) {
    const roles = unique(resource.type.startsWith(kubernetes) ? ofNodes : [roleOfWorkload(resource, resources)]);
    if (roles.length === 0) continue;
    const { images, open } = imagesOf(resource);
    const key = roles.map(({ urn }) => urn).join();
    const before = pulls.get(key);
    const references = [...(before?.references ?? []), ...images.map(({ reference }) => reference)];
    pulls.set(key, { roles, references, open: open || before?.open === true });
  }
  return [...pulls.values()];
}

function unique(roles: readonly (StackResource | undefined)[]): StackResource[] {
  return [...new Map(roles.flatMap((role) => (role === undefined ? [] : [[role.urn, role]]))).values()];
}

/** Users have access entries, too. */
function isNode({ type, props }: StackResource): boolean {
  if (type === accessEntry) return String(text(read(props, "type"))).startsWith("EC2");
  return Object.hasOwn(nodes, type);
}

function roleOfWorkload(resource: StackResource, resources: readonly StackResource[]): StackResource | undefined {
  if (resource.type === taskDefinition) return roleFeeding(resource, "executionRoleArn", resources);
  if (resource.type === codeBuildProject) {
    const { imagePullCredentialsType } = fieldsOf(read(resource.props, "environment"));
    return imagePullCredentialsType === "SERVICE_ROLE" ? roleFeeding(resource, "serviceRole", resources) : undefined;
  }
  if (resource.type !== batchJobDefinition) return undefined;
  const container = fieldsOf(json(read(resource.props, "containerProperties")));
  const tasks = items(fieldsOf(json(read(resource.props, "ecsProperties"))).taskProperties);
  const task = tasks === unknown ? undefined : tasks.map(fieldsOf).find(({ executionRoleArn }) => executionRoleArn);
  const arn = text(container.executionRoleArn ?? task?.executionRoleArn);
  return typeof arn === "string" ? roleWithArn(arn, resources) : undefined;
}
