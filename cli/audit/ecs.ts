import {
  type Container,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  paginateListClusters,
  paginateListTaskDefinitionFamilies,
  paginateListTasks,
  type Task,
} from "@aws-sdk/client-ecs";
import type { ImageDecision } from "pulumi-pull-through-cache/images";
import { attempt } from "../aws/attempt";
import { workThrough } from "../terminal/work";
import { AT_ONCE, type Audited, type AuditRun, type Finding, type Judge, type Unserved } from "./finding";

/** Source: API model of Amazon ECS, DescribeTasks. */
const BATCH = 100;

/** Running tasks, and the newest active task definition of each family. */
export async function auditEcs(ecs: ECSClient, judge: Judge, run: AuditRun): Promise<Audited> {
  const { unchecked, terminal } = run;
  const findings: Finding[] = [];
  const unserved: Unserved[] = [];
  let containers = 0;
  const see = (image: string | undefined, place: Pick<Finding, "owner" | "container" | "node">, extra?: string) => {
    if (image === undefined) return;
    containers++;
    const judged = judge(image);
    const { decision } = judged;
    if (judged.unserved) unserved.push({ owner: place.owner, container: place.container, ...judged.unserved });
    if (decision.kind !== "rewritten" && decision.kind !== "digest") return;
    findings.push({ ...place, image, cached: decision.reference, ...reasonOf(decision, extra) });
  };
  const clusters: string[] = [];
  const families: string[] = [];
  await attempt(unchecked, "ECS clusters", async () => {
    for await (const { clusterArns = [] } of paginateListClusters({ client: ecs }, {})) clusters.push(...clusterArns);
  });
  await attempt(unchecked, "ECS task definitions", async () => {
    for await (const page of paginateListTaskDefinitionFamilies({ client: ecs }, { status: "ACTIVE" }))
      families.push(...(page.families ?? []));
  });
  const tasks = await workThrough(terminal, clusters, { unit: "cluster", concurrency: AT_ONCE }, (cluster) =>
    attempt(unchecked, `tasks of ${cluster}`, async () => {
      for (const task of await tasksOf(ecs, cluster)) {
        for (const container of task.containers ?? []) see(container.image, placeOf(cluster, task, container));
      }
    }),
  );
  const definitions = await workThrough(
    terminal,
    tasks.left > 0 ? [] : families,
    { unit: "task definition", concurrency: AT_ONCE },
    (family) =>
      attempt(unchecked, `task definition ${family}`, async () => {
        const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: family }));
        for (const { image, name = "", repositoryCredentials } of taskDefinition?.containerDefinitions ?? []) {
          const owner = `task definition ${family}:${taskDefinition?.revision}`;
          const other = repositoryCredentials && "it has repositoryCredentials, which ECS would use for Amazon ECR too";
          see(image, { owner, container: name, node: "" }, other);
        }
      }),
  );
  return { findings, unserved, containers, left: tasks.left + (tasks.left > 0 ? families.length : definitions.left) };
}

async function tasksOf(ecs: ECSClient, cluster: string): Promise<Task[]> {
  const found: Task[] = [];
  for await (const { taskArns = [] } of paginateListTasks({ client: ecs, pageSize: BATCH }, { cluster })) {
    if (taskArns.length === 0) continue;
    const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
    found.push(...tasks);
  }
  return found;
}

function placeOf(cluster: string, task: Task, { name = "" }: Container): Pick<Finding, "owner" | "container" | "node"> {
  const last = (arn: string) => arn.slice(arn.lastIndexOf("/") + 1);
  const node = task.containerInstanceArn === undefined ? (task.launchType ?? "") : last(task.containerInstanceArn);
  return { owner: `${last(cluster)}/${task.group ?? last(task.taskArn ?? "")}`, container: name, node };
}

function reasonOf({ kind }: ImageDecision, other: string | undefined): Pick<Finding, "why" | "fix"> {
  if (other !== undefined) return { why: other, fix: "remove them, and name the cached image" };
  if (kind === "digest") {
    return {
      why: "it is pinned by digest",
      fix: "pull its tag through the cache first (`pull-through-cache warm`), then name the cached image",
    };
  }
  return { why: "its name is the upstream's", fix: "name the cached image in the task definition" };
}
