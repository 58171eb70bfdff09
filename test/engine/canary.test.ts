import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { GetSecretValueCommand, ListSecretsCommand } from "@aws-sdk/client-secrets-manager";
import { control, root, secretsManager } from "../support/aws";
import { cacheProgram, setCredentials } from "../support/cache";
import { type Engine, type Project, startEngine } from "../support/engine";
import { temporaryFolder } from "../support/leftovers";

const ACCOUNT = "111122223333";

/**
 * A token for each place that credentials can come from, of different shapes: with characters that JSON escapes, a UUID, a
 * token of GitLab, a JWT, and one without any mark.
 */
const CANARY = {
  config: String.raw`canary"config\7d41c09e`,
  argument: "58b2fa63-0c1d-4e7f-9a2b-6d41c09e8f35",
  output: "glpat-canaryE0936b17xQ4z",
  environment: "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlLTJjOGZkNWE0",
  unmarked: "q7Zk3Vw9Lr2Xt8Nb5Hd1Jf6Mc4Ps0Ya",
};

/** What `dockerhub` takes from config, and the others from the arguments: a string, a secret Output, and the environment. */
const ARGS = `{
  registries: { dockerhub: {}, ghcr: {}, gitlab: {}, chainguard: {}, azure: { registry: "canary.azurecr.io" } },
  credentials: {
    ghcr: { username: "user", accessToken: "${CANARY.argument}" },
    gitlab: pulumi.output({ username: "user", accessToken: pulumi.secret("${CANARY.output}") }),
    chainguard: { username: "user", accessToken: process.env.UPSTREAM_TOKEN },
    azure: { username: "user", accessToken: "${CANARY.unmarked}" },
  },
}`;
const EVERY_OUTPUT = "for (const name of Object.keys(cache)) if (!name.startsWith('__')) exports[name] = cache[name];";

/** Reports a refusal like an uncaught error, and continues. */
const ATTEMPT = `
const pulumi = require("@pulumi/pulumi");
const { PullThroughCache } = require("pulumi-pull-through-cache");
function attempt(name, args) {
  try {
    new PullThroughCache(name, args);
  } catch (error) {
    pulumi.log.error(name + ": " + error.stack + require("node:util").inspect(error, { depth: null }));
  }
}
`;

