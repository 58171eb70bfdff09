import { tokenExpiryKnown as policy } from "../../../policy-pack/policies/token-expiry-known";
import { fed, judges, later, passes, rule, secret } from "../support";

const of = (upstreamRegistryUrl: string, props: object = {}) => {
  const token = secret("token", { ...props });
  return [token, rule("r", { upstreamRegistryUrl }, fed({ credentialArn: [token] }))];
};
const tagged = (day: unknown) => ({ tags: { "pull-through-cache:token-expires": day } });

judges(policy, {
  "passes upstreams whose tokens need not expire, and secrets that say when they do": [
    passes,
    ...["registry-1.docker.io", "ghcr.io", "shop.azurecr.io", later].map((host) => of(host)),
    ...["2099-01-01", "never", later].map((day) => of("cgr.dev", tagged(day))),
    of("cgr.dev", { tags: later }),
    [rule("r"), secret("unused")],
  ],
  "reports a Chainguard token that expires on a day that nobody wrote down": [
    "token: Nobody will be warned before the token expires: a Chainguard pull token lasts 30 days by default and a year at most.",
    of("cgr.dev"),
  ],
  "reports one of GitLab": [/a GitLab token lasts/, of("https://registry.gitlab.com", { tags: { team: "shop" } })],
});
