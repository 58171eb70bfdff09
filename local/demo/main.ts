import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { prepareCrane } from "../clients/crane";
import type { Mail } from "../emulator/mailbox";
import { rootCredentials, startLocalAws } from "../index";
import { describeCaches, describeRepository, ecrClient, loginPassword } from "./aws";
import { describeMail, openLink, readMails } from "./mail";
import { copyRootProgram } from "./project";
import { runCommand, say, step } from "./terminal";

const ACCOUNT = "111122223333";
const REGION = "us-east-1";
const IMAGE = "dockerhub/library/nginx";
const TAG = "1.27";
/** The built command line tool, relative to the compiled file. */
const TOOL = resolve(__dirname, "../../../cli/dist/main.js");
/** The other registries that need credentials. */
const OTHERS = ["ghcr", "gitlab", "chainguard"];

/** Shows everything from tokens to a pulled image and an alert, with the commands that a user would type. */
async function demo(directory: string, signal: AbortSignal): Promise<void> {
  step("Start an AWS on this machine, and find or build a Pulumi CLI");
  const aws = await startLocalAws({ directory, account: ACCOUNT, region: REGION, log: say });
  try {
    const project = join(directory, "project");
    mkdirSync(project);
    copyRootProgram(project);
    const type = (line: string, options: { args?: string[]; isShown?: boolean } = {}) => {
      const [program = "", ...args] = line.split(" ");
      return runCommand({
        program,
        args: options.args ?? args,
        shown: line,
        cwd: project,
        env: aws.environment,
        isShown: options.isShown,
        signal,
      });
    };
    const pathOf = (key: string, part: string) => `pull-through-cache:credentials.${key}.${part}`;
    const setting = (key: string, part: string) => `pulumi config set --secret --path '${pathOf(key, part)}'`;
    const setToken = (key: string, part: string, value: string) =>
      type(setting(key, part), { args: ["config", "set", "--secret", "--path", pathOf(key, part), value] });
    const setOthers = (keys: readonly string[]) => {
      const all = keys.flatMap((key) =>
        Object.entries({ username: "demo-user", accessToken: "demo-token" }).flatMap(([part, value]) => [
          ...["--secret", `${pathOf(key, part)}=${value}`],
        ]),
      );
      // One command sets them all faster than the commands that are shown, which ask for each value.
      return type(
        keys.flatMap((key) => ["username", "accessToken"].map((part) => setting(key, part))).join(" &&\n  "),
        {
          args: ["config", "set-all", "--path", ...all],
        },
      );
    };
    const tool = (line: string, exitCode = 0) =>
      runCommand({
        program: process.execPath,
        args: [TOOL, ...line.split(" ")],
        shown: `npx pull-through-cache ${line}`,
        cwd: project,
        env: aws.environment,
        isShown: true,
        exitCode,
        signal,
      });
    const registry = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
    const keys = rootCredentials(ACCOUNT);
    const credentials = {
      accessKeyId: keys.AWS_ACCESS_KEY_ID ?? "",
      secretAccessKey: keys.AWS_SECRET_ACCESS_KEY ?? "",
    };
    const ecr = ecrClient(aws.url, REGION, credentials);

    step("Create a stack and set the tokens, encrypted");
    await type("pulumi stack init demo");
    await setToken("dockerhub", "username", "demo-user");
    await setToken("dockerhub", "accessToken", "demo-token");
    await setOthers(OTHERS);
    await type("pulumi config set scanning SCAN_ON_PUSH");
    await type("pulumi config set --path tags.team platform");
    await type("pulumi config set --path 'alertEmails[0]' platform@example.com", {
      args: ["config", "set", "--path", "alertEmails[0]", "platform@example.com"],
    });

    step("Deploy registries.yaml");
    await type("pulumi up --yes --skip-preview --suppress-outputs", { isShown: true });
    await type("pulumi stack output urls", { isShown: true });

    step("Confirm the address that gets alerts, as AWS asks by email");
    for (const mail of await readMails(aws.url)) {
      showMail(mail);
      await openLink(mail, { endpoint: aws.url, region: REGION, credentials });
    }

    step("What exists in AWS now");
    for (const line of await describeCaches(ecr)) say(line);

    step("Pull an image through the cache");
    const crane = await prepareCrane({ log: say });
    // A proxy maps the registry's real name to the local AWS, as DNS maps it to AWS elsewhere.
    const env = {
      ...aws.environment,
      HTTP_PROXY: aws.url,
      HTTPS_PROXY: aws.url,
      DOCKER_CONFIG: join(directory, "docker"),
    };
    const pull = (shown: string, args: string[], exitCode = 0) =>
      runCommand({ program: crane, args, shown, cwd: directory, env, isShown: true, exitCode, signal });
    await runCommand({
      program: crane,
      args: ["auth", "login", "--username", "AWS", "--password", await loginPassword(ecr), registry],
      shown: `aws ecr get-login-password | crane auth login --username AWS --password-stdin ${registry}`,
      cwd: directory,
      env,
      signal,
    });
    await pull(`crane digest ${registry}/${IMAGE}:${TAG}`, ["digest", "--insecure", `${registry}/${IMAGE}:${TAG}`]);
    await pull(`crane pull ${registry}/${IMAGE}:${TAG} nginx.tar`, [
      ...["pull", "--insecure", `${registry}/${IMAGE}:${TAG}`, join(directory, "nginx.tar")],
    ]);

    step("The repository that the pull created");
    for (const line of await describeRepository(ecr, IMAGE)) say(line);

    step("Fetch images before anybody needs them, without Docker");
    await tool("warm --stack demo nginx:stable quay.io/argoproj/argocd:v2.14.0 registry.k8s.io/pause:3.10");

    step("Rotate a token: only the secret's version changes");
    await setToken("dockerhub", "accessToken", "demo-token-rotated");
    await type("pulumi up --yes --skip-preview --suppress-outputs", { isShown: true });

    step("Docker Hub does not know the new token: the first pull that needs it fails, and an email says so");
    const missing = `${registry}/dockerhub/library/redis:7.4`;
    await pull(`crane digest ${missing}`, ["digest", "--insecure", missing], 1);
    const alert = (await readMails(aws.url)).at(-1);
    if (alert) showMail(alert);

    step("Check every cache, as a scheduled job does");
    await tool("verify --stack demo", 1);

    step("Remove everything");
    await type("pulumi destroy --yes --skip-preview", { isShown: true });
    await type("pulumi stack rm --yes demo");
    const left = await describeCaches(ecr);
    say(`Rules left in AWS: ${left.length}. As on AWS, cached repositories stay until you delete them.`);
  } finally {
    await aws.stop();
  }
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
