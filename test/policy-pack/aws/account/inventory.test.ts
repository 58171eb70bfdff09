import assert from "node:assert/strict";
import { CreateRepositoryCommand, PutLifecyclePolicyCommand } from "@aws-sdk/client-ecr";
import { TestCloud } from "../../../../local/emulator/testing/support";
import { clientSettings, openInventory } from "../../../../policy-pack/aws/account/inventory";
import { keepNewest } from "../../../support/lifecycle";
import { later, rule } from "../../support";

const REGION = "eu-central-1";

/** The settings of the client that reads a rule's registry. */
const settingsOf = (props: object, region: string | undefined) =>
  clientSettings(rule("r", {}, { provider: { name: "p", props: { ...props } } }), region);

describe("what an audit reads", () => {
  const cloud = TestCloud.forSuite();
  const open = () =>
    openInventory(
      settingsOf({ accessKey: "AKIAROOT111122223333", secretKey: "x", endpoints: [{ ecr: cloud.url }] }, REGION),
    );

  it("is every repository, its lifecycle policy if it has one, and the Region's scanning", async () => {
    for (const [repositoryName, scanOnPush] of [
      ["quay/a", true],
      ["quay/b", false],
    ] as const) {
      await cloud
        .ecr()
        .send(new CreateRepositoryCommand({ repositoryName, imageScanningConfiguration: { scanOnPush } }));
    }
    const lifecyclePolicyText = keepNewest(3);
    await cloud.ecr().send(new PutLifecyclePolicyCommand({ repositoryName: "quay/a", lifecyclePolicyText }));
    const inventory = await open();
    const found = [];
    for await (const repository of inventory.repositories()) found.push(repository);
    assert.deepEqual(found, [
      { name: "quay/a", account: "111122223333", scanOnPush: true },
      { name: "quay/b", account: "111122223333", scanOnPush: false },
    ]);
    assert.deepEqual(JSON.parse((await inventory.lifecyclePolicy("quay/a")) ?? ""), JSON.parse(lifecyclePolicyText));
    assert.equal(await inventory.lifecyclePolicy("quay/b"), undefined);
    await assert.rejects(inventory.lifecyclePolicy("gone"), { name: "RepositoryNotFoundException" });
    assert.deepEqual(await inventory.scanning(), { scanType: "BASIC", rules: [] });
    inventory.close();
  });

  it("is read with the provider's own settings, as far as they are known", () => {
    const { retryMode, requestHandler, ...settings } = settingsOf(
      {
        accessKey: "a",
        secretKey: "s",
        token: "t",
        profile: "shop",
        endpoints: JSON.stringify([{ iam: "http://iam" }, { ecr: "http://ecr" }]),
      },
      REGION,
    );
    assert.equal(retryMode, "adaptive");
    assert.deepEqual(requestHandler, { connectionTimeout: 3_000, requestTimeout: 10_000 });
    assert.deepEqual(settings, {
      region: REGION,
      profile: "shop",
      endpoint: "http://ecr",
      credentials: { accessKeyId: "a", secretAccessKey: "s", sessionToken: "t" },
    });
    for (const props of [
      {},
      { accessKey: "a" },
      { secretKey: "s", token: "t" },
      { accessKey: later, secretKey: "s" },
      { endpoints: later },
      { endpoints: [later, { ecr: later }, { ecr: 7 }] },
      { profile: later },
    ]) {
      const bare = settingsOf(props, undefined);
      assert.deepEqual(Object.keys(bare), ["retryMode", "requestHandler"], JSON.stringify(props));
    }
    assert.deepEqual(settingsOf({ accessKey: "a", secretKey: "s" }, REGION).credentials, {
      accessKeyId: "a",
      secretAccessKey: "s",
    });
  });
});
