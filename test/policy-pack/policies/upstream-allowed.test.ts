import { upstreamAllowed as policy } from "../../../policy-pack/policies/upstream-allowed";
import { configured, judges, later, passes, rule, undecided } from "../support";

const to = (upstreamRegistryUrl: unknown, ...allowed: string[]) =>
  configured({ allowed }, rule("r", { upstreamRegistryUrl }));

judges(policy, {
  "allows everything until it is configured": [passes, to("quay.io"), to(later)],
  "passes what the list names, also by another name of Docker Hub or a wildcard": [
    passes,
    to("registry-1.docker.io", "ghcr.io", "docker.io"),
    to("docker.io", "Registry-1.docker.io"),
    to("https://index.docker.io/", "docker.io"),
    to("shop.azurecr.io", "*.azurecr.io"),
    to(later, "ghcr.io", "*"),
    to(undefined, "ghcr.io"),
  ],
  "reports the rest": ["r: quay.io is not on the allowlist.", to("quay.io", "ghcr.io")],
  "waits for unknown upstreams": [undecided("r"), to(later, "ghcr.io")],
});
