import type { Pod } from "../../../lab/clients/pods";

/** What the API server asks a policy: a new Pod, or new ephemeral containers in one. */
export interface PodRequest {
  operation: "CREATE" | "UPDATE";
  object: Pod;
  oldObject: Pod | null;
}

export const LISTS = ["containers", "initContainers", "ephemeralContainers"] as const;
