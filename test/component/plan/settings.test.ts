import assert from "node:assert/strict";
import type { RegistryArgs } from "../../../component/args";
import { ECR, kmsArn, problems, ROLE, secretArn } from "./support";

describe("settings that do not go together", () => {
  const cases: [RegistryArgs, RegExp][] = [
    [
      { tagMutability: "MUTABLE", tagMutabilityExclusionFilters: ["a"] },
      /^registries\.quay\.tagMutabilityExclusionFilters: filters need tagMutability IMMUTABLE_WITH_EXCLUSION or/,
    ],
    [{ tagMutabilityExclusionFilters: ["a"] }, /^registries\.quay\.tagMutabilityExclusionFilters: filters need/],
    [
      { tagMutability: "MUTABLE_WITH_EXCLUSION" },
      /^registries\.quay\.tagMutabilityExclusionFilters: MUTABLE_WITH_EXCLUSION needs filters$/,
    ],
    [{ access: {}, repositoryPolicy: "{}" }, /^registries\.quay\.repositoryPolicy: give either access or/],
    [{ roleArn: ROLE }, /^registries\.quay\.roleArn: quay\.io does not use a role/],
    [{ createRole: false }, /^registries\.quay\.createRole: quay\.io does not use a role/],
    [
      { credentialArn: secretArn("us-east-1") },
      /^registries\.quay\.credentialArn: .*private repositories of Quay are not supported$/,
    ],
    [
      { registry: "k8s", credentialArn: secretArn("us-east-1") },
      /credentialArn: ECR pulls from registry\.k8s\.io without credentials$/,
    ],
    [{ secret: {} }, /^registries\.quay\.secret: the component creates no secret for this entry$/],
    [{ registry: ECR, roleArn: ROLE, createRole: true }, /createRole: the entry already names a role in roleArn$/],
  ];
  it("are accepted with each other", () => {
    const filters = { tagMutabilityExclusionFilters: ["latest"] };
    for (const settings of [
      { tagMutability: "IMMUTABLE_WITH_EXCLUSION", ...filters },
      { tagMutability: "MUTABLE_WITH_EXCLUSION", ...filters },
      { tagMutability: "IMMUTABLE" },
      { access: {} },
      { repositoryPolicy: "{}" },
      { encryption: { type: "KMS", kmsKey: kmsArn("us-east-1") } },
      { encryption: { type: "AES256" } },
    ] as const) {
      assert.deepEqual(problems({ registries: { quay: settings } }), [], JSON.stringify(settings));
    }
  });

  for (const [own, message] of cases) {
    it(JSON.stringify(own), () => {
      const found = problems({ registries: { quay: own } });
      assert.equal(found.length, 1, found.join("\n"));
      assert.match(found[0] ?? "", message);
    });
  }

  it("a secret's readers and policy", () => {
    const options = { credentials: { given: ["dockerhub"] } };
    const one = problems({ registries: { dockerhub: { secret: { policy: "{}", readers: [] } } } }, options);
    assert.deepEqual(one, ["registries.dockerhub.secret.policy: give either readers or policy"]);
    const secret = { readers: [ROLE] };
    assert.deepEqual(problems({ registries: { dockerhub: { secret } } }, options), []);
  });
});
