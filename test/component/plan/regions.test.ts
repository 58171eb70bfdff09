import assert from "node:assert/strict";
import type { EncryptionArgs, RegistryArgs } from "../../../component/args";
import { planCache } from "../../../component/plan/plan";
import { kmsArn, plan, problems, refuses, secretArn, sources } from "./support";

const EAST = "us-east-1";
const WEST = "eu-west-1";

describe("Regions", () => {
  it("each have every cache, by an id of key and Region and a name of the prefix", () => {
    const planned = plan({
      registries: { quay: {}, hub: { registry: "k8s", prefix: "team/k8s" } },
      regions: [EAST, WEST],
    });
    assert.deepEqual(
      planned.regions.map(({ region, caches }) => [region, ...caches.map(({ id, name }) => `${id} ${name}`)]),
      [EAST, WEST].map((region) => [region, `hub@${region} team/k8s`, `quay@${region} quay`]),
    );
  });

  it("continue resources named after the key, unless another entry has that prefix", () => {
    const formerNames = (registries: { [key: string]: RegistryArgs }) =>
      plan({ registries }).regions[0]?.caches.map(({ name, formerName }) => [name, formerName]);
    assert.deepEqual(formerNames({ quay: { prefix: "team/quay" } }), [["team/quay", "quay"]]);
    assert.deepEqual(formerNames({ quay: { prefix: "k8s" }, k8s: { prefix: "quay" } }), [
      ["quay", undefined],
      ["k8s", undefined],
    ]);
  });

  it("have their own secret", () => {
    const credentialArns = { [EAST]: secretArn(EAST), [WEST]: secretArn(WEST) };
    const planned = plan({ registries: { dockerhub: { credentialArns } }, regions: [EAST, WEST] });
    assert.deepEqual(
      planned.regions.map(({ caches }) => caches[0]?.credentialArn),
      [EAST, WEST].map((region) => ({
        arn: secretArn(region),
        path: ["registries", "dockerhub", "credentialArns", region],
      })),
    );
  });

  const [east, west] = [secretArn(EAST), secretArn(WEST)];
  const each = "a secret works only in its own Region: give credentialArns with one for each of us-east-1, eu-west-1";
  const secrets: [regions: string[] | undefined, own: RegistryArgs, problem?: string][] = [
    [undefined, { credentialArn: east }],
    [[EAST], { credentialArn: east }],
    [[WEST], { credentialArn: east }, "credentialArn: the secret is in us-east-1; ECR needs one in eu-west-1"],
    [[EAST, WEST], { credentialArn: east }, `credentialArn: ${each}`],
    [[EAST, WEST], { credentialArns: { [EAST]: east } }, "credentialArns: has no ARN for the Region eu-west-1"],
    [
      [EAST],
      { credentialArns: { [EAST]: east, [WEST]: west } },
      "credentialArns.eu-west-1: is not one of the component's regions",
    ],
    [
      [EAST],
      { credentialArns: { [EAST]: west } },
      "credentialArns.us-east-1: the secret is in eu-west-1; ECR needs one in us-east-1",
    ],
    [
      undefined,
      { credentialArns: { [EAST]: east } },
      'credentialArns: ARNs by Region need "regions"; without it use credentialArn',
    ],
    [
      [EAST],
      { credentialArn: east, credentialArns: {} },
      "credentialArns: give either credentialArn or credentialArns",
    ],
  ];
  for (const [regions, own, problem] of secrets) {
    it(`${regions ?? "not given"}: ${problem ?? `accepted is ${JSON.stringify(own)}`}`, () => {
      const expected = problem === undefined ? [] : [`registries.dockerhub.${problem}`];
      assert.deepEqual(problems({ registries: { dockerhub: own }, regions }), expected);
    });
  }

  const encrypted = (encryption: EncryptionArgs, ...regions: string[]) => ({
    registries: { quay: {} },
    defaults: { encryption },
    regions: regions.length > 0 ? regions : undefined,
  });
  const kmsKey = kmsArn(EAST);
  const kmsKeys = { [EAST]: kmsKey, [WEST]: kmsArn(WEST) };
  const rewritten = (...regions: string[]) => ({ registries: { quay: {} }, regions, rewriteImages: { region: WEST } });
  refuses([
    ["a KMS key", encrypted({ kmsKey })],
    [
      "a KMS key of another Region",
      encrypted({ kmsKey }, WEST),
      "defaults.encryption.kmsKey: the KMS key is in us-east-1; ECR needs one in eu-west-1",
    ],
    ["a KMS key for each", encrypted({ kmsKeys }, EAST, WEST)],
    [
      "KMS keys for another encryption",
      encrypted({ kmsKeys, type: "AES256" }, EAST, WEST),
      "defaults.encryption.kmsKeys: a KMS key needs the type KMS",
    ],
    ["images of one of them", rewritten(EAST, WEST)],
    ["images of another one", rewritten(EAST), "rewriteImages.region: the cache is in us-east-1"],
    ["images of a Region that is not known", { registries: { quay: {} }, rewriteImages: { region: WEST } }],
    ["one twice", { registries: { quay: {} }, regions: [EAST, EAST] }, "regions[1]: us-east-1 is listed twice"],
  ]);

  it("must be names that the AWS provider knows, if its list is available", () => {
    const context = {
      name: "cache",
      stack: [],
      given: { quay: {} },
      credentials: sources(),
      knownRegions: [EAST],
      now: 0,
    };
    const refused = (region: string) => {
      const planned = planCache({ registries: { quay: {} }, regions: [region] }, context);
      return planned.ok ? undefined : planned.issues;
    };
    const issue = (message: string) => [{ path: ["regions", 0], message: `@pulumi/aws knows no Region ${message}` }];
    assert.equal(refused(EAST), undefined);
    assert.deepEqual(
      refused("us-esat-1"),
      issue("us-esat-1: did you mean us-east-1? If it is new, update the package"),
    );
    assert.deepEqual(refused("mars-north-9"), issue("mars-north-9: if it is new, update the package"));
  });
});
