import assert from "node:assert/strict";
import type { RegistryDefaultsArgs } from "../../../component/args";
import { kmsArn, problems, ROLE } from "./support";

describe("settings of an entry, and defaults for all", () => {
  const tagMutabilityExclusionFilters = ["latest"];
  const kmsKey = kmsArn("us-east-1");
  const readers = [ROLE];
  const needless = "filters need tagMutability IMMUTABLE_WITH_EXCLUSION or MUTABLE_WITH_EXCLUSION";
  const rows: [settings: RegistryDefaultsArgs, problem?: string][] = [
    [{ tagMutability: "IMMUTABLE_WITH_EXCLUSION", tagMutabilityExclusionFilters }],
    [{ tagMutability: "IMMUTABLE" }],
    [{ tagMutabilityExclusionFilters }, `tagMutabilityExclusionFilters: ${needless}`],
    [{ tagMutability: "MUTABLE", tagMutabilityExclusionFilters }, `tagMutabilityExclusionFilters: ${needless}`],
    [
      { tagMutability: "MUTABLE_WITH_EXCLUSION" },
      "tagMutabilityExclusionFilters: MUTABLE_WITH_EXCLUSION needs filters",
    ],
    [{ encryption: { type: "KMS", kmsKey } }],
    [{ encryption: { type: "AES256" } }],
    [{ encryption: { type: "AES256", kmsKey } }, "encryption.kmsKey: a KMS key needs the type KMS"],
    [{ access: {} }],
    [{ repositoryPolicy: "{}" }],
    [{ access: {}, repositoryPolicy: "{}" }, "repositoryPolicy: give either access or repositoryPolicy"],
    [{ secret: { readers } }],
    [{ secret: { readers: [], policy: "{}" } }, "secret.policy: give either readers or policy"],
  ];
  for (const [settings, problem] of rows) {
    it(`${problem ? "refuse" : "accept"} ${JSON.stringify(settings)}`, () => {
      const args = { registries: { dockerhub: settings, k8s: {} }, defaults: settings };
      const found = problems(args, { credentials: { given: ["dockerhub"] } });
      assert.deepEqual(found, problem ? [`defaults.${problem}`, `registries.dockerhub.${problem}`] : []);
    });
  }
});
