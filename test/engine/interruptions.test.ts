import assert from "node:assert/strict";
import { copyFile, readdir, truncate } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DeleteSecretCommand, ListSecretsCommand, RestoreSecretCommand } from "@aws-sdk/client-secrets-manager";
import { inventory, root, secretsManager } from "../support/aws";
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

  it("ends well: a state that is cut off, a secret scheduled for deletion, a lost backend", async () => {
    const project = await engine.project({ name: "interrupted", program: cacheProgram(args()) });
    await project.up();
    await project.up();

    const backend = fileURLToPath(String(engine.aws.environment.PULUMI_BACKEND_URL));
    const stacks = join(backend, ".pulumi/stacks/interrupted");
    const file = join(stacks, "test.json");
    assert.ok((await readdir(stacks)).includes("test.json.bak"));
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
