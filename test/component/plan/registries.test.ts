import assert from "node:assert/strict";
import { planRegistries } from "../../../component/plan";
import { formatPath } from "../../../component/problems/print";
import { ROLE } from "./support";

describe("plan of a map of registries", () => {
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
    const planned = planRegistries("cache", { quay: { prefix: 7 }, k8s: { roleArn: ROLE }, ghcr: [] });
    assert.deepEqual(planned.ok ? [] : planned.issues.map(({ path }) => formatPath(path)), [
      "registries.quay.prefix",
      "registries.ghcr",
      "registries.k8s.roleArn",
    ]);
  });
});
