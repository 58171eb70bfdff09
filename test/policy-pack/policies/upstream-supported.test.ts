import assert from "node:assert/strict";
import { upstreamSupported as policy } from "../../../policy-pack/policies/upstream-supported";
import { later, messages, passes, rule, run, undecidedFor } from "../support";

const to = (upstreamRegistryUrl: unknown) => [rule("r", { upstreamRegistryUrl })];

describe("upstream-supported", () => {
  for (const host of [
    "public.ecr.aws",
    "registry.k8s.io",
    "quay.io",
    "registry-1.docker.io",
    "ghcr.io",
    "registry.gitlab.com",
    "cgr.dev",
    "shop.azurecr.io",
    "111122223333.dkr.ecr.eu-west-1.amazonaws.com",
    "111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn",
    "https://QUAY.io/",
    "http://quay.io/path",
  ]) {
    it(`passes ${host}`, async () => {
      assert.deepEqual(await run(policy, to(host)), passes);
    });
  }

  for (const [host, right] of [
    ["docker.io", "registry-1.docker.io"],
    ["index.docker.io", "registry-1.docker.io"],
    ["https://hub.docker.com/", "registry-1.docker.io"],
    ["registry.hub.docker.com", "registry-1.docker.io"],
    ["ecr-public.aws.com", "public.ecr.aws"],
    ["github.com", "ghcr.io"],
    ["k8s.gcr.io", "registry.k8s.io"],
    ["gitlab.com", "registry.gitlab.com"],
    ["gallery.ecr.aws", "public.ecr.aws"],
  ] as const) {
    it(`fails ${host}, and suggests ${right}`, async () => {
      const expected = [
        `r: ECR does not know the upstream registry by the name ${host.replace(/^https:\/\/|\/$/g, "")}.`,
      ];
      assert.deepEqual(await run(policy, to(host)), { violations: expected, notes: [] });
      assert.match(
        (await messages(policy, to(host)))[0] ?? "",
        new RegExp(
          `\\nWrite upstreamRegistryUrl: "${right}"${/^(public|registry\.k8s)/.test(right) ? "" : ", and set credentialArn, .*"}\\.\\n`,
        ),
      );
    });
  }

  it("only advises against a host that it does not know", async () => {
    const ecr = "111122223333.dkr.ecr.eu-west-1.amazonaws.com";
    for (const host of [
      `x${ecr}`,
      `${ecr}.example.com`,
      " quay.io",
      "quay.http://io",
      "gcr.io",
      "registry.example.com",
      "azurecr.io",
      "1.dkr.ecr.eu-west-1.amazonaws.com",
    ]) {
      assert.deepEqual(await run(policy, to(host)), {
        violations: [],
        notes: [
          `[advisory] r: ECR is not known to support ${/[ :]/.test(host) ? "the rule's upstream registry" : host}.`,
        ],
      });
    }
    const { notes } = await run(policy, to("https://user:planted@registry.example.com"));
    assert.ok(notes.length === 1 && !notes.join().includes("planted"));
  });

  it("waits for an unknown upstream", async () => {
    assert.deepEqual(await run(policy, to(later)), undecidedFor(policy, "r"));
  });
});
