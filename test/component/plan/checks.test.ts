import assert from "node:assert/strict";
import { problems, ROLE } from "./support";

describe("the map of registries", () => {
  const named = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`quay-${index}`, { registry: "quay" }]));

  it("has one registry or more, and at most 50", () => {
    assert.deepEqual(problems({ registries: {} }), ["registries: needs at least one registry"]);
    assert.deepEqual(problems({ registries: named(50) }), []);
    assert.match(
      problems({ registries: named(51) })[0] ?? "",
      /^registries: 51 registries; ECR allows 50 .*AWS does not raise the limit$/,
    );
  });

  it("has each prefix once, with or without a slash", () => {
    for (const [a, b] of [
      ["hub", "hub"],
      ["hub", "hub/"],
      ["ROOT", "ROOT"],
    ] as const) {
      const found = problems({
        registries: { one: { registry: "quay", prefix: a }, two: { registry: "k8s", prefix: b } },
      });
      assert.equal(found.length, 1);
      assert.match(found[0] ?? "", /^registries\.two: has the same prefix as registries\.one, "(hub|ROOT)" /);
    }
    const key = problems({ registries: { hub: { registry: "quay" }, "hub/": { registry: "quay" } } });
    assert.match(key[0] ?? "", /^registries\.hub\/: has the same prefix as registries\.hub, "hub" /);
  });

  it("may have prefixes inside other prefixes, and the same upstream twice", () => {
    assert.deepEqual(problems({ registries: { quay: {}, "quay/team": { registry: "quay" } } }), []);
  });

  it("reports all entries at once", () => {
    const found = problems({
      registries: { nope: {}, dockerhub: {}, quay: { roleArn: ROLE } },
      regions: ["us-east-1", "us-east-1"],
    });
    const paths = found.map((problem) => problem.slice(0, problem.indexOf(":")));
    assert.deepEqual(paths.sort(), [
      "regions[1]",
      "registries.dockerhub",
      "registries.nope",
      "registries.quay.roleArn",
    ]);
  });
});