describe("a token", () => {
  let engine: Engine;
  let project: Project;
  let logs: string;
  const written = new Map<string, string>();

  before(async () => {
    // With a folder of its own, the local AWS writes its state to a file.
    engine = await startEngine({ asForUsers: true, directory: await temporaryFolder("local-aws") });
    logs = join(engine.aws.directory, "logs");
    project = await engine.project({ name: "canary", env: { UPSTREAM_TOKEN: CANARY.environment, TMPDIR: logs } });
    await mkdir(logs);
    await project.setProgram(cacheProgram(ARGS, { more: EVERY_OUTPUT }));
    await setCredentials(project, "dockerhub", "hub-person", CANARY.config);
  });
  after(async () => {
    await engine?.stop();
    await rm(engine.aws.directory, { recursive: true });
  });

  /** Runs a command and keeps its output. */
  async function keep(title: string, args: readonly string[], command: "preview" | "up" | "refresh" = "preview") {
    const { stdout, stderr, eventLog } = await project[command]({ args });
    assert.ok(stdout.length > 0, title);
    written.set(`${title}: stdout`, stdout);
    written.set(`${title}: stderr`, stderr);
    written.set(`${title}: events`, withoutDebugEvents(eventLog));
  }

  it("is not in the output of preview, up and refresh, nor in their events", async () => {
    await keep("preview", []);
    await keep("preview --json", ["--json"]);
    await keep("preview --save-plan", ["--save-plan", join(project.directory, "plan.json")]);
    await keep("preview --import-file", ["--import-file", join(project.directory, "import.json")]);
    await keep("up", ["--diff"], "up");
    await project.configSet("pull-through-cache:credentials.dockerhub.username", "renamed", {
      secret: true,
      path: true,
    });
    await keep("preview of a rotation", ["--diff"]);
    await keep("preview of a rotation as JSON", ["--json"]);
    await keep("up with a rotation", [], "up");
    await keep("refresh", ["--diff"], "refresh");
    assertAbsent(written);
  });

  it("from secret config is masked in Pulumi's debug output too, up to -v=8", async () => {
    const { stdout, stderr } = await project.preview({ args: ["--debug", "--logtostderr", "-v=8", "--logflow"] });
    await project.preview({ args: ["--debug", "-v=8", "--logflow"] });
    const json = await project.up({ args: ["--json"] });
    const files = await filesIn(logs);
    assert.match(stderr, /cache-dockerhub/);
    assert.match([...files.values()].join(), /cache-dockerhub/);
    assertAbsent(new Map([["debug output", stdout + stderr], ["up --json", json.stdout], ...files]), {
      config: CANARY.config,
    });
  });

  it("is not in outputs, the exported stack, its history or its config", async () => {
    const said = new Map<string, string>();
    for (const args of [
      ["stack", "output", "--json"],
      ["stack", "output", "--json", "--show-secrets"],
      ["stack", "export"],
      ["stack", "history", "--json"],
      ["stack", "--show-urns"],
      ["config"],
      ["config", "--json"],
      ["logs", "--json"],
    ]) {
      const { stdout, stderr } = await project.pulumi(args, { expectFailure: true });
      said.set(args.join(" "), stdout + stderr);
    }
    assertAbsent(said);
  });

  it("is in no file that Pulumi writes: state, history, checkpoints, config, plan, import file", async () => {
    const files = new Map([
      ...(await filesIn(project.directory)),
      ...(await filesIn(join(engine.aws.directory, "stacks"))),
      ...(await filesIn(join(engine.aws.directory, "pulumi"))),
    ]);
    const names = [...files.keys()].join("\n");
    assert.match(names, /Pulumi\.test\.yaml/);
    assert.match(names, /plan\.json/);
    assert.match(names, /import\.json/);
    assert.match(names, /stacks\/.*history/);
    // The program itself contains a token as text.
    files.delete(join(project.directory, "index.js"));
    assertAbsent(files);
  });

  it("is not in the emulator's log of requests", async () => {
    const requests = JSON.stringify(await control(engine.aws, "GET", "requests"));
    assert.match(requests, /PutSecretValue/);
    assertAbsent(new Map([["requests", requests]]));
  });

  it("is in the secret, and nowhere else in AWS", async () => {
    const client = secretsManager(engine.aws, root(ACCOUNT));
    const { SecretList = [] } = await client.send(new ListSecretsCommand({}));
    const tokens: string[] = [];
    for (const { ARN: SecretId } of SecretList) {
      const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId }));
      const value = JSON.parse(SecretString) as { username: string; accessToken: string };
      assert.deepEqual(Object.keys(value).sort(), ["accessToken", "username"]);
      tokens.push(value.accessToken);
    }
    assert.deepEqual(tokens.sort(), Object.values(CANARY).sort());
    const state = await filesIn(join(engine.aws.directory, "aws"));
    assert.match([...state.values()].join(), new RegExp(ACCOUNT));
    const outside = [...state].map(([file, text]): [string, string] => [file, withoutSecretStrings(file, text)]);
    assertAbsent(new Map(outside));
  });

  it("is not in any error message, nor in those about values that are known later", async () => {
    const token = CANARY.argument;
    const refused = [
      `{ registries: { ghcr: {} }, credentials: { ghcr: "${token}" } }`,
      `{ registries: { ghcr: {} }, credentials: { ghcr: { username: "user", token: "${token}" } } }`,
      `{ registries: { ghcr: {} }, credentials: { ghcr: { username: ["${token}"], accessToken: { is: "${token}" } } } }`,
      `{ registries: { ghcr: {} }, credentials: { ghrc: { username: "user", accessToken: "${token}" } } }`,
      `{ registries: { ghcr: { accessToken: "${token}" } } }`,
      `{ registries: { quay: {} }, credentials: { quay: { username: "user", accessToken: "${token}" } } }`,
      `{ registries: { ghcr: {} }, credentials: pulumi.secret({ ghcr: { username: "", accessToken: "${token}" } }) }`,
      `{ registries: { hub: { registry: "ghcr.io" } },
         credentials: { hub: pulumi.secret({ username: "user", accessToken: ["${token}"] }) } }`,
    ];
    const attempts = refused.map((args, index) => `attempt("refused-${index}", ${args});`);
    await project.setProgram(`${ATTEMPT}${attempts.join("\n")}`);
    const { stdout, stderr, eventLog } = await project.preview({ expectFailure: true });
    const said = { stdout, stderr, events: withoutDebugEvents(eventLog) };
    for (let index = 0; index < refused.length; index++) {
      assert.match(Object.values(said).join(), new RegExp(`PullThroughCache "refused-${index}": \\d problem`));
    }
    assertAbsent(new Map(Object.entries(said)));
  });
});

/** The events that Pulumi shows or sends anywhere: debug messages need `--debug`. */
function withoutDebugEvents(eventLog: string): string {
  const lines = eventLog.split("\n");
  return lines.filter((line) => !line.includes('"severity":"debug"')).join("\n");
}

/** The local AWS keeps the values of secrets under the same name as the API. */
function withoutSecretStrings(file: string, text: string): string {
  if (!file.endsWith(".json")) return text;
  return JSON.stringify(JSON.parse(text, (key, value: unknown) => (key === "SecretString" ? undefined : value)));
}

function assertAbsent(texts: ReadonlyMap<string, string>, canaries: Readonly<Record<string, string>> = CANARY): void {
  for (const [where, text] of texts) {
    for (const [source, canary] of Object.entries(canaries)) {
      for (const spelling of inJson(canary)) {
        assert.ok(!text.includes(spelling), `the token from ${source} is in ${where}`);
        for (const encoded of inBase64(spelling)) {
          assert.ok(!text.includes(encoded), `the token from ${source} is in ${where}, in base64`);
        }
      }
    }
  }
}

/** A text as it is, in JSON, and in JSON inside of JSON. */
function inJson(text: string): Set<string> {
  const escaped = (plain: string) => JSON.stringify(plain).slice(1, -1);
  return new Set([text, escaped(text), escaped(escaped(text))]);
}

/** The base64 of a text at any position. It depends on the position modulo three, and its ends depend on the text around it. */
function inBase64(text: string): string[] {
  return [0, 1, 2].map((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]);
    const encoded = bytes.toString("base64").slice(0, Math.floor(bytes.length / 3) * 4);
    return offset === 0 ? encoded : encoded.slice(4);
  });
}

/** Texts of all files in a folder, by path. Compressed files are unpacked. */
async function filesIn(directory: string): Promise<Map<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = new Map<string, string>();
  for (const file of files) {
    const content = await readFile(file);
    texts.set(file, (file.endsWith(".gz") ? gunzipSync(content) : content).toString());
  }
  return texts;
}
