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

  it("names the place of a syntax error, and of a credential, which is not repeated", async () => {
    assert.match(await refusal("quay: {\nk8s: [\n"), /registries\.yaml:\d+:\d+/);
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

  it("checks an Output when its value is known, and says once what is wrong with it", async () => {
    await project.setProgram(
      cacheProgram(`{ registries: { quay: { resourceTags: { a: "b" } }, k8s: { resourceTags: { a: "b" } } },
        templateRoleArn: pulumi.output("arn:aws:iam::444455556666:role/x") }`),
    );
    const shown = await failedPreview();
    assert.match(shown, /templateRoleArn: the role is in the account 444455556666/);
    assert.equal(shown.split('PullThroughCache "cache": 1 problem in the input.').length, 2, shown);
    assert.doesNotMatch(shown, /^\s+at .+:\d+:\d+\)?$/m, "there is a stack trace");
  });

  it("says what to set when there are no credentials or no Region", async () => {
    await project.setProgram(cacheProgram("{ registries: { quay: {} } }"));
    const noCredentials = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" };
    assert.match(await failedPreview(noCredentials), /pulumi config set aws:region us-east-1.*credentials/);
    await project.pulumi(["config", "rm", "aws:region"]);
    const noRegion = { AWS_REGION: "", AWS_DEFAULT_REGION: "" };
    assert.match(await failedPreview(noRegion), /pulumi config set aws:region us-east-1/);
    await project.pulumi(["config", "set", "aws:region", "us-east-1"]);
  });

  it("fails a preview, with the cause first, if AWS does not say which account it is", async () => {
    await project.setProgram(cacheProgram("{ registries: { quay: {} } }"));
    await project.up();
    const rules = [{ service: "sts", operation: "GetCallerIdentity", kind: "accessDenied" }];
    await control(engine.aws, "PUT", "faults", { rules });
    const shown = await failedPreview({ AWS_MAX_ATTEMPTS: "2" });
    await control(engine.aws, "DELETE", "faults");
    assert.match(shown, /error: (?:[^\n]*\n\t)?[^\n]*getCallerIdentity/i);
    assert.doesNotMatch(shown, /to replace/);
    await project.destroy();
  });

  async function failedPreview(env?: NodeJS.ProcessEnv): Promise<string> {
    const { code, stdout, stderr } = await project.preview({ expectFailure: true, env });
    assert.notEqual(code, 0);
    assert.doesNotMatch(stdout + stderr, /node_modules|unhandled exception|serializing property/);
    return stdout + stderr;
  }
});
