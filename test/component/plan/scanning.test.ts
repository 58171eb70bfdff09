import assert from "node:assert/strict";
import type { ScanningArgs } from "../../../component/args";
import { plan, refuses } from "./support";

describe("scanning", () => {
  const registries = { quay: {}, k8s: { prefix: "team/k8s" }, "ecr-public": {} };
  const filters = ["ecr-public/*", "quay/*", "team/k8s/*"];

  it("is not configured by default, but has its filters", () => {
    assert.deepEqual(plan({ registries }).scanning, { filters });
    assert.deepEqual(plan({ registries: { quay: { prefix: "ROOT" } } }).scanning.filters, ["*"]);
  });

  it("is basic and on push by default", () => {
    assert.deepEqual(plan({ registries, scanning: {} }).scanning.configuration, {
      scanType: "BASIC",
      rules: [{ scanFrequency: "SCAN_ON_PUSH", filters }],
      overwrite: false,
    });
  });

  it("merges the user's rules by frequency, so that there are two at most", () => {
    const rules: ScanningArgs["rules"] = [
      { scanFrequency: "SCAN_ON_PUSH", filters: ["z", "a"] },
      { scanFrequency: "CONTINUOUS_SCAN", filters: ["quay/*", "prod*"] },
      { scanFrequency: "SCAN_ON_PUSH", filters: ["a"] },
    ];
    const scanning: ScanningArgs = { scanType: "ENHANCED", scanFrequency: "CONTINUOUS_SCAN", rules };
    assert.deepEqual(plan({ registries, scanning }).scanning.configuration?.rules, [
      { scanFrequency: "SCAN_ON_PUSH", filters: ["a", "z"] },
      { scanFrequency: "CONTINUOUS_SCAN", filters: ["ecr-public/*", "prod*", "quay/*", "team/k8s/*"] },
    ]);
  });

  const onPush = (count: number): ScanningArgs => ({
    rules: [{ scanFrequency: "SCAN_ON_PUSH", filters: Array.from({ length: count }, (_, index) => `f${index}`) }],
  });
  const scanFrequency = "CONTINUOUS_SCAN";
  refuses([
    ["100 filters", { registries, scanning: onPush(97) }],
    [
      "more filters",
      { registries, scanning: onPush(98) },
      "scanning.rules: 101 filters for SCAN_ON_PUSH; ECR allows 100: use wider ones",
    ],
    [
      "continuous scans that are not enhanced",
      { registries, scanning: { scanFrequency, rules: [{ scanFrequency, filters: ["a"] }] } },
      "scanning.scanFrequency: CONTINUOUS_SCAN needs scanning.scanType ENHANCED",
      "scanning.rules[0].scanFrequency: CONTINUOUS_SCAN needs scanning.scanType ENHANCED",
    ],
  ]);
});
