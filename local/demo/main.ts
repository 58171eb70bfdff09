import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { prepareCrane } from "../clients/crane";
import type { Mail } from "../emulator/mailbox";
import { startLocalAws } from "../index";
import { describeCaches, describeRepository, loginPassword } from "./aws";
import { describeMail, openLink, readMails } from "./mail";
import { type CommandOptions, runCommand, say, step } from "./terminal";

const ACCOUNT = "111122223333";
const REGION = "us-east-1";
const REGISTRY = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
const IMAGE = "dockerhub/library/nginx";
const TAG = "1.27";
/** The root of the checkout, relative to the compiled file. */
const CHECKOUT = resolve(__dirname, "../../..");
const TOOL = join(CHECKOUT, "cli/dist/main.js");
/** The other registries that need credentials. */
const OTHERS = ["ghcr", "gitlab", "chainguard"];

/** Shows everything from tokens to a pulled image and an alert, with the commands that a user would type. */
async function demo(directory: string, signal: AbortSignal): Promise<void> {
  step("Start an AWS on this machine, and find or build a Pulumi CLI");
  const aws = await startLocalAws({ directory, account: ACCOUNT, region: REGION, log: say });
  // All commands and AWS clients use this AWS, and nothing of the user's settings.
  process.env = { ...aws.environment };
  try {
    await show(aws.url, directory, signal);
  } finally {
    await aws.stop();
  }
}

async function show(url: string, directory: string, signal: AbortSignal): Promise<void> {
  const project = join(directory, "project");
  copyRootProgram(project);
  const type = (line: string, options: Partial<CommandOptions> = {}) =>
    runCommand(line, { cwd: project, signal, ...options });
  const pathOf = (key: string, part: string) => `pull-through-cache:credentials.${key}.${part}`;
  const setting = (key: string, part: string) => `pulumi config set --secret --path '${pathOf(key, part)}'`;
  const setToken = (key: string, part: string, input: string) => type(setting(key, part), { input });
  const tool = (line: string, exitCode = 0) =>
    type(`npx pull-through-cache ${line}`, {
      actual: `'${process.execPath}' '${TOOL}' ${line}`,
      isShown: true,
      exitCode,
    });

  step("Create a stack and set the tokens, encrypted");
  await type("pulumi stack init demo");
  await setToken("dockerhub", "username", "demo-user");
  await setToken("dockerhub", "accessToken", "demo-token");
  // One command sets them all faster than the commands that are shown, which ask for each value.
  const others = OTHERS.flatMap((key) => [
    { key, part: "username", value: "demo-user" },
    { key, part: "accessToken", value: "demo-token" },
  ]);
  await type(others.map(({ key, part }) => setting(key, part)).join(" &&\n  "), {
    actual: `pulumi config set-all --path ${others.map(({ key, part, value }) => `--secret ${pathOf(key, part)}=${value}`).join(" ")}`,
  });
  await type("pulumi config set scanning SCAN_ON_PUSH");
  await type("pulumi config set --path tags.team platform");
  await type("pulumi config set --path 'alertEmails[0]' platform@example.com");

  step("Deploy registries.yaml");
  await type("pulumi up --yes --skip-preview --suppress-outputs", { isShown: true });
  await type("pulumi stack output urls", { isShown: true });

  step("Confirm the address that gets alerts, as AWS asks by email");
  for (const mail of await readMails(url)) {
    showMail(mail);
    await openLink(mail);
  }

  step("What exists in AWS now");
  for (const line of await describeCaches()) say(line);

  step("Pull an image through the cache");
  const crane = await prepareCrane({ log: say });
  // A proxy maps the registry's real name to the local AWS, as DNS maps it to AWS elsewhere.
  const env = { HTTP_PROXY: url, HTTPS_PROXY: url, DOCKER_CONFIG: join(directory, "docker") };
  const pull = (line: string, exitCode = 0) =>
    type(`crane ${line}`, { actual: `'${crane}' --insecure ${line}`, env, isShown: true, exitCode });
  await type(`aws ecr get-login-password | crane auth login --username AWS --password-stdin ${REGISTRY}`, {
    actual: `'${crane}' auth login --username AWS --password-stdin ${REGISTRY}`,
    input: await loginPassword(),
    env,
  });
  await pull(`digest ${REGISTRY}/${IMAGE}:${TAG}`);
  await pull(`pull ${REGISTRY}/${IMAGE}:${TAG} nginx.tar`);

  step("The repository that the pull created");
  for (const line of await describeRepository(IMAGE)) say(line);

  step("Fetch images before anybody needs them, without Docker");
  await tool("warm --stack demo nginx:stable quay.io/argoproj/argocd:v2.14.0 registry.k8s.io/pause:3.10");

  step("Rotate a token: only the secret's version changes");
  await setToken("dockerhub", "accessToken", "demo-token-rotated");
  await type("pulumi up --yes --skip-preview --suppress-outputs", { isShown: true });

  step("Docker Hub does not know the new token: the first pull that needs it fails, and an email says so");
  await pull(`digest ${REGISTRY}/dockerhub/library/redis:7.4`, 1);
  const alert = (await readMails(url)).at(-1);
  if (alert) showMail(alert);

  step("Check every cache, as a scheduled job does");
  await tool("verify --stack demo", 1);

  step("Remove everything");
  await type("pulumi destroy --yes --skip-preview", { isShown: true });
  await type("pulumi stack rm --yes demo");
  const left = await describeCaches();
  say(`Rules left in AWS: ${left.length}. As on AWS, cached repositories stay until you delete them.`);
}

const GOODBYE = `
== The same on AWS
   pulumi stack init dev
   pulumi config set aws:region us-east-1
   pulumi config set --secret --path 'pull-through-cache:credentials.dockerhub.username' &&
   pulumi config set --secret --path 'pull-through-cache:credentials.dockerhub.accessToken' &&
   pulumi up
   Remove the entries of registries.yaml that you do not need. README.md has the rest.`;

function showMail(mail: Mail): void {
  for (const line of describeMail(mail)) say(line);
}

/** Copies the root program, so that the demo's stack leaves no file in the checkout. */
function copyRootProgram(directory: string): void {
  mkdirSync(directory);
  for (const part of ["Pulumi.yaml", "registries.yaml", "index.js", "package.json"])
    copyFileSync(join(CHECKOUT, part), join(directory, part));
  symlinkSync(join(CHECKOUT, "node_modules"), join(directory, "node_modules"), "dir");
}

async function main(): Promise<void> {
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupted.abort());
  const directory = mkdtempSync(join(tmpdir(), "pull-through-cache-demo-"));
  let failure: unknown;
  try {
    await demo(directory, interrupted.signal);
  } catch (error) {
    failure = error;
  } finally {
    // Plugins of an interrupted command can outlive it for a moment.
    rmSync(directory, { recursive: true, force: true, maxRetries: 20 });
  }
  if (interrupted.signal.aborted) {
    process.exitCode = 130;
    console.error("\nInterrupted; everything was removed.");
  } else if (failure) {
    process.exitCode = 1;
    console.error(`\n${(failure as Error).message}`);
  } else {
    console.log(GOODBYE);
  }
}

void main();
