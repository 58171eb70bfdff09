import { loadAll } from "js-yaml";
import { type CacheRule, clientConfiguration } from "../../../component/clients";
import type { Pod } from "../../../lab/clients/pods";
import { admitWithCel, type CelPolicy } from "./cel";
import { admitWithKyverno, type KyvernoPolicy } from "./jmespath";
import type { PodRequest } from "./request";

type Admit = (request: PodRequest) => Pod;
const manifest = (text: string) => loadAll(text)[0] as { spec: CelPolicy };

/** Every kind of policy for the rules, by the field of `clientConfiguration` that has it. */
export function policies(of: readonly CacheRule[]) {
  const { kyvernoPolicy, kyvernoMutatingPolicy, mutatingAdmissionPolicy } = clientConfiguration(of);
  const kyverno = loadAll(kyvernoPolicy)[0] as KyvernoPolicy;
  const mutating = manifest(kyvernoMutatingPolicy).spec;
  const admission = manifest(mutatingAdmissionPolicy).spec;
  const admit: Record<string, Admit> = {
    kyvernoPolicy: (request) => admitWithKyverno(kyverno, request),
    kyvernoMutatingPolicy: (request) => admitWithCel(mutating, request),
    mutatingAdmissionPolicy: (request) => admitWithCel(admission, request),
  };
  return { kyverno, mutating, admission, admit };
}
