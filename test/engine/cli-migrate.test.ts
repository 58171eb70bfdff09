import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  CreatePullThroughCacheRuleCommand,
  CreateRepositoryCreationTemplateCommand,
  DescribePullThroughCacheRulesCommand,
  UpdateRepositoryCreationTemplateCommand,
} from "@aws-sdk/client-ecr";
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  IAMClient,
} from "@aws-sdk/client-iam";
import { CreateSecretCommand, DeleteSecretCommand, PutResourcePolicyCommand } from "@aws-sdk/client-secrets-manager";
import { control, ecr, pull, root, secretsManager } from "../support/aws";
import { cacheProgram, changed } from "../support/cache";
import { CLI } from "../support/cli";
import { type Engine, type Project, startEngine } from "../support/engine";
import { type CommandResult, runCommand } from "../support/run-command";
import { KEEP_3, type ModuleRegistry, modulePolicy, terraformState } from "../support/terraform";

const ACCOUNT = "111122223333";
const REGION = "us-east-1";
const REGISTRY = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
const TAGS = { ManagedBy: "Terraform" };
/** A token that the upstreams' stand-ins accept. Only the inputs and Secrets Manager have it in clear text. */
const TOKEN = "demo-token";
const HOSTS: { readonly [key: string]: string } = {
  dockerhub: "registry-1.docker.io",
  gitlab: "registry.gitlab.com",
  quay: "quay.io",
};
const YAML = `dockerhub:
  registry: registry-1.docker.io
  username: demo-user
  accessToken: ${TOKEN}
gitlab:
  registry: registry.gitlab.com
  username: demo-user
  accessToken: ${TOKEN}
quay:
  registry: quay.io
`;

/** Resources that existed in AWS before. */
const LIVE = / (PullThroughCacheRule|RepositoryCreationTemplate) /;

/** Creates in AWS what the Terraform module creates, and returns what its state would say. */
async function applyModule(engine: Engine): Promise<string> {
  const keys = root(ACCOUNT);
  const iam = new IAMClient({ endpoint: engine.aws.url, region: REGION, credentials: keys });
  const secrets = secretsManager(engine.aws, keys);
  const registry = ecr(engine.aws, keys);
  const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
  const Tags = Object.entries(TAGS).map(([Key, Value]) => ({ Key, Value }));
  const registries: { [key: string]: ModuleRegistry } = {};
  for (const [key, host] of Object.entries(HOSTS)) {
    const trust = { Effect: "Allow", Principal: { Service: "ecr.amazonaws.com" }, Action: "sts:AssumeRole" };
    const RoleName = `${key}-20260101000000000000000002`;
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document(trust), Tags }),
    );
    const PolicyDocument = document({
      Sid: "TagResource",
      Effect: "Allow",
      Action: ["ecr:CreateRepository", "ecr:ReplicateImage", "ecr:TagResource"],
      // The module's ARN has no Region. The emulator lets a role create repositories only if its policy names them.
      Resource: `arn:aws:ecr:*:${ACCOUNT}:repository/${key}/*`,
    });
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: RoleName, PolicyDocument }));
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: Policy?.Arn }));
    const secretArn =
      key === "quay"
        ? undefined
        : (
            await secrets.send(
              new CreateSecretCommand({
                Name: `ecr-pullthroughcache/${key}20260101000000000000000001`,
                Description: `${key} credentials`,
                SecretString: JSON.stringify({ username: "demo-user", accessToken: TOKEN }),
                Tags,
              }),
            )
          ).ARN;
    if (secretArn) {
      const principal = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
      const read = { Effect: "Allow", Principal: principal, Action: "secretsmanager:GetSecretValue", Resource: "*" };
      await secrets.send(new PutResourcePolicyCommand({ SecretId: secretArn, ResourcePolicy: document(read) }));
    }
    await registry.send(
      new CreateRepositoryCreationTemplateCommand({
        prefix: key,
        appliedFor: ["PULL_THROUGH_CACHE"],
        customRoleArn: Role?.Arn,
        description: `Pull through cache repository template for ${key} artifacts`,
        encryptionConfiguration: { encryptionType: "AES256" },
        imageTagMutability: "MUTABLE",
        lifecyclePolicy: KEEP_3,
        repositoryPolicy: modulePolicy(ACCOUNT),
        resourceTags: Tags,
      }),
    );
    await registry.send(
      new CreatePullThroughCacheRuleCommand({
        ecrRepositoryPrefix: key,
        upstreamRegistryUrl: host,
        credentialArn: secretArn,
      }),
    );
    const credentials = secretArn ? { username: "demo-user", accessToken: TOKEN, secretArn } : {};
    registries[key] = { registry: host, ...credentials, roleArn: Role?.Arn, policyArn: Policy?.Arn };
  }
  return JSON.stringify(terraformState({ account: ACCOUNT, region: REGION, tags: TAGS, registries }));
}

