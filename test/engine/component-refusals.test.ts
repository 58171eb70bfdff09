import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { control, inventory } from "../support/aws";
import { cacheProgram, setCredentials } from "../support/cache";
import { type Engine, type Project, startEngine } from "../support/engine";

describe("input that is refused", () => {
  let engine: Engine;
  let project: Project;

  before(async () => {
    engine = await startEngine();
    project = await engine.project({ name: "refused" });
  });
  after(() => engine?.stop());

  /** What the user sees if a preview fails. */
  async function refusal(yaml: string, args = `{ registriesFile: "registries.yaml" }`): Promise<string> {
    await writeFile(join(project.directory, "registries.yaml"), yaml);
    await project.setProgram(cacheProgram(args));
    const { code, stdout, stderr, changes } = await project.preview({ expectFailure: true });
    assert.notEqual(code, 0);
    assert.deepEqual(changes, { create: 0, update: 0, replace: 0, delete: 0, same: 0 });
    const shown = stdout + stderr;
    assert.doesNotMatch(shown, /^\s+at .+:\d+:\d+\)?$/m, "there is a stack trace");
    assert.doesNotMatch(shown, /node_modules|unhandled exception/);
    return shown;
  }

  it("names file, line and column of every problem in a YAML file, without a stack trace", async () => {
    const shown = await refusal(
      ["quay:", "  prefx: quay", "k8s:", "  lifecycle:", "    keepImages: many", "nowhere: {}", ""].join("\n"),
    );
    assert.match(shown, /PullThroughCache "cache": 3 problems in the input/);
    assert.match(shown, /registries\.yaml:2:3: registries\.quay\.prefx: .*"prefix"/);
    assert.match(shown, /registries\.yaml:5:\d+: registries\.k8s\.lifecycle\.keepImages: /);
    assert.match(shown, /registries\.yaml:6:1: registries\.nowhere: /);
  });

  it("names the place of a syntax error", async () => {
    assert.match(await refusal("quay: {\nk8s: [\n"), /registries\.yaml:\d+:\d+/);
  });

  it("refuses a credential in a YAML file, and does not repeat it", async () => {
    const shown = await refusal("dockerhub:\n  accessToken: from-the-file\n");
    assert.match(shown, /registries\.yaml:2:3/);
    assert.doesNotMatch(shown, /from-the-file/);
  });

  it("gives the commands that set credentials in place of a pasted JSON text, which then work", async () => {
    const pasted = '{"username":"someone","accessToken":"pasted-token"}';
    await project.configSet("pull-through-cache:credentials.dockerhub", pasted, { secret: true, path: true });
    const shown = await refusal("dockerhub: {}\n");
    assert.doesNotMatch(shown, /pasted-token/);
    const commands = [...shown.matchAll(/pulumi (config (?:rm|set --secret) --path) '([^']+)'/g)];
    assert.equal(commands.length, 3);
    for (const [, command = "", path = ""] of commands) {
      const value = command.includes("set") ? [`invented-${path.length}`] : [];
      await project.pulumi([...command.split(" "), path, ...value]);
    }
    const warnings = async () => (await project.preview()).stderr;
    assert.doesNotMatch(await warnings(), /one JSON value/);
    // A program cannot tell a map that was set as a whole from one that was set part by part.
    const map = JSON.stringify({ dockerhub: { accessToken: "t", username: "u" } });
    await project.pulumi(["config", "set", "--secret", "pull-through-cache:credentials", map]);
    assert.match(await warnings(), /credentials was set as one JSON value\. The next/);
    await project.pulumi(["config", "rm", "pull-through-cache:credentials"]);
  });

  it("refuses a token in the stack's config that is not encrypted, beside one that is, and does not repeat it", async () => {
    for (const key of ["dockerhub", "gitlab"]) {
      await setCredentials(project, key, "someone", "encrypted");
    }
    await project.configSet("pull-through-cache:credentials.gitlab.accessToken", "plain-token", { path: true });
    const shown = await refusal("dockerhub: {}\ngitlab: {}\n");
    assert.match(shown, /1 problem[^\n]*\n[^\n]*registries\.gitlab: the token is in the stack's config as plain text/);
    assert.doesNotMatch(shown, /plain-token/);
    await project.pulumi(["config", "rm", "pull-through-cache:credentials"]);
  });

  it("registers nothing in an up: neither in the state nor in the account", async () => {
    await writeFile(join(project.directory, "registries.yaml"), "quay: {}\nnowhere: {}\n");
    const { code } = await project.up({ expectFailure: true });
    assert.notEqual(code, 0);
    const { resources = [] } = (await project.exportStack()).deployment;
    assert.deepEqual(
      resources.filter(({ type }) => type !== "pulumi:pulumi:Stack"),
      [],
    );
    assert.equal((await inventory(engine.aws, "111122223333")).empty, true);
  });

  it("checks an Output with the same rules when its value is known", async () => {
    const args = `{ registries: { quay: { encryption: { kmsKey: pulumi.output("alias/mine") } } } }`;
    assert.match(await refusalOfOutput(args), /registries\.quay\.encryption\.kmsKey|encryption\.kmsKey/);
  });

  async function refusalOfOutput(args: string): Promise<string> {
    await project.setProgram(cacheProgram(args));
    const { code, stdout, stderr } = await project.preview({ expectFailure: true });
    assert.notEqual(code, 0);
    assert.doesNotMatch(stdout + stderr, /^\s+at .+:\d+:\d+\)?$/m, "there is a stack trace");
    return stdout + stderr;
  }

  it("says what to set when there are no credentials or no Region", async () => {
    await project.setProgram(cacheProgram("{ registries: { quay: {} } }"));
    const answer = async (env: NodeJS.ProcessEnv) => {
      const { code, stdout, stderr } = await project.preview({ expectFailure: true, env });
      assert.notEqual(code, 0);
      assert.doesNotMatch(stdout + stderr, /node_modules|unhandled exception|serializing property/);
      return stdout + stderr;
    };
    const noCredentials = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" };
    assert.match(await answer(noCredentials), /pulumi config set aws:region <region>.*credentials/);
    await project.pulumi(["config", "rm", "aws:region"]);
    const noRegion = { AWS_REGION: "", AWS_DEFAULT_REGION: "" };
    assert.match(await answer(noRegion), /pulumi config set aws:region <region>/);
    await project.pulumi(["config", "set", "aws:region", "us-east-1"]);
  });

  it("fails a preview, with the cause first, if AWS does not say which account it is", async () => {
    await project.setProgram(cacheProgram("{ registries: { quay: {} } }"));
    await project.up();
    for (const kind of ["throttle", "error500", "accessDenied"]) {
      const rules = [{ service: "sts", operation: "GetCallerIdentity", kind }];
      await control(engine.aws, "PUT", "faults", { rules });
      const env = { AWS_MAX_ATTEMPTS: "2" };
      const preview = await project.preview({ expectFailure: true, env });
      const json = await project.pulumi(["preview", "--json"], { expectFailure: true, env });
      await control(engine.aws, "DELETE", "faults");
      for (const { code, stdout, stderr } of [preview, json]) {
        assert.notEqual(code, 0, kind);
        assert.match(
          stdout + stderr,
          /error: (?:[^\n]*\n\t)?[^\n]*getCallerIdentity|"message": ?"[^"]*getCallerIdentity/i,
        );
        assert.doesNotMatch(stdout + stderr, /to replace|"op": "replace"|unhandled exception/);
      }
    }
    await project.destroy();
  });
});
