import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import { clientConfiguration } from "../../../component/clients";
import { cacheImage } from "../../../component/images";
import { ECR, images, rules } from "../../../lab/clients/cases";
import { assertRewritten, type Pod, pod, podWithAllImages } from "../../../lab/clients/pods";
import { policies } from "./policies";
import type { PodRequest } from "./request";

const create = (object: Pod): PodRequest => ({ operation: "CREATE", object, oldObject: null });

describe("the generated policies, evaluated", () => {
  const { kyverno, admission, admit } = policies(rules);

  for (const [kind, ofKind] of Object.entries(admit)) {
    describe(kind, () => {
      it("gives containers and init containers the images of the cache, and keeps their order", () => {
        assertRewritten(ofKind(create(podWithAllImages())));
      });

      it("agrees with cacheImage, also for each rule alone", () => {
        const containers = images.map(([image], index) => ({ name: `c${index}`, image }));
        for (const rule of rules) {
          const result = policies([rule], { digests: "rewrite" }).admit[kind]?.(create(pod({ containers })));
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
    const { kyvernoPolicy, mutatingAdmissionPolicy } = clientConfiguration(rules);
    const manifests = [kyvernoPolicy, mutatingAdmissionPolicy].flatMap((text) => loadAll(text));
    for (const { metadata } of manifests as { metadata: { name: string } }[])
      assert.equal(metadata.name, "pull-through-cache");
  });

  it("never stop a Pod from starting, unless told to", () => {
    for (const { failurePolicy } of [kyverno, admission]) assert.equal(failurePolicy, "Ignore");
    const strict = policies(rules, { failurePolicy: "Fail" });
    for (const { failurePolicy } of [strict.kyverno, strict.admission]) assert.equal(failurePolicy, "Fail");
  });

  it("match the namespaces and Pods of the options", () => {
    const namespaceSelector = { matchLabels: { cache: "on" } };
    const objectSelector = { matchExpressions: [{ key: "cache", operator: "NotIn", values: ["off"] }] };
    const selecting = policies(rules, { namespaceSelector, objectSelector });
    for (const { matchConstraints } of [selecting.kyverno, selecting.admission]) {
      const { resourceRules, ...selectors } = matchConstraints;
      assert.deepEqual(selectors, { namespaceSelector, objectSelector });
    }
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
    for (const { mutations } of [kyverno, admission]) {
      assert.deepEqual(
        mutations.map(({ patchType }) => patchType),
        ["ApplyConfiguration"],
      );
    }
  });

  it("change only Pods", () => {
    for (const { matchConstraints } of [kyverno, admission]) {
      assert.deepEqual(matchConstraints.resourceRules, [
        { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] },
        { apiGroups: [""], apiVersions: ["v1"], operations: ["UPDATE"], resources: ["pods/ephemeralcontainers"] },
      ]);
    }
  });

  describe("leave", () => {
    const manifest = (name: string) =>
      loadAll(readFileSync(join(__dirname, "../../manifests", name), "utf8"))[0] as Pod;
    const imagesOf = ({ spec }: Pod) => [...(spec.initContainers ?? []), ...spec.containers].map(({ image }) => image);
    const upstreams = ["ghcr.io", "quay.io", "registry.k8s.io", "registry-1.docker.io"];
    const all = upstreams.map((upstream, index) => ({ upstream, url: `${ECR}/p${index}` }));

    for (const kind of Object.keys(admit)) {
      it(`${kind}: images with a digest and the placeholder of Istio, unless digests are to be rewritten`, () => {
        const given = manifest("pinned.yaml");
        assert.deepEqual(policies(all).admit[kind]?.(create(given)), given);
        const rewritten = policies(all, { digests: "rewrite" }).admit[kind]?.(create(given));
        assert.deepEqual(
          rewritten && imagesOf(rewritten),
          imagesOf(given).map((image) => (image === "auto" ? image : cacheImage(image, all))),
        );
      });

      const owned: [what: string, apiVersion: string, kind: string, isRewritten: boolean][] = [
        ["of the operator of a database", "postgresql.cnpg.io/v1", "Cluster", false],
        ["of a node, which starts it from a file", "v1", "Node", false],
        ["of a replica set", "apps/v1", "ReplicaSet", true],
        ["of a job", "batch/v1", "Job", true],
        ["of a replication controller", "v1", "ReplicationController", true],
        ["of a group that only starts like a known one", "apps.example.com/v1", "App", false],
      ];
      for (const [what, apiVersion, ownerKind, isRewritten] of owned) {
        it(`${kind}: ${isRewritten ? "not " : ""}a Pod ${what}`, () => {
          const given = manifest("operator-pod.yaml");
          for (const owner of given.metadata.ownerReferences ?? [])
            Object.assign(owner, { apiVersion, kind: ownerKind });
          const result = policies(all).admit[kind]?.(create(given));
          const expected = imagesOf(given).map((image) => (isRewritten ? cacheImage(image, all) : image));
          assert.deepEqual(result && imagesOf(result), expected);
        });
      }

      it(`${kind}: not a Pod of an operator that the options name`, () => {
        const result = policies(all, { operators: ["postgresql.cnpg.io"] }).admit[kind]?.(
          create(manifest("operator-pod.yaml")),
        );
        assert.match(JSON.stringify(result && imagesOf(result)), /p0\/cloudnative-pg\/postgresql:18\.1/);
      });
    }
  });
});