describe("moving from Terraform", () => {
  let engine: Engine;
  let project: Project;
  let state: string;
  /** Everything that commands have printed. */
  const printed: string[] = [];

  before(async () => {
    engine = await startEngine();
    project = await engine.project({ name: "migrated" });
    state = await applyModule(engine);
    await mkdir(join(engine.aws.directory, "bin"));
    await mkdir(inputs());
    await writeFile(join(inputs(), "terraform.tfstate"), state);
    // `migrate` runs this in place of Pulumi. It writes each argument to a file that the test reads.
    const pulumi = join(engine.aws.directory, "bin/pulumi");
    await writeFile(
      pulumi,
      `#!/bin/sh\nprintf '%s\\n' "$@" >> "$ARGUMENTS"\nexec "${engine.aws.toolchain.pulumi}" "$@"\n`,
    );
    await chmod(pulumi, 0o755);
  });
  after(() => engine?.stop());

  const inputs = () => join(engine.aws.directory, "terraform");
  const argumentFile = () => join(engine.aws.directory, "arguments");

  /** Runs the published form of the tool. */
  async function tool(args: readonly string[], input = ""): Promise<CommandResult> {
    const { environment } = engine.aws;
    const PATH = `${join(engine.aws.directory, "bin")}:${environment.PATH}`;
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd: project.directory,
      env: { ...environment, PATH, ARGUMENTS: argumentFile() },
    });
    child.stdin.end(input);
    const output = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].on("data", (part) => {
        output[stream] += part;
      });
    }
    const code = await new Promise<number>((resolve) => child.once("close", (status) => resolve(status ?? 1)));
    printed.push(output.stdout, output.stderr);
    return { code, ...output };
  }

  /** Runs `migrate` with the YAML on standard input and the state in a file. */
  const migrate = (...args: string[]) =>
    tool(["migrate", "--from", "-", "--state", join(inputs(), "terraform.tfstate"), ...args], YAML);

  /** Runs a command that NEXT.md gives. */
  async function typeFromNextSteps(start: string): Promise<void> {
    const next = await readFile(join(project.directory, "NEXT.md"), "utf8");
    const line = next.split("\n").find((command) => command.startsWith(`pulumi ${start}`));
    assert.ok(line, `NEXT.md has no command pulumi ${start}`);
    await project.pulumi(line.split(/\s+/).slice(1));
  }

  let step = 0;
  /** Cached images can be pulled, and so can a new image through each cache, which needs its secret, role and template. */
  async function assertPulls(): Promise<void> {
    step += 1;
    const images = ["dockerhub/library/nginx:1.27"];
    for (const [key, host] of Object.entries(HOSTS)) {
      await control(engine.aws, "POST", "upstreams/images", { host, repository: `team/step-${step}`, tag: "1" });
      images.push(`${key}/team/step-${step}:1`);
    }
    for (const image of images) {
      const { status, answer } = await pull(engine.aws, `${REGISTRY}/${image}`, root(ACCOUNT));
      assert.equal(status, 200, `${image}: ${answer}`);
    }
  }

  it("starts with caches that work", assertPulls);

  it("writes files, and sets the tokens", async () => {
    const { code, stdout, stderr } = await migrate("--stack", "test", "--write");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /set +pull-through-cache:credentials\.gitlab\.accessToken/);
    await assertPulls();
  });

  it("imports live resources, and then deletes or replaces none of them", async () => {
    await project.setProgram(
      cacheProgram(
        `{ registriesFile: "registries.yaml", pullTimeExclusions: { scanner: "arn:aws:iam::${ACCOUNT}:role/scanner" } }`,
      ),
    );
    await typeFromNextSteps("import");
    await assertPulls();
    const preview = await project.preview();
    printed.push(preview.stdout, preview.eventLog);
    const { changes } = preview;
    assert.deepEqual({ delete: changes.delete, replace: changes.replace }, { delete: 0, replace: 0 });
    const live = changed(preview).filter((change) => LIVE.test(change));
    assert.deepEqual(new Set(live.map((change) => change.split(" ")[0])), new Set(["update"]));
    const made = changed(preview).filter((change) => !LIVE.test(change));
    assert.deepEqual(made.sort(), [
      "create PullTimeUpdateExclusion cache-scanner",
      "create Role cache-template",
      "create RolePolicy cache-template",
      "create Secret cache-dockerhub",
      "create Secret cache-gitlab",
      "create SecretPolicy cache-dockerhub",
      "create SecretPolicy cache-gitlab",
      "create SecretVersion cache-dockerhub",
      "create SecretVersion cache-gitlab",
    ]);
  });

  it("deploys, and changes nothing in a second up", async () => {
    const first = await project.up();
    printed.push(first.stdout, first.eventLog);
    assert.deepEqual({ delete: first.changes.delete, replace: first.changes.replace }, { delete: 0, replace: 0 });
    await assertPulls();
    assert.deepEqual(changed(await project.up()), []);
    assert.deepEqual(changed(await project.refresh()), []);
  });

  it("keeps pulls working when Terraform destroys what it still owns", async () => {
    await runStateRm();
    await destroyLeft();
    await assertPulls();
    const { pullThroughCacheRules = [] } = await ecr(engine.aws, root(ACCOUNT)).send(
      new DescribePullThroughCacheRulesCommand({}),
    );
    assert.deepEqual(
      pullThroughCacheRules.map(({ ecrRepositoryPrefix }) => ecrRepositoryPrefix).sort(),
      Object.keys(HOSTS),
    );
  });

  it("passes verify, which notices manual changes", async () => {
    const sound = await tool(["verify", "--stack", "test", "--skip", "scanning"]);
    assert.equal(sound.code, 0, sound.stdout + sound.stderr);
    assert.equal(sound.stdout.match(/ ok +without scanning$/gm)?.length, 3);
    const change = { prefix: "quay", imageTagMutability: "IMMUTABLE" } as const;
    await ecr(engine.aws, root(ACCOUNT)).send(new UpdateRepositoryCreationTemplateCommand(change));
    const drifted = await tool(["verify", "--stack", "test", "--json", "--skip", "scanning"]);
    assert.equal(drifted.code, 1);
    const found = JSON.parse(drifted.stdout).caches.flatMap(
      ({ prefix, findings }: { prefix: string; findings: { problem: string }[] }) =>
        findings.map(({ problem }) => [prefix, problem]),
    );
    assert.deepEqual(found, [["quay", "the template differs from its declaration: imageTagMutability"]]);
  });

  it("can be warmed, and apply updates the repositories from before", async () => {
    await project.up({ args: ["--refresh"] });
    const host = HOSTS.gitlab;
    await control(engine.aws, "POST", "upstreams/images", { host, repository: "team/warmed", tag: "1" });
    const warmed = await tool(["warm", "--stack", "test", "--file", "-"], "registry.gitlab.com/team/warmed:1\n");
    assert.equal(warmed.code, 0, warmed.stdout + warmed.stderr);
    const shown = await tool(["apply", "--stack", "test"]);
    assert.equal(shown.code, 1);
    assert.match(shown.stdout, /dockerhub\/library\/nginx +0\n(?:.*\n)*? +lifecycle policy/);
    assert.equal((await tool(["apply", "--stack", "test", "--yes"])).code, 0);
    assert.equal((await tool(["apply", "--stack", "test"])).code, 0);
  });

  it("leaves no token in any file, argument, log or state", async () => {
    const directories = [project.directory, join(engine.aws.directory, "stacks"), join(engine.aws.directory, "pulumi")];
    const places: [string, string][] = [["arguments", await readFile(argumentFile(), "utf8")]];
    for (const directory of directories) places.push(...(await filesOf(directory)));
    places.push(...printed.map((text, index): [string, string] => [`output ${index}`, text]));
    assert.ok(places.length > 20);
    for (const [place, text] of places) {
      for (const form of [TOKEN, Buffer.from(TOKEN).toString("base64").replace(/=+$/, "")]) {
        assert.ok(!text.includes(form), `${place} has the token`);
      }
    }
  });

  /** Runs the script with a stand-in for Terraform that knows only `state list` and `state rm`. */
  async function runStateRm(): Promise<void> {
    const list = join(inputs(), "list");
    await writeFile(list, `${addresses(state).join("\n")}\n`);
    const terraform = join(engine.aws.directory, "bin/terraform");
    await writeFile(
      terraform,
      `#!/bin/sh\n[ "$1 $2" = "state list" ] && exec cat "${list}"\n[ "$1 $2" = "state rm" ] || exit 9\nshift 2\nprintf '%s\\n' "$@" > "${list}.rm"\ngrep -vxF -f "${list}.rm" "${list}" > "${list}.new"\nmv "${list}.new" "${list}"\n`,
    );
    await chmod(terraform, 0o755);
    const env = { PATH: process.env.PATH, TERRAFORM: terraform };
    const script = join(project.directory, "terraform-state-rm.sh");
    for (let run = 0; run < 2; run++) {
      const { code, stderr } = await runCommand("sh", [script], { cwd: inputs(), env });
      assert.equal(code, 0, stderr);
    }
    const left = (await readFile(list, "utf8")).trim().split("\n");
    assert.ok(!left.some((address) => /aws_ecr_/.test(address)), left.join("\n"));
    const next = await readFile(join(project.directory, "NEXT.md"), "utf8");
    const announced = [...next.matchAll(/^- `(.+)`$/gm)].map(([, address]) => address);
    assert.deepEqual([...announced].sort(), [...left].sort());
  }

  /** Does what `terraform destroy` does to the roles, policies and secrets that remain in its state. */
  async function destroyLeft(): Promise<void> {
    const iam = new IAMClient({ endpoint: engine.aws.url, region: REGION, credentials: root(ACCOUNT) });
    const secrets = secretsManager(engine.aws, root(ACCOUNT));
    for (const { type, instances } of JSON.parse(state).resources) {
      const { arn, secret_id } = instances[0].attributes;
      if (type === "aws_secretsmanager_secret_version") {
        await secrets.send(new DeleteSecretCommand({ SecretId: secret_id, ForceDeleteWithoutRecovery: true }));
      }
      if (type === "aws_iam_policy") {
        const RoleName = arn.split("/").at(-1);
        await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: arn }));
        await iam.send(new DeletePolicyCommand({ PolicyArn: arn }));
        await iam.send(new DeleteRoleCommand({ RoleName }));
      }
    }
  }
});

