import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { load } from "js-yaml";
import type { PodPolicyOptions } from "../../../component/clients";
import { type CacheRule, cacheImage } from "../../../component/images";
import { ECR, rules } from "../../../lab/clients/cases";
import { assertRewritten, type Pod, pod, podWithAllImages } from "../../../lab/clients/pods";
import { policies } from "./policies";

describe("the generated policies, evaluated", () => {
  const UPSTREAMS = ["ghcr.io", "quay.io", "registry.k8s.io", "registry-1.docker.io"];
  const all = UPSTREAMS.map((upstream, index) => ({ upstream, url: `${ECR}/p${index}` }));
  const manifest = (name: string) => load(readFileSync(join(__dirname, "../../manifests", name), "utf8")) as Pod;
  const imagesOf = ({ spec }: Pod) => [...(spec.initContainers ?? []), ...spec.containers].map(({ image }) => image);

  for (const kind of Object.keys(policies([]).admit)) {
    describe(kind, () => {
      const admit = (
        of: readonly CacheRule[],
        object: Pod,
        oldObject: Pod | null = null,
        options?: PodPolicyOptions,
      ) => {
        const admitted = policies(of, options).admit[kind];
        assert.ok(admitted);
        return admitted({ operation: oldObject ? "UPDATE" : "CREATE", object, oldObject });
      };
      const create = (of: readonly CacheRule[], object: Pod, options?: PodPolicyOptions) =>
        admit(of, object, null, options);

      it("gives containers, init containers and volumes the images of the cache, and keeps their order", () => {
        assertRewritten(create(rules, podWithAllImages()));
      });

      it("changes only the ephemeral containers that are new, also the first one", () => {
        const added = (image: string) => ({ name: "new", image });
        const before = pod({
          containers: [{ name: "app", image: "nginx:1" }],
          initContainers: [{ name: "init", image: "nginx:2" }],
        });
        for (const old of [undefined, [{ name: "old", image: "busybox:1" }]]) {
          const withThem = (image?: string) => {
            const ephemeralContainers = image === undefined ? old : [...(old ?? []), added(image)];
            return pod({ ...before.spec, ephemeralContainers });
          };
          const expected = withThem(`${ECR}/dockerhub/library/busybox:2`);
          assert.deepEqual(admit(rules, withThem("busybox:2"), withThem()), expected);
        }
      });

      it("does not change a Pod that already uses the cache, nor any Pod if there are no rules", () => {
        const cached = pod({ containers: [{ name: "app", image: `${ECR}/dockerhub/library/nginx:1` }] });
        assert.deepEqual(create(rules, cached), cached);
        assert.deepEqual(create([], podWithAllImages()), podWithAllImages());
      });

      it("leaves images with a digest and the placeholder of Istio, unless digests are to be rewritten", () => {
        const given = manifest("pinned.yaml");
        assert.deepEqual(create(all, given), given);
        assert.deepEqual(
          imagesOf(create(all, given, { digests: "rewrite" })),
          imagesOf(given).map((image) => (image === "auto" ? image : cacheImage(image, all))),
        );
      });

      const owners: [
        what: string,
        apiVersion: string,
        kind: string,
        isRewritten: boolean,
        options?: PodPolicyOptions,
      ][] = [
        ["the operator of a database", "postgresql.cnpg.io/v1", "Cluster", false],
        ["an operator of the options", "postgresql.cnpg.io/v1", "Cluster", true, { operators: ["postgresql.cnpg.io"] }],
        ["a node, which starts it from a file", "v1", "Node", false],
        ["a replica set", "apps/v1", "ReplicaSet", true],
        ["a job", "batch/v1", "Job", true],
        ["a replication controller", "v1", "ReplicationController", true],
        ["a group that only starts like a known one", "apps.example.com/v1", "App", false],
      ];
      for (const [what, apiVersion, ownerKind, isRewritten, options] of owners) {
        it(`${isRewritten ? "changes" : "leaves"} a Pod of ${what}`, () => {
          const given = manifest("operator-pod.yaml");
          for (const owner of given.metadata.ownerReferences ?? [])
            Object.assign(owner, { apiVersion, kind: ownerKind });
          const expected = imagesOf(given).map((image) => (isRewritten ? cacheImage(image, all) : image));
          assert.deepEqual(imagesOf(create(all, given, options)), expected);
        });
      }
    });
  }

  const selectors = {
    namespaceSelector: { matchLabels: { cache: "on" } },
    objectSelector: { matchExpressions: [{ key: "cache", operator: "NotIn", values: ["off"] }] },
  };
  const given: [what: string, options: PodPolicyOptions, failurePolicy: string, selecting: object][] = [
    ["never stop a Pod from starting", {}, "Ignore", {}],
    ["may stop one, and select", { failurePolicy: "Fail", ...selectors }, "Fail", selectors],
  ];
  for (const [what, options, failurePolicy, selecting] of given) {
    it(`are manifests for new Pods and ephemeral containers, which ${what}`, () => {
      const { kyverno, admission, binding } = policies(rules, options);
      const { matchConditions, variables, mutations = [] } = kyverno?.spec ?? {};
      // A configuration that is applied keeps everything else of a container.
      assert.deepEqual(
        mutations.map(({ patchType }) => patchType),
        ["ApplyConfiguration"],
      );
      assert.match(matchConditions?.map(({ name }) => name).join(" ") ?? "", /^[a-z-]+$/);
      const onPods = { apiGroups: [""], apiVersions: ["v1"] };
      const resourceRules = [
        { ...onPods, operations: ["CREATE"], resources: ["pods"] },
        { ...onPods, operations: ["UPDATE"], resources: ["pods/ephemeralcontainers"] },
      ];
      const matchConstraints = { ...selecting, resourceRules };
      const spec = { failurePolicy, matchConstraints, matchConditions, variables, mutations };
      const metadata = { name: "pull-through-cache" };
      assert.deepEqual(kyverno, { apiVersion: "policies.kyverno.io/v1", kind: "MutatingPolicy", metadata, spec });
      const ofKind = (kind: string, of: object) => ({
        apiVersion: "admissionregistration.k8s.io/v1",
        kind,
        metadata,
        spec: of,
      });
      // It runs again when another policy adds containers.
      assert.deepEqual(admission, ofKind("MutatingAdmissionPolicy", { ...spec, reinvocationPolicy: "IfNeeded" }));
      assert.deepEqual(binding, ofKind("MutatingAdmissionPolicyBinding", { policyName: metadata.name }));
    });
  }

  it("agree with cacheImage, for every image and every set of rules", () => {
    const part = fc.constantFrom("a", "b", "a-b", "a.c", "library", "team");
    const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
    const other = "222233334444.dkr.ecr.us-east-1.amazonaws.com";
    const hosts = ["registry-1.docker.io", "docker.io", "ghcr.io", "quay.io", "public.ecr.aws", other, ECR];
    const names = ["a", "a/*", "*b", "*-b", "library/*", "li*/a", "team/a-b", "a.c", "*"];
    const rule: fc.Arbitrary<CacheRule> = fc.record(
      {
        upstream: fc.constantFrom(...hosts),
        url: fc.option(path, { nil: undefined }).map((prefix) => (prefix === undefined ? ECR : `${ECR}/${prefix}`)),
        upstreamPrefix: fc.oneof(path, fc.constant("ROOT")),
        repositories: fc.array(fc.constantFrom(...names), { maxLength: 3 }),
      },
      { requiredKeys: ["upstream", "url"] },
    );
    const digest = `@sha256:${"a".repeat(64)}`;
    const others = ["index.docker.io", "ghcr.io.evil.example", "quay.io:443", "ecr-public.aws.com"];
    const reference = fc
      .tuple(
        fc.constantFrom("", ...[...hosts, ...others].map((host) => `${host}/`)),
        path,
        fc.constantFrom("", ":1.25", digest, `:1.25${digest}`),
      )
      .map((parts) => parts.join(""));
    let changed = 0;
    fc.assert(
      fc.property(
        fc.array(reference, { minLength: 10, maxLength: 20 }),
        fc.array(rule, { maxLength: 5 }),
        (of, some) => {
          const expected = of.map((image) => cacheImage(image, some));
          changed += expected.filter((image, index) => image !== of[index]).length;
          const object = pod({ containers: of.map((image, index) => ({ name: `c${index}`, image })) });
          for (const [kind, admit] of Object.entries(policies(some, { digests: "rewrite" }).admit)) {
            const result = admit({ operation: "CREATE", object, oldObject: null });
            assert.deepEqual(imagesOf(result), expected, kind);
          }
        },
      ),
      { numRuns: 100 },
    );
    assert.ok(changed >= 100, `${changed} images are in a cache`);
  });
});
