import { type ImageDecision, placeTable, readImages } from "pulumi-pull-through-cache/images";
import { CannotRunError } from "../exit";
import type { Audited, Finding, Judge, Unserved } from "./finding";

interface Owner {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly controller?: boolean;
}

interface Pod {
  readonly kind?: string;
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly creationTimestamp?: string;
    readonly labels?: { readonly [name: string]: string };
    readonly ownerReferences?: readonly Owner[];
  };
  readonly spec?: { readonly nodeName?: string };
}

/** The containers of `kubectl get pods --all-namespaces --output json`. */
export function auditPods(text: string, judge: Judge, since: Date | undefined): Audited {
  const table = placeTable();
  const findings: Finding[] = [];
  const unserved: Unserved[] = [];
  let containers = 0;
  for (const pod of podsIn(text)) {
    for (const { images } of readImages({ apiVersion: "v1", kind: "Pod", ...pod }, table)) {
      containers += images.length;
      for (const { reference: image, path } of images) {
        const judged = judge(image);
        const { decision } = judged;
        const container = nameAt(pod, path);
        const { owner, node } = placeOf(pod);
        if (judged.unserved) unserved.push({ owner, container, ...judged.unserved });
        if (decision.kind !== "rewritten" && decision.kind !== "digest") continue;
        const reason = reasonOf(pod, decision, since);
        findings.push({ owner, container, image, cached: decision.reference, node, ...reason });
      }
    }
  }
  return { findings, unserved, containers, left: 0 };
}

export const FOR_MANIFESTS = "For manifests, run `pull-through-cache rewrite --check` with the files.";
const WANTED = `give the output of \`kubectl get pods --all-namespaces --output json\`. ${FOR_MANIFESTS}`;

function podsIn(text: string): Pod[] {
  let value: { readonly kind?: string; readonly items?: Pod[] };
  try {
    value = JSON.parse(text) as typeof value;
  } catch {
    throw new CannotRunError(`The Pods are not JSON: ${WANTED}`);
  }
  const items = Array.isArray(value?.items) ? value.items : [value as Pod];
  const pods = items.filter((item) => (item?.kind ?? "Pod") === "Pod" && typeof item?.metadata === "object");
  if (pods.length > 0) return pods;
  const advice = items.length === 0 ? "is kubectl's context the right one?" : WANTED;
  throw new CannotRunError(`There are no Pods in the input: ${advice}`);
}

/** The name of the container or volume that a path is in. */
function nameAt(pod: Pod, path: readonly (string | number)[]): string {
  const [spec, list, index] = path;
  const lists = (pod as Record<string, Record<string, { readonly name?: string }[]>>)[String(spec)];
  return lists?.[String(list)]?.[Number(index)]?.name ?? String(list);
}

/** The Deployment behind a ReplicaSet has its name without the hash. */
function placeOf({ metadata, spec }: Pod): Pick<Finding, "owner" | "node"> {
  const { namespace = "default", name = "", labels } = metadata ?? {};
  const controller = controllerOf(metadata?.ownerReferences);
  const hash = `-${labels?.["pod-template-hash"]}`;
  const isDeployment = controller?.kind === "ReplicaSet" && controller.name?.endsWith(hash);
  const kind = isDeployment ? "Deployment" : (controller?.kind ?? "Pod");
  const owner = isDeployment ? controller.name?.slice(0, -hash.length) : (controller?.name ?? name);
  return { owner: `${namespace}/${kind}/${owner}`, node: spec?.nodeName ?? "" };
}

function controllerOf(owners: readonly Owner[] = []): Owner | undefined {
  return owners.find(({ controller }) => controller === true);
}

/** Groups whose controllers take any image that the Pods get. */
const KNOWN_GROUPS = /^(v1$|apps\/|batch\/)/;

/** Kinds that `kubectl rollout restart` takes. */
const RESTARTED = ["Deployment", "DaemonSet", "StatefulSet"];

function reasonOf(pod: Pod, decision: ImageDecision, since: Date | undefined): Pick<Finding, "why" | "fix"> {
  const controller = controllerOf(pod.metadata?.ownerReferences);
  const { kind = "", name = "", apiVersion = "v1" } = controller ?? {};
  const { namespace = "default", creationTimestamp } = pod.metadata ?? {};
  if (decision.kind === "digest") {
    return {
      why: "it is pinned by digest, which the policies leave",
      fix: "pull its tag through the cache first (`pull-through-cache warm`), then rewrite digests too",
    };
  }
  if (kind === "Node") return { why: "the node starts it from a file", fix: "change the image on the node" };
  if (!KNOWN_GROUPS.test(apiVersion)) {
    return { why: `an operator created it, for ${kind} ${name}`, fix: `name the cached image in the ${kind}` };
  }
  if (since !== undefined && creationTimestamp !== undefined && new Date(creationTimestamp) < since) {
    const [, workload = "", named] = placeOf(pod).owner.split("/");
    const restart = RESTARTED.includes(workload)
      ? `kubectl --namespace ${namespace} rollout restart ${workload.toLowerCase()}/${named}`
      : "create the Pod again";
    return { why: "it was created before the policy", fix: restart };
  }
  return {
    why: "its name is the upstream's",
    fix: "rewrite its manifest, or use a policy that includes its namespace and labels",
  };
}
