import { findUpstream, type Upstream } from "../catalogue";
import type { Issue } from "../problems/issue";

/**
 * The settings of an entry that its upstream cannot have, whatever their values are, so that nobody is told how to write
 * them. The entry may have any shape.
 *
 * @param isGiven Whether the argument `credentials` has the entry's key.
 */
export function unfitIssues(key: string, entry: unknown, isGiven: boolean): Issue[] {
  const settings = Object(entry) as { readonly [setting: string]: unknown };
  const { registry = key } = settings;
  const lookup = typeof registry === "string" ? findUpstream(registry) : undefined;
  if (!lookup?.ok) return [];
  const { upstream } = lookup;
  const unfit = Object.entries(unfitSettings(upstream))
    .filter(([setting]) => settings[setting] !== undefined)
    .map(([setting, message]) => ({ path: ["registries", key, setting], message }));
  return isGiven && upstream.authentication !== "credentials"
    ? [...unfit, { path: ["credentials", key], message: withoutCredentials(upstream) }]
    : unfit;
}

/** Why an upstream cannot have a setting, by setting. */
function unfitSettings(upstream: Upstream): { readonly [setting: string]: string } {
  const { authentication, host } = upstream;
  const noRole = `${host} does not use a role: only ECR upstreams do`;
  const noCredentials = withoutCredentials(upstream);
  return {
    ...(authentication !== "role" && { roleArn: noRole, createRole: noRole }),
    ...(authentication !== "credentials" && {
      credentialArn: noCredentials,
      credentialArns: noCredentials,
      secret: NO_SECRET,
      tokenExpires: `ECR pulls from ${host} without a token: remove it`,
    }),
  };
}

export const NO_SECRET = "the component creates no secret for this entry";

function withoutCredentials({ kind, host }: Upstream): string {
  const reason = `ECR pulls from ${host} without credentials`;
  return kind === "quay" ? `${reason}; private repositories of Quay are not supported` : reason;
}

/** Problems with shapes, without those in what is refused anyway. */
export function notRefused(issues: readonly Issue[], refused: readonly Issue[]): Issue[] {
  const paths = new Set(refused.map(({ path }) => JSON.stringify(path)));
  return issues.filter(
    ({ path }) => !path.some((_, index) => index > 0 && paths.has(JSON.stringify(path.slice(0, index + 1)))),
  );
}
