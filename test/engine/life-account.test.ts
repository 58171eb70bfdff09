import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { delimiter, join, resolve } from "node:path";
import { type LocalAws, rootCredentials, startLocalAws } from "../../local";
import { PLUGIN_VERSION } from "../../local/provider/version";
import { assume, createRole, inventory } from "../support/aws";

const ACCOUNT = "111122223333";
const checkout = resolve(__dirname, "../..");

// The emulator stands for the real account: AWS_ENDPOINT_URL leads to it, and the stand-in provider is a plugin on PATH.
describe("the life of a stack in a named account", () => {
  let aws: LocalAws;
  before(async () => {
    aws = await startLocalAws();
  });
  after(() => aws?.stop());

  function start(args: readonly string[], credentials = rootCredentials(ACCOUNT)) {
    const { PULUMI_HOME = "", PATH } = aws.environment;
    const child = spawn(process.execPath, ["--import=tsx", "lab/aws/life.ts", ...args], {
      cwd: checkout,
      env: {
        PATH: [join(PULUMI_HOME, "plugins", `resource-aws-v${PLUGIN_VERSION}`), PATH].join(delimiter),
        HOME: aws.directory,
        PULUMI_HOME: join(aws.directory, "home"),
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        AWS_ENDPOINT_URL: aws.url,
        AWS_REGION: "us-east-1",
        ...credentials,
      },
    });
    let output = "";
    const heard = new EventEmitter();
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data: Buffer) => {
        output += data;
        heard.emit("more");
      });
    }
    const end = once(child, "close").then(([code]) => ({ code: code as number, output }));
    const said = async (text: RegExp) => {
      while (!text.test(output)) {
        await Promise.race([once(heard, "more"), end]);
        assert.equal(child.exitCode, null, output);
      }
    };
    return { child, end, said };
  }

  const isEmpty = async () => (await inventory(aws, ACCOUNT)).empty;

  it("does not start without a named account, or in another one", async () => {
    const unnamed = await start([]).end;
    assert.equal(unnamed.code, 1);
    assert.match(unnamed.output, /name the account that may be used/);
    const other = await start(["--account", "444455556666"]).end;
    assert.equal(other.code, 1);
    assert.match(other.output, /are of account 111122223333, not of 444455556666/);
  });

  it("says what it creates, tests, and removes everything when it is interrupted", async () => {
    const { child, end, said } = start(["--account", ACCOUNT]);
    await said(/✔ previews what it then creates/);
    assert.equal(await isEmpty(), false);
    child.kill("SIGINT");
    const { code, output } = await end;
    assert.equal(code, 1, output);
    assert.match(output, /pull through cache rules.*life-[0-9a-f]{6}-\.\.\.[\s\S]*✔ previews/);
    assert.match(output, /interrupted; everything was removed/);
    assert.equal(await isEmpty(), true);
  });

  it("runs against an emulator of its own too, and says the outcome in one line", async () => {
    const { code, output } = await start(["--emulator", "--only", "previews what it then creates"], {}).end;
    assert.equal(code, 0, output);
    assert.match(output, /^life with Pulumi .+, AWS provider .+, the emulator: 1 passed, 0 failed$/m);
  });

  it("does not start without permission to list what could be left", async () => {
    const role = await createRole(aws, ACCOUNT, "lister", {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: ["ecr:*", "secretsmanager:*"], Resource: "*" }],
    });
    const session = await assume(aws, role);
    const { code, output } = await start(["--account", ACCOUNT], {
      AWS_ACCESS_KEY_ID: session.accessKeyId,
      AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
      AWS_SESSION_TOKEN: session.sessionToken,
    }).end;
    assert.equal(code, 1);
    assert.match(output, /iam:ListRoles/);
    assert.doesNotMatch(output, /In account/);
  });
});
