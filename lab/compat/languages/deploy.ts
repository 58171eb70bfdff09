// Deploys the example program of one language, by the engine of the tests: deploy.ts <language> <command...>. `run.ts`
// starts it. The command runs an inline program of the Automation API; without one the language's host runs the example.
import assert from "node:assert/strict";
import { appendFile } from "node:fs/promises";
import { delimiter, dirname, join, resolve } from "node:path";
import { createRole } from "../../../test/support/aws";
import { startEngine } from "../../../test/support/engine";
import { runCommand } from "../../../test/support/run-command";

const ROOT = resolve(__dirname, "../../..");
const ACCOUNT = "111122223333";
const REGISTRY = `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com`;
const CREDENTIALS = "pull-through-cache:credentials.dockerhub";

interface Result {
  readonly outputs: { readonly [name: string]: unknown };
  /** How many resources the second update changed, by operation. */
  readonly second: { readonly [operation: string]: number };
}

async function main(language: string, command: string[]): Promise<void> {
  const engine = await startEngine();
  try {
    const Statement = [{ Effect: "Allow", Action: "ec2:DescribeInstances", Resource: "*" }];
    await createRole(engine.aws, ACCOUNT, "nodes", { Version: "2012-10-17", Statement });
    const path = [dirname(engine.aws.toolchain.pulumi), process.env.PATH].join(delimiter);
    const project = await engine.project({
      name: language,
      directory: join(ROOT, "examples/languages", language),
      // A host of another language starts the component's plugin, for which it looks for Node.js's host on PATH.
      env: { PATH: path },
      config: { nodeRole: "nodes" },
    });
    const plugins = `plugins:\n  providers:\n    - name: pull-through-cache\n      path: ${join(ROOT, "component")}\n`;
    await appendFile(join(project.directory, "Pulumi.yaml"), plugins);
    await project.configSet(`${CREDENTIALS}.username`, "demo-user", { path: true });
    await project.configSet(`${CREDENTIALS}.accessToken`, "demo-token", { path: true, secret: true });

    const inline = async (): Promise<Result> => {
      const [executable = "", ...args] = command;
      const { code, stdout, stderr } = await runCommand(executable, [...args, project.directory, language], {
        cwd: project.directory,
        env: {
          ...engine.aws.environment,
          PATH: path,
        },
      });
      if (code !== 0) throw new Error(`${stdout}\n${stderr}`);
      return JSON.parse(stdout) as Result;
    };
    const byHost = async (): Promise<Result> => {
      await project.preview();
      await project.up();
      const { changes } = await project.up();
      return { outputs: await project.outputs(), second: { ...changes } };
    };
    const { outputs, second } = command.length > 0 ? await inline() : await byHost();
    const state = JSON.stringify((await project.exportStack()).deployment);
    await project.destroy();

    const { policy, ...names } = outputs;
    assert.deepEqual(names, {
      urls: { dockerhub: `${REGISTRY}/dockerhub`, quay: `${REGISTRY}/quay` },
      prometheus: `${REGISTRY}/quay/prometheus/prometheus:v3.0.1`,
      grafana: `${REGISTRY}/dockerhub/grafana/grafana:11.5`,
    });
    assert.deepEqual([second.create ?? 0, second.update ?? 0, second.replace ?? 0, second.delete ?? 0], [0, 0, 0, 0]);
    assert.ok(!state.includes("demo-token"), "the token is encrypted in the state");
    assert.ok(state.includes('"countNumber":20') || state.includes('\\"countNumber\\":20'), "an integer arrives");
    assert.ok(state.includes('"IMMUTABLE"'), "an enum arrives");
    // YAML has no methods, and the stand-in of the Kubernetes provider has no schema, which YAML needs for a workload.
    if (language !== "yaml") {
      assert.match(String(policy), /^nodes:cache-pull-nodes/);
      assert.ok(state.includes(`${REGISTRY}/dockerhub/library/nginx:1.27`), "the pod's image is rewritten");
    }
    const others = language !== "yaml";
    const features = {
      "the component, its arguments and outputs": true,
      "function `cacheImage`": true,
      "methods `image` and `grantPull`": others,
      "argument `rewriteImages`": others,
    };
    console.log(JSON.stringify({ features, outputs }));
  } finally {
    await engine.stop();
  }
}

const [language = "", ...command] = process.argv.slice(2);
main(language, command).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
