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

  const shape = { quay: { prefix: 7 } };
  const content = { k8s: { roleArn: ROLE } };
  for (const [what, registries, expected] of [
    [
      "the shape and the content of entries",
      { ...shape, ...content },
      ["registries.quay.prefix", "registries.k8s.roleArn"],
    ],
    ["the shape of an entry", { ...shape, ghcr: {} }, ["registries.quay.prefix"]],
    ["the content of an entry", { ...content, quay: {} }, ["registries.k8s.roleArn"]],
    ["a map without entries", {}, ["registries"]],
  ] as const) {
    it(`is refused with every problem with ${what}`, () => {
      const planned = planRegistries("cache", registries);
      assert.deepEqual(planned.ok ? [] : planned.issues.map(({ path }) => formatPath(path)), expected);
    });
  }
});
