import { loadAll } from "js-yaml";
import {
  type CacheRule,
  kyvernoPolicy,
  mutatingAdmissionPolicy,
  type PodPolicyOptions,
} from "../../../component/clients";
import type { Pod } from "../../../lab/clients/pods";
import { admitWithCel, type CelPolicy } from "./cel";
import type { PodRequest } from "./request";

const specOf = (text: string) => (loadAll(text)[0] as { spec: CelPolicy }).spec;

/** Every kind of policy for the rules. */
export function policies(of: readonly CacheRule[], options: PodPolicyOptions = {}) {
  const kyverno = specOf(kyvernoPolicy(of, options));
  const admission = specOf(mutatingAdmissionPolicy(of, options));
  const admit: Record<string, (request: PodRequest) => Pod> = {
    kyvernoPolicy: (request) => admitWithCel(kyverno, request),
    mutatingAdmissionPolicy: (request) => admitWithCel(admission, request),
  };
  return { kyverno, admission, admit };
}
