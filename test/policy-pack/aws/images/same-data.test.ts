import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { intendedHost } from "../../../../component/catalogue";
import { createImageDecider } from "../../../../component/images";
import { domainOf, otherHosts } from "../../../../component/images/hosts";
import { canonicalHost, rightHost } from "../../../../policy-pack/aws/images/upstreams";
import { workloadUsesCache } from "../../../../policy-pack/policies/workload-uses-cache";
import { policyPlaces } from "../../../../scripts/policy-places";
import { task } from "../../policies/workloads";
import { messages, rule } from "../../support";

describe("the policy pack's own copies are equal to the component's", () => {
  it("places of images", () => {
    const own = readFileSync(join(__dirname, "../../../../policy-pack/aws/images/places/places.json"), "utf8");
    assert.equal(own, policyPlaces(), "run `npm run docs`");
  });

  it("hosts of upstreams", () => {
    const registries = [
      "docker.io",
      "public.ecr.aws",
      "registry.k8s.io",
      "111122223333.dkr.ecr.eu-west-1.amazonaws.com",
    ];
    for (const registry of [...registries, "111122223333.dkr.ecr.eusc-de-east-1.amazonaws.eu"]) {
      assert.ok(otherHosts(registry).length > 0);
      for (const host of otherHosts(registry)) assert.equal(canonicalHost(host), canonicalHost(registry), host);
    }
    const wrong = "docker.com hub.docker.com github.com docker.pkg.github.com containers.pkg.github.com gitlab.com";
    const alsoWrong = "chainguard.dev images.chainguard.dev quay.com www.quay.io k8s.io ecr.aws gallery.ecr.aws";
    for (const host of [...wrong.split(" "), ...alsoWrong.split(" ")]) {
      assert.equal(rightHost(host), intendedHost(host), host);
    }
  });

  it("the decision about every image", async () => {
    const part = fc.constantFrom("a", "library", "nginx", "hub", "team", "a_b", "A", "a--b", "..", "");
    const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
    const host = fc.constantFrom(
      "",
      "docker.io/",
      "index.docker.io/",
      "quay.io/",
      "k8s.gcr.io/",
      "localhost:5000/",
      "Quay.io/",
    );
    const registry = "111122223333.dkr.ecr.eu-central-1.amazonaws.com";
    const cache = fc.constantFrom(`${registry}/`, `${registry}/hub/`, "111122223333.dkr-ecr.eu-central-1.on.aws/quay/");
    const tag = fc.constantFrom(
      "",
      ":1",
      ":",
      ":a@b",
      ":$(tag)",
      `@sha256:${"0".repeat(64)}`,
      `:1@sha256:${"0".repeat(63)}`,
    );
    const image = fc.oneof(
      fc.tuple(fc.oneof(host, cache), path, tag).map((parts) => parts.join("")),
      fc.constantFrom("auto", "aws/codebuild/standard:7.0", `sha256:${"a".repeat(64)}`, "$" + "{IMAGE}", "{{ image }}"),
    );
    const prefix = fc.constantFrom("hub", "quay", "quay/team", "ROOT", "hub/library");
    const rules = fc.uniqueArray(
      fc.record(
        {
          ecrRepositoryPrefix: prefix,
          upstreamRegistryUrl: fc.constantFrom("registry-1.docker.io", "quay.io", "registry.k8s.io", registry),
          upstreamRepositoryPrefix: fc.constantFrom("ROOT", "library", "team/a"),
        },
        { requiredKeys: ["ecrRepositoryPrefix", "upstreamRegistryUrl"] },
      ),
      { selector: ({ ecrRepositoryPrefix }) => ecrRepositoryPrefix, minLength: 1 },
    );
    await fc.assert(
      fc.asyncProperty(rules, image, async (all, reference) => {
        const decide = createImageDecider(
          all.map(({ ecrRepositoryPrefix, upstreamRegistryUrl, upstreamRepositoryPrefix }) => ({
            upstream: domainOf(upstreamRegistryUrl),
            url: ecrRepositoryPrefix === "ROOT" ? registry : `${registry}/${ecrRepositoryPrefix}`,
            ...(upstreamRepositoryPrefix !== undefined && { upstreamPrefix: upstreamRepositoryPrefix }),
          })),
        );
        const decision = decide(reference);
        const stack = all.map((props, i) => rule(`r${i}`, { ...props, registryId: "111122223333" }));
        const [message] = await messages(workloadUsesCache, [...stack, task(reference)]);
        const [, cached] = /rite (\S+)\.\n/.exec(message ?? "") ?? [];
        assert.equal(cached, "reference" in decision ? decision.reference : undefined);
      }),
      { numRuns: 2000 },
    );
  });
});
