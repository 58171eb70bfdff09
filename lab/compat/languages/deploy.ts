// Deploys the example program of one language with the tests' engine: deploy.ts <language> <node_modules> <command...>.
// `run.ts` starts it. The node_modules hold the package as it is published. The command runs an inline program of the
// Automation API. Without one, `pulumi package add` makes the SDK and the language's host runs the example.
import assert from "node:assert/strict";
import { appendFile, cp, readdir, rm } from "node:fs/promises";
import { delimiter, dirname, join, resolve } from "node:path";
import { createRole } from "../../../test/support/aws";
import { startEngine } from "../../../test/support/engine";
import { runCommand } from "../../../test/support/run-command";

const ROOT = resolve(__dirname, "../../..");
const ACCOUNT = "111122223333";
const REGISTRY = `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com`;
const CREDENTIALS = "pull-through-cache:credentials.dockerhub";
const PACKAGE = "./node_modules/pulumi-pull-through-cache";
/** Pulumi generates no methods for Java and YAML. */
const METHODS = ["typescript", "python", "go"];
/** YAML needs a schema for a workload, and the stand-in for the Kubernetes provider has none. */
const WORKLOADS = [...METHODS, "java"];

interface Result {
  readonly outputs: { readonly [name: string]: unknown };
  /** How many resources the second update changed, by operation. */
  readonly second: { readonly [operation: string]: number };
}

async function main(language: string, modules: string, command: string[]): Promise<void> {
  const engine = await startEngine({ asForUsers: true });
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
    await rm(join(project.directory, "node_modules"));
    await cp(modules, join(project.directory, "node_modules"), { recursive: true });
    const before = await readdir(project.directory);
    const added: string[] = [];
    if (command.length > 0) {
      const plugins = `plugins:\n  providers:\n    - name: pull-through-cache\n      path: ${PACKAGE}\n`;
      await appendFile(join(project.directory, "Pulumi.yaml"), plugins);
    } else if (language !== "typescript") {
      const { stdout } = await project.pulumi(["package", "add", PACKAGE]);
      assert.match(stdout, /Successfully generated an SDK for the pull-through-cache package/);
      added.push(...(await readdir(project.directory)).filter((name) => !before.includes(name)));
      assert.deepEqual(
        added.filter((name) => name !== "target"),
        ["sdks"],
        "nothing but the SDK is left",
      );
    }
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

    const { policy, buildkit, ...names } = outputs;
    assert.deepEqual(names, {
      urls: { dockerhub: `${REGISTRY}/dockerhub`, quay: `${REGISTRY}/quay` },
      prometheus: `${REGISTRY}/quay/prometheus/prometheus:v3.0.1`,
      grafana: `${REGISTRY}/dockerhub/grafana/grafana:11.5`,
    });
    assert.deepEqual([second.create ?? 0, second.update ?? 0, second.replace ?? 0, second.delete ?? 0], [0, 0, 0, 0]);
    assert.ok(!state.includes("demo-token"), "the token is encrypted in the state");
    assert.ok(state.includes('"countNumber":20') || state.includes('\\"countNumber\\":20'), "an integer arrives");
    assert.ok(state.includes('"IMMUTABLE"'), "an enum arrives");
    assert.match(String(buildkit), new RegExp(`mirrors = \\["${REGISTRY}/quay"\\]`));
    assert.ok(state.includes("::cache-pull-nodes"), "the role may pull");
    const methods = METHODS.includes(language);
    const workloads = WORKLOADS.includes(language);
    if (methods) assert.match(String(policy), /^nodes:.*cache-pull-nodes/);
    if (workloads) {
      assert.ok(state.includes(`${REGISTRY}/dockerhub/library/nginx:1.27`), "the pod's image is rewritten");
    }
    const features = {
      "the component, its arguments and outputs": true,
      "function `cacheImage`": true,
      "function `clientConfiguration`": true,
      "methods `image` and `grantPull`": methods,
      "argument `rewriteImages`": workloads,
      "`pulumi package add` of the npm package": added.length > 0,
    };
    console.log(JSON.stringify({ features, outputs }));
  } finally {
    await engine.stop();
  }
}

const [language = "", modules = "", ...command] = process.argv.slice(2);
main(language, modules, command).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
