import assert from "node:assert/strict";
import { upstreamSupported as policy } from "../../../policy-pack/policies/upstream-supported";
import { advice, judges, later, messages, passes, rule, run, undecided } from "../support";

const to = (upstreamRegistryUrl: unknown) => rule("r", { upstreamRegistryUrl });
const ecr = "111122223333.dkr.ecr.eu-west-1.amazonaws.com";

judges(policy, {
  "passes what ECR supports": [
    passes,
    ...["public.ecr.aws", "registry.k8s.io", "quay.io", "registry-1.docker.io", "ghcr.io", "registry.gitlab.com"].map(
      to,
    ),
    ...["cgr.dev", "shop.azurecr.io", ecr, "111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn"].map(to),
    ...["https://QUAY.io/", "http://quay.io/path"].map(to),
  ],
  "hides what is no host": [
    advice("r: ECR is not known to support the rule's upstream registry."),
    ...[" quay.io", "quay.http://io", "https://user:planted@registry.example.com"].map(to),
  ],
  "waits for an unknown upstream": [undecided("r"), to(later)],
});

describe("upstream-supported", () => {
  const others = ["gcr.io", "registry.example.com", "azurecr.io", "1.dkr.ecr.eu-west-1.amazonaws.com"];
  for (const host of [...others, `x${ecr}`, `${ecr}.example.com`]) {
    it(`only advises against ${host}, which it does not know`, async () => {
      assert.deepEqual(await run(policy, [to(host)]), advice(`r: ECR is not known to support ${host}.`));
    });
  }

  const credentials = ", and set credentialArn, because it requires credentials";
  for (const [host, right, more = ""] of [
    ["docker.io", "registry-1.docker.io", credentials],
    ["index.docker.io", "registry-1.docker.io", credentials],
    ["https://hub.docker.com/", "registry-1.docker.io", credentials],
    ["registry.hub.docker.com", "registry-1.docker.io", credentials],
    ["github.com", "ghcr.io", credentials],
    ["gitlab.com", "registry.gitlab.com", credentials],
    ["ecr-public.aws.com", "public.ecr.aws"],
    ["gallery.ecr.aws", "public.ecr.aws"],
    ["k8s.gcr.io", "registry.k8s.io"],
  ] as const) {
    it(`fails ${host}, and suggests ${right}`, async () => {
      const [message = ""] = await messages(policy, [to(host)]);
      const shown = host.replace(/^https:\/\/|\/$/g, "");
      assert.deepEqual(message.split("\n").slice(0, 2), [
        `ECR does not know the upstream registry by the name ${shown}.`,
        `Write upstreamRegistryUrl: "${right}"${more}.`,
      ]);
    });
  }
});
