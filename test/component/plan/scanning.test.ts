import assert from "node:assert/strict";
import type { ScanningArgs } from "../../../component/args";
import { plan, problems } from "./support";

describe("scanning", () => {
  const registries = { quay: {}, k8s: { prefix: "team/k8s" }, "ecr-public": {} };
  const filters = ["ecr-public/*", "quay/*", "team/k8s/*"];

  it("is not configured by default, but has its filters", () => {
    assert.deepEqual(plan({ registries }).scanning, { filters });
  });

  it("covers everything for ROOT", () => {
    assert.deepEqual(plan({ registries: { quay: { prefix: "ROOT" } } }).scanning.filters, ["*"]);
  });

  it("merges the user's rules by frequency, so that there are two at most", () => {
    const { configuration } = plan({
      registries,
      scanning: {
        scanType: "ENHANCED",
        scanFrequency: "CONTINUOUS_SCAN",
        rules: [
          { scanFrequency: "SCAN_ON_PUSH", filters: ["z", "a"] },
          { scanFrequency: "CONTINUOUS_SCAN", filters: ["quay/*", "prod*"] },
          { scanFrequency: "SCAN_ON_PUSH", filters: ["a"] },
        ],
      },
    }).scanning;
    assert.deepEqual(configuration, {
      scanType: "ENHANCED",
      rules: [
        { scanFrequency: "SCAN_ON_PUSH", filters: ["a", "z"] },
        { scanFrequency: "CONTINUOUS_SCAN", filters: ["ecr-public/*", "prod*", "quay/*", "team/k8s/*"] },
      ],
      overwrite: false,
    });
  });

  it("is basic and on push by default", () => {
    assert.deepEqual(plan({ registries, scanning: {} }).scanning.configuration, {
      scanType: "BASIC",
      rules: [{ scanFrequency: "SCAN_ON_PUSH", filters }],
      overwrite: false,
    });
  });

  it("has at most 100 filters for a frequency", () => {
    const rule = (count: number) => ({
      scanFrequency: "SCAN_ON_PUSH" as const,
      filters: Array.from({ length: count }, (_, index) => `f${index}`),
    });
    assert.deepEqual(problems({ registries, scanning: { rules: [rule(97)] } }), []);
    assert.match(
      problems({ registries, scanning: { rules: [rule(98)] } })[0] ?? "",
      /^scanning\.rules: 101 filters .* ECR allows 100/,
    );
  });

  it("is continuous only when enhanced", () => {
    const scanning: ScanningArgs = {
      scanFrequency: "CONTINUOUS_SCAN",
      rules: [{ scanFrequency: "CONTINUOUS_SCAN", filters: ["a"] }],
    };
    assert.deepEqual(problems({ registries, scanning }), [
      "scanning.scanFrequency: CONTINUOUS_SCAN needs scanning.scanType ENHANCED",
      "scanning.rules[0].scanFrequency: CONTINUOUS_SCAN needs scanning.scanType ENHANCED",
    ]);
  });
});
