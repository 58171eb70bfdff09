import assert from "node:assert/strict";
import { loadAll } from "js-yaml";
import { clientConfiguration } from "../../../component/clients";
import { cacheImage } from "../../../component/images";
import { images, rules } from "../../../lab/clients/cases";
import { assertRewritten, type Pod, pod, podWithAllImages } from "../../../lab/clients/pods";
import { policies } from "./policies";
import type { PodRequest } from "./request";

const create = (object: Pod): PodRequest => ({ operation: "CREATE", object, oldObject: null });

describe("the generated policies, evaluated", () => {
  const { kyverno, mutating, admission, admit } = policies(rules);

  for (const [kind, ofKind] of Object.entries(admit)) {
    describe(kind, () => {
      it("gives containers and init containers the images of the cache, and keeps their order", () => {
        assertRewritten(ofKind(create(podWithAllImages())));
      });

      it("agrees with cacheImage, also for each rule alone", () => {
        const containers = images.map(([image], index) => ({ name: `c${index}`, image }));
        for (const rule of rules) {
          const result = policies([rule]).admit[kind]?.(create(pod({ containers })));
          assert.deepEqual(
            result?.spec.containers.map(({ image }) => image),
            images.map(([image]) => cacheImage(image, [rule])),
          );
        }
      });

      it("changes only the ephemeral containers that are new", () => {
        const before = pod({
          containers: [{ name: "app", image: "nginx:1" }],
          initContainers: [{ name: "init", image: "nginx:2" }],
          ephemeralContainers: [{ name: "old", image: "busybox:1" }],
        });
        const after = structuredClone(before);
        after.spec.ephemeralContainers?.push({ name: "new", image: "busybox:2" });
        const expected = structuredClone(after);
        const [, added] = expected.spec.ephemeralContainers ?? [];
        if (added) added.image = cacheImage("busybox:2", rules);
        assert.notEqual(added?.image, "busybox:2");
        assert.deepEqual(ofKind({ operation: "UPDATE", object: after, oldObject: before }), expected);
      });

      it("handles the first ephemeral container of a Pod, and a Pod with only containers", () => {
        const before = pod({ containers: [{ name: "app", image: "nginx:1" }] });
        const after = pod({ ...before.spec, ephemeralContainers: [{ name: "new", image: "ghcr.io/org/app" }] });
        const result = ofKind({ operation: "UPDATE", object: after, oldObject: before });
        assert.equal(result.spec.ephemeralContainers?.[0]?.image, cacheImage("ghcr.io/org/app", rules));
        assert.equal(ofKind(create(before)).spec.containers[0]?.image, cacheImage("nginx:1", rules));
      });

      it("does not change a Pod that already uses the cache, nor any Pod if there are no rules", () => {
        const cached = pod({ containers: [{ name: "app", image: cacheImage("nginx:1", rules) }] });
        assert.deepEqual(ofKind(create(cached)), cached);
        const none = policies([]).admit[kind];
        assert.deepEqual(none?.(create(podWithAllImages())), podWithAllImages());
      });
    });
  }

  it("are called like the project, so that clusters and Kyverno's events show where they are from", () => {
    const { kyvernoPolicy, kyvernoMutatingPolicy, mutatingAdmissionPolicy } = clientConfiguration(rules);
    const manifests = [kyvernoPolicy, kyvernoMutatingPolicy, mutatingAdmissionPolicy].flatMap((text) => loadAll(text));
    for (const { metadata } of manifests as { metadata: { name: string } }[])
      assert.equal(metadata.name, "pull-through-cache");
    assert.deepEqual(
      kyverno.spec.rules.map(({ name }) => name),
      ["images", "ephemeral-images"],
    );
  });

  it("never stop a Pod from starting", () => {
    assert.deepEqual(
      [kyverno.spec, mutating, admission].map(({ failurePolicy }) => failurePolicy),
      ["Ignore", "Ignore", "Ignore"],
    );
  });

  it("run again when another policy adds containers", () => {
    assert.equal(admission.reinvocationPolicy, "IfNeeded");
  });

  it("come with a binding, without which the API server would not run the policy", () => {
    const [policy, binding] = loadAll(clientConfiguration(rules).mutatingAdmissionPolicy) as {
      metadata: { name: string };
      spec: object;
    }[];
    assert.deepEqual(binding?.spec, { policyName: policy?.metadata.name });
  });

  it("apply configurations, which keep everything else of a container", () => {
    for (const { mutations } of [mutating, admission]) {
      assert.deepEqual(
        mutations.map(({ patchType }) => patchType),
        ["ApplyConfiguration"],
      );
    }
  });

  it("change only Pods: Kyverno generates no rules for Deployments from them, and ignores existing Pods", () => {
    assert.deepEqual(kyverno.metadata.annotations, { "pod-policies.kyverno.io/autogen-controllers": "none" });
    assert.equal(kyverno.spec.background, false);
    assert.deepEqual(
      kyverno.spec.rules.map(({ match }) => match.any),
      [
        [{ resources: { kinds: ["Pod"], operations: ["CREATE"] } }],
        [{ resources: { kinds: ["Pod/ephemeralcontainers"], operations: ["UPDATE"] } }],
      ],
    );
    for (const { matchConstraints } of [mutating, admission]) {
      assert.deepEqual(matchConstraints.resourceRules, [
        { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] },
        { apiGroups: [""], apiVersions: ["v1"], operations: ["UPDATE"], resources: ["pods/ephemeralcontainers"] },
      ]);
    }
  });
});
