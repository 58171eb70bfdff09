import assert from "node:assert/strict";
import { copyFile, readdir, truncate } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { DeleteSecretCommand, ListSecretsCommand, RestoreSecretCommand } from "@aws-sdk/client-secrets-manager";
import { control, inventory, root, secretsManager } from "../support/aws";
import { cacheProgram, changed } from "../support/cache";
import { type Engine, startEngine } from "../support/engine";

const ACCOUNT = "111122223333";
const args = (more = "") =>
  `{ registries: { hub: { registry: "dockerhub" }, quay: { resourceTags: { a: "b" } } }, ${more}
     credentials: { hub: { username: "demo-user", accessToken: pulumi.secret("demo-token") } } }`;

/** The steps of "After an interrupted update" in docs/operations.md. */
describe("an interruption that the docs describe", () => {
  let engine: Engine;
  before(async () => {
    engine = await startEngine();
  });
  after(() => engine?.stop());

  const stateOf = (name: string) => {
    const backend = fileURLToPath(String(engine.aws.environment.PULUMI_BACKEND_URL));
    return join(backend, ".pulumi/stacks", name, "test.json");
  };

  it("ends well: Regions that fail in the first update, which then says what to run", async () => {
    const inRegions = `{ registries: { quay: {} }, regions: ["us-west-2", "eu-west-1"] }`;
    const project = await engine.project({ name: "regional", program: cacheProgram(inRegions) });
    const rule = { service: "ecr", operation: "CreatePullThroughCacheRule", kind: "accessDenied" };
    await control(engine.aws, "PUT", "faults", { rules: [rule] });
    const { code, stdout } = await project.up({ expectFailure: true });
    await control(engine.aws, "DELETE", "faults");
    assert.notEqual(code, 0);
    assert.match(stdout, /warning: (us-west-2|eu-west-1) failed, and Pulumi stopped: .* run pulumi up again/);
    await project.up();
    assert.deepEqual(changed(await project.up()), []);
    const { regions } = await inventory(engine.aws, ACCOUNT);
    assert.deepEqual([regions["us-west-2"]?.rules, regions["eu-west-1"]?.rules], [["quay"], ["quay"]]);
    await project.destroy();
  });

  it("ends well: an old copy of the state that is restored", async () => {
    const project = await engine.project({ name: "restored", program: cacheProgram(args()) });
    await project.up();
    await copyFile(stateOf("restored"), `${stateOf("restored")}.old`);
    const added = (text: string) => cacheProgram(args(text).replace("registries: {", "registries: { k8s: {},"));
    await project.setProgram(added(""));
    await project.up();
    await copyFile(`${stateOf("restored")}.old`, stateOf("restored"));
    assert.match((await project.up({ expectFailure: true })).stdout, /"k8s" in us-east-1 already exists/);
    await project.pulumi(["refresh", "--yes", "--skip-preview"]);
    await project.setProgram(added("adopt: true,"));
    await project.up();
    assert.deepEqual(changed(await project.up()), []);
    await project.destroy();
  });

  it("ends well: a state that is cut off, a secret scheduled for deletion, a lost backend", async () => {
    const project = await engine.project({ name: "interrupted", program: cacheProgram(args()) });
    await project.up();
    await project.up();

    const file = stateOf("interrupted");
    assert.ok((await readdir(dirname(file))).includes("test.json.bak"));
    await truncate(file, 1000);
    assert.notEqual((await project.up({ expectFailure: true })).code, 0);
    await copyFile(`${file}.bak`, file);
    await project.pulumi(["refresh", "--yes", "--skip-preview"]);
    await project.setProgram(cacheProgram(args("adopt: true,")));
    await project.up();
    assert.deepEqual(changed(await project.up()), []);

    const client = secretsManager(engine.aws, root(ACCOUNT));
    const [secret] = (await client.send(new ListSecretsCommand({}))).SecretList ?? [];
    await client.send(new DeleteSecretCommand({ SecretId: secret?.ARN, RecoveryWindowInDays: 7 }));
    await client.send(new RestoreSecretCommand({ SecretId: secret?.ARN }));
    assert.deepEqual(changed(await project.up()), []);
    await client.send(new DeleteSecretCommand({ SecretId: secret?.ARN, RecoveryWindowInDays: 7 }));
    await project.pulumi(["refresh", "--yes", "--skip-preview"]);
    await project.up();
    assert.deepEqual(changed(await project.up()), []);

    const again = await engine.project({ name: "interrupted-again", program: cacheProgram(args("adopt: true,")) });
    const { stdout } = await again.up({ expectFailure: true });
    assert.match(stdout, /import/);
    assert.deepEqual((await inventory(engine.aws, ACCOUNT)).regions["us-east-1"]?.rules.slice().sort(), [
      "hub",
      "quay",
    ]);
  });
});
