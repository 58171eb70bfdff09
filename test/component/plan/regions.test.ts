import assert from "node:assert/strict";
import type { RegistryArgs } from "../../../component/args";
import { planCache } from "../../../component/plan/plan";
import { kmsArn, plan, problems, secretArn, sources } from "./support";

describe("Regions", () => {
  const dockerhub = (own: RegistryArgs, regions?: string[]) => problems({ registries: { dockerhub: own }, regions });

  it("include the Region that images are rewritten to, if they are known", () => {
    const rewritten = (region: string, regions?: string[]) =>
      problems({ registries: { quay: {} }, regions, rewriteImages: { region } });
    assert.deepEqual(rewritten("eu-west-1"), []);
    assert.deepEqual(rewritten("eu-west-1", ["us-east-1", "eu-west-1"]), []);
    assert.deepEqual(rewritten("eu-west-1", ["us-east-1"]), ["rewriteImages.region: the cache is in us-east-1"]);
  });

  it("each have every cache, by an id of key and Region and a name of the prefix", () => {
    const registries = { quay: {}, hub: { registry: "k8s", prefix: "team/k8s" } };
    const planned = plan({ registries, regions: ["us-east-1", "eu-west-1"] });
    assert.deepEqual(
      planned.regions.map(({ region, caches }) => [region, caches.map(({ id, name }) => [id, name])]),
      [
        [
          "us-east-1",
          [
            ["hub@us-east-1", "team/k8s"],
            ["quay@us-east-1", "quay"],
          ],
        ],
        [
          "eu-west-1",
          [
            ["hub@eu-west-1", "team/k8s"],
            ["quay@eu-west-1", "quay"],
          ],
        ],
      ],
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
    const credentialArns = { "us-east-1": secretArn("us-east-1"), "eu-west-1": secretArn("eu-west-1") };
    const regions = ["us-east-1", "eu-west-1"];
    const planned = plan({ registries: { dockerhub: { credentialArns } }, regions });
    assert.deepEqual(
      planned.regions.map(({ caches }) => caches[0]?.credentialArn),
      regions.map((region) => ({
        arn: secretArn(region),
        path: ["registries", "dockerhub", "credentialArns", region],
      })),
    );
    assert.deepEqual(dockerhub({ credentialArn: secretArn("us-east-1") }, ["us-east-1"]), []);
  });

  it("refuse the secret of another Region, and one for several", () => {
    const one = secretArn("us-east-1");
    const at = "registries.dockerhub";
    assert.deepEqual(dockerhub({ credentialArn: one }, ["eu-west-1"]), [
      `${at}.credentialArn: the secret is in us-east-1; ECR needs one in eu-west-1`,
    ]);
    assert.deepEqual(dockerhub({ credentialArn: one }, ["us-east-1", "eu-west-1"]), [
      `${at}.credentialArn: a secret works only in its own Region: give credentialArns with one for each of us-east-1, eu-west-1`,
    ]);
    assert.deepEqual(dockerhub({ credentialArns: { "us-east-1": one } }, ["us-east-1", "eu-west-1"]), [
      `${at}.credentialArns: has no ARN for the Region eu-west-1`,
    ]);
    assert.deepEqual(
      dockerhub({ credentialArns: { "us-east-1": one, "eu-west-1": secretArn("eu-west-1") } }, ["us-east-1"]),
      [`${at}.credentialArns.eu-west-1: is not one of the component's regions`],
    );
    assert.deepEqual(dockerhub({ credentialArns: { "us-east-1": secretArn("eu-west-1") } }, ["us-east-1"]), [
      `${at}.credentialArns.us-east-1: the secret is in eu-west-1; ECR needs one in us-east-1`,
    ]);
    assert.deepEqual(dockerhub({ credentialArns: { "us-east-1": one } }), [
      `${at}.credentialArns: ARNs by Region need "regions"; without it use credentialArn`,
    ]);
    assert.deepEqual(dockerhub({ credentialArn: one, credentialArns: {} }, ["us-east-1"]), [
      `${at}.credentialArns: give either credentialArn or credentialArns`,
    ]);
  });

  it("cannot share a KMS key", () => {
    const keyed = (region: string, regions?: string[]) =>
      problems({ registries: { quay: {} }, defaults: { encryption: { kmsKey: kmsArn(region) } }, regions });
    assert.deepEqual(keyed("us-east-1"), []);
    assert.deepEqual(keyed("us-east-1", ["us-east-1"]), []);
    assert.deepEqual(keyed("us-east-1", ["eu-west-1"]), [
      "defaults.encryption.kmsKey: the KMS key is in us-east-1; ECR needs one in eu-west-1",
    ]);
    assert.deepEqual(keyed("us-east-1", ["us-east-1", "eu-west-1"]), [
      "defaults.encryption.kmsKey: a KMS key works only in its own Region: give kmsKeys with one for each of us-east-1, eu-west-1",
    ]);
    const kmsKeys = { "us-east-1": kmsArn("us-east-1"), "eu-west-1": kmsArn("eu-west-1") };
    const each = (encryption: object, regions?: string[]) =>
      problems({ registries: { quay: {} }, defaults: { encryption }, regions });
    assert.deepEqual(each({ kmsKeys }, ["us-east-1", "eu-west-1"]), []);
    assert.deepEqual(each({ kmsKeys, type: "AES256" }, ["us-east-1", "eu-west-1"]), [
      "defaults.encryption.kmsKeys: a KMS key needs the type KMS",
    ]);
    assert.deepEqual(each({ kmsKeys }), [
      'defaults.encryption.kmsKeys: ARNs by Region need "regions"; without it use kmsKey',
    ]);
  });

  it("must be names that the AWS provider knows, if its list is available", () => {
    const context = {
      name: "cache",
      stack: [],
      keys: ["quay"],
      credentials: sources(),
      knownRegions: ["us-east-1"],
      now: 0,
    };
    const refused = (region: string) => {
      const planned = planCache({ registries: { quay: {} }, regions: [region] }, context);
      return planned.ok ? undefined : planned.issues;
    };
    assert.equal(refused("us-east-1"), undefined);
    const path = ["regions", 0];
    assert.deepEqual(refused("us-esat-1"), [
      {
        path,
        message: "@pulumi/aws knows no Region us-esat-1: did you mean us-east-1? If it is new, update the package",
      },
    ]);
    assert.deepEqual(refused("mars-north-9"), [
      { path, message: "@pulumi/aws knows no Region mars-north-9: if it is new, update the package" },
    ]);
  });

  it("are listed once", () => {
    assert.deepEqual(problems({ registries: { quay: {} }, regions: ["us-east-1", "us-east-1"] }), [
      "regions[1]: us-east-1 is listed twice",
    ]);
  });
});
