import assert from "node:assert/strict";
import { planRegistries } from "../../../component/plan";
import { formatPath } from "../../../component/problems/print";
import { ROLE } from "./support";

describe("plan of a map of registries", () => {
  const pathsOf = (registries: { [key: string]: unknown }) => {
    const planned = planRegistries("cache", registries);
    return planned.ok ? [] : planned.issues.map(({ path }) => formatPath(path));
  };

  it("has its entries in the order of their keys, also those without settings, and asks for no credentials", () => {
    const planned = planRegistries("cache", { quay: null, k8s: undefined, ghcr: {}, aa: { registry: "dockerhub" } });
    assert.ok(planned.ok);
    assert.deepEqual(
      planned.entries.map(({ key, upstream, secret }) => [key, upstream.host, secret?.source]),
      [
        ["aa", "registry-1.docker.io", "argument or config"],
        ["ghcr", "ghcr.io", "argument or config"],
        ["k8s", "registry.k8s.io", undefined],
        ["quay", "quay.io", undefined],
      ],
    );
  });

  it("is refused with all problems: those with the shape of an entry, and those with what it says", () => {
    assert.deepEqual(pathsOf({ quay: { prefix: 7 }, k8s: { roleArn: ROLE }, ghcr: [] }), [
      "registries.quay.prefix",
      "registries.ghcr",
      "registries.k8s.roleArn",
    ]);
    assert.deepEqual(pathsOf({ quay: { prefix: 7 }, k8s: {} }), ["registries.quay.prefix"]);
    assert.deepEqual(pathsOf({ quay: {}, k8s: { roleArn: ROLE } }), ["registries.k8s.roleArn"]);
  });

  it("has one entry or more", () => {
    assert.deepEqual(pathsOf({}), ["registries"]);
  });
});
