// Deploys a cache with a token from each source in docs/stacks.md. It uses the commands, the program and the environment
// of that page: deploy.ts <evaluator of environments>. `run.ts` starts it. ESC itself is a part of Pulumi Cloud, so this
// puts what the environment sets into the stack's config.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, dirname, resolve } from "node:path";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import ts from "typescript";
import { root, secretsManager } from "../../../test/support/aws";
import { type Engine, type Project, startEngine } from "../../../test/support/engine";

const CACHE = `exports.secretArns = new PullThroughCache("cache", { registries: { dockerhub: {} } }).secretArns;`;
const IMPORTS = `const pulumi = require("@pulumi/pulumi");
const { PullThroughCache } = require("pulumi-pull-through-cache");
`;
const USER = "someone";
const TOKEN = "token-from-elsewhere-7719";
const VARIABLES = { DOCKERHUB_USER: USER, DOCKERHUB_TOKEN: TOKEN };

interface Setting {
  readonly path: string;
  readonly value: string;
  readonly secret: boolean;
}

/** The first code block of the docs after a text. */
function block(after: string, language: string): string {
  const page = readFileSync(resolve(__dirname, "../../../docs/stacks.md"), "utf8");
  const found = page
    .slice(page.indexOf(after))
    .match(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "m"))?.[1];
  assert.ok(page.includes(after) && found, `docs/stacks.md has no ${language} after "${after}"`);
  return found;
}

/** Deploys, looks for the token in AWS, and destroys. */
async function holds(engine: Engine, project: Project, env: NodeJS.ProcessEnv = {}): Promise<void> {
  await project.up({ env });
  const { dockerhub } = (await project.outputs()).secretArns as Record<string, string>;
  const client = secretsManager(engine.aws, root("111122223333"));
  const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId: dockerhub }));
  assert.deepEqual(JSON.parse(SecretString), { username: USER, accessToken: TOKEN });
  assert.ok(!JSON.stringify(await project.exportStack()).includes(TOKEN), "the token is encrypted in the state");
  await project.destroy({ env });
}

async function main(evaluator: string): Promise<void> {
  const engine = await startEngine({ asForUsers: true });
  try {
    const config = await engine.project({ name: "config", program: IMPORTS + CACHE });
    const pulumi = dirname(engine.aws.toolchain.pulumi);
    const env = { ...engine.aws.environment, ...VARIABLES, PATH: [pulumi, process.env.PATH].join(delimiter) };
    execFileSync("bash", ["-ec", block("**From a CI variable, into the config.**", "bash")], {
      cwd: config.directory,
      env,
    });
    await holds(engine, config);

    const written = block("**From a CI variable, by the program.**", "ts").replace(/^new /m, "const cache = new ");
    const { outputText } = ts.transpileModule(written, { compilerOptions: { target: ts.ScriptTarget.ES2022 } });
    const program = `${IMPORTS}${outputText}exports.secretArns = cache.secretArns;`;
    await holds(engine, await engine.project({ name: "variables", program }), VARIABLES);

    const input = block("**From Pulumi ESC.**", "yaml").replace("<token>", TOKEN);
    const settings = JSON.parse(execFileSync(evaluator, { input, encoding: "utf8" })) as Setting[];
    assert.deepEqual(
      settings.filter(({ secret }) => secret).map(({ value }) => value),
      [TOKEN],
    );
    const esc = await engine.project({ name: "esc", program: IMPORTS + CACHE });
    for (const { path, value, secret } of settings) await esc.configSet(path, value, { secret, path: true });
    await holds(engine, esc);
  } finally {
    await engine.stop();
  }
}

main(process.argv[2] ?? "").catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
