#!/bin/sh
# Previews a stack with the policy pack, in any CI. Wants PULUMI_STACK, PULUMI_BACKEND_URL and what the backend and the
# AWS SDKs read from the environment. Exit code: not 0 when a mandatory policy is violated.
set -eu

pulumi login "$PULUMI_BACKEND_URL"
exec pulumi preview --non-interactive --stack "$PULUMI_STACK" \
  --policy-pack "${POLICY_PACK:-node_modules/pull-through-cache-policies}" \
  --policy-pack-config "${POLICY_PACK_CONFIG:-policies.json}"
