import type { ECR } from "@aws-sdk/client-ecr";
import type { CallContext } from "../../context";
import { type OperationsOf, operation } from "../../operation";
import { invalidParameter } from "./errors";
import { ownRegistry } from "./registry";

const SCOPE = "REGISTRY_POLICY_SCOPE";

/**
 * The scope of the registry policy, of AWS's account settings. V1 is accepted again for registries that have V2: the API
 * reference names V2 alone, and the Terraform provider both.
 */
export const accountSettings: OperationsOf<ECR> = {
  GetAccountSetting: operation(({ name }, context) => scopeOf(name, context)),
  PutAccountSetting: operation(({ name, value }, context) => {
    if (value !== "V1" && value !== "V2") throw invalidParameter(`Invalid parameter at 'value': ${name} is V1 or V2`);
    ownRegistry({}, context).registryPolicyScope = value === "V1" ? value : undefined;
    return scopeOf(name, context);
  }),
};

function scopeOf(name: string, context: CallContext) {
  if (name !== SCOPE) throw invalidParameter(`Invalid parameter at 'name': the emulator knows only ${SCOPE}`);
  return { name, value: ownRegistry({}, context).registryPolicyScope ?? "V2" };
}
