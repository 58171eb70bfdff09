import { shellQuote } from "../shell";
import type { SecretMode } from "./convert";
import type { Found } from "./entry";

/** Addresses that Terraform must forget, because Pulumi owns them now or they stay in use. */
export function forgottenAddresses(found: readonly Found[], mode: SecretMode): string[] {
  const addresses = found.flatMap(({ deployed }) => {
    if (!deployed) return [];
    const { rule, template, secret, inUse, others } = deployed;
    const kept = mode === "keep" ? [secret, ...others] : [];
    return [rule, template, ...inUse, ...kept].flatMap((resource) => resource?.address ?? []);
  });
  // Registries can share a secret or a role.
  return [...new Set(addresses)];
}

/** Addresses that stay in the state. `terraform destroy` removes them once the new stack is up. */
export function leftToDestroy(found: readonly Found[], mode: SecretMode): string[] {
  const forgotten = new Set(forgottenAddresses(found, mode));
  const addresses = found.flatMap(({ deployed }) =>
    [deployed?.secret, ...(deployed?.others ?? [])].flatMap((resource) => resource?.address ?? []),
  );
  return [...new Set(addresses)].filter((address) => !forgotten.has(address));
}

/** Without a state the addresses are found by type and key. */
const BY_KEY = ["aws_ecr_pull_through_cache_rule", "aws_ecr_repository_creation_template"] as const;

/**
 * A script that removes what Pulumi owns from Terraform's state in one step, so that `terraform destroy` does not touch
 * it. It can run twice, and supports `TERRAFORM=tofu` or `TERRAFORM=terragrunt`.
 */
export function stateRmScript(found: readonly Found[], mode: SecretMode): string {
  const addresses = forgottenAddresses(found, mode);
  const parts = found
    .filter(({ deployed }) => !deployed)
    .flatMap(({ key }) => BY_KEY.map((type) => `["${key}"].${type}.`));
  const patterns = [...addresses.map(shellQuote), ...parts.map((part) => `*${shellQuote(part)}*`)];
  return `#!/bin/sh
# Removes what Pulumi owns now from Terraform's state. Nothing in AWS changes. It can run again.
# Run it where the state is, after \`pulumi import\` and before \`terraform destroy\`.
set -eu
terraform="\${TERRAFORM:-terraform}"
listed="$("$terraform" state list)"

set --
while IFS= read -r address; do
  case "$address" in
    ${patterns.join(" | \\\n    ")}) set -- "$@" "$address" ;;
  esac
done <<LISTED
$listed
LISTED

if [ "$#" -gt 0 ]; then
  "$terraform" state rm "$@"
fi
`;
}
