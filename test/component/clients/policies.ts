import { loadAll } from "js-yaml";
import {
  type CacheRule,
  kyvernoPolicy,
  mutatingAdmissionPolicy,
  type PodPolicyOptions,
} from "../../../component/clients";
import type { Pod } from "../../../lab/clients/pods";
import { admitWithCel, type CelPolicy, type PodRequest } from "./cel";

/** Every kind of policy for the rules. */
export function policies(of: readonly CacheRule[], options: PodPolicyOptions = {}) {
  const manifests = loadAll([kyvernoPolicy, mutatingAdmissionPolicy].map((write) => write(of, options)).join(""));
  const [kyverno, admission, binding] = manifests as { spec: CelPolicy }[];
  const admit: Record<string, (request: PodRequest) => Pod> = {
    kyvernoPolicy: (request) => admitWithCel(kyverno?.spec as CelPolicy, request),
    mutatingAdmissionPolicy: (request) => admitWithCel(admission?.spec as CelPolicy, request),
  };
  return { kyverno, admission, binding, admit };
}