describe("moving from Terraform with existing secrets and roles", () => {
  let engine: Engine;
  let project: Project;
  let state: string;

  before(async () => {
    engine = await startEngine();
    project = await engine.project({ name: "kept" });
    await project.pulumi(["stack", "select", "test"]);
    state = await applyModule(engine);
  });
  after(() => engine?.stop());

  it("creates nothing, deletes nothing, and leaves nothing for Terraform to destroy", async () => {
    const { stdout, code, stderr } = await new Promise<CommandResult>((resolve) => {
      const args = [CLI, "migrate", "--state", "-", "--secrets", "keep", "--write"];
      const options = { cwd: project.directory, env: engine.aws.environment };
      const child = execFile(process.execPath, args, options, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode ?? 1, stdout, stderr }),
      );
      child.stdin?.end(state);
    });
    assert.equal(code, 0, stderr);
    assert.ok(!(stdout + stderr).includes(TOKEN));
    await project.setProgram(cacheProgram(`{ registriesFile: "registries.yaml" }`));
    const next = await readFile(join(project.directory, "NEXT.md"), "utf8");
    const [, command = ""] = /^pulumi (import .*)$/m.exec(next) ?? [];
    await project.pulumi(command.trim().split(/\s+/));

    const preview = await project.preview();
    assert.deepEqual(new Set(changed(preview).map((change) => change.split(" ")[0])), new Set(["update"]));
    assert.ok(changed(preview).every((change) => LIVE.test(change)));
    await project.up();
    assert.deepEqual(changed(await project.up()), []);
    for (const [key, host] of Object.entries(HOSTS)) {
      await control(engine.aws, "POST", "upstreams/images", { host, repository: "team/new", tag: "1" });
      const { status, answer } = await pull(engine.aws, `${REGISTRY}/${key}/team/new:1`, root(ACCOUNT));
      assert.equal(status, 200, answer);
    }
    const script = await readFile(join(project.directory, "terraform-state-rm.sh"), "utf8");
    for (const address of addresses(state)) assert.ok(script.includes(`'${address}'`), address);
    assert.match(next, /Terraform has nothing left of these registries/);
  });
});

function addresses(state: string): string[] {
  return JSON.parse(state).resources.map(
    ({ module, type, name }: { [part: string]: string }) => `${module}.${type}.${name}[0]`,
  );
}

/** All files in a directory with their content, except what npm installed. */
async function filesOf(directory: string): Promise<[string, string][]> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"));
  return Promise.all(
    files.map(async ({ parentPath, name }): Promise<[string, string]> => {
      const path = join(parentPath, name);
      return [path, await readFile(path, "latin1")];
    }),
  );
}
