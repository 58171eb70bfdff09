import { mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type LocalAws, startLocalAws } from "../index";
import { writeLauncher } from "../pulumi-cli/launcher";
import { readArguments, type ShellArguments, USAGE } from "./arguments";
import { run } from "./child";

/** `npm run local`: runs a shell or one command with an AWS on this machine. */
async function main(): Promise<number> {
  // npm runs scripts in the checkout, and says where the user typed the command.
  const cwd = process.env.INIT_CWD ?? process.cwd();
  const args = process.argv.slice(2);
  if (args[0] === "--help") {
    console.log(USAGE);
    return 0;
  }
  const { directory, account, region, command } = read(args, cwd);
  if (directory !== undefined) mkdirSync(directory, { recursive: true });
  const aws = await startLocalAws({ directory, account, region, log: (line) => console.error(line) });
  try {
    if (command.length === 0) console.error(welcome(aws, directory));
    const [program = process.env.SHELL ?? "/bin/sh", ...rest] = command;
    return await run(program, rest, { cwd, env: guarded(aws) });
  } finally {
    await aws.stop();
  }
}

/** The environment with a `pulumi` that leaves the settings of the user's other stacks alone. */
function guarded({ environment, toolchain, directory }: LocalAws): NodeJS.ProcessEnv {
  const bin = join(directory, "bin");
  writeLauncher(join(bin, "pulumi"), process.execPath, join(__dirname, "pulumi.js"), toolchain.pulumi);
  return { ...environment, PATH: [bin, environment.PATH].join(delimiter) };
}

function read(args: readonly string[], cwd: string): ShellArguments {
  try {
    return readArguments(args, cwd);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${USAGE}`);
  }
}

function welcome({ url, environment }: LocalAws, directory: string | undefined): string {
  const { AWS_ACCESS_KEY_ID: key = "", AWS_REGION: region } = environment;
  const account = key.slice(-12);
  return `
This shell has its own AWS at ${url}: account ${account}, Region ${region}, and you are its root.
It also has Pulumi, with its own home and stacks. It cannot reach your AWS account or your stacks.

  pulumi stack init local         a stack for it
  pulumi config set aws:region ${region}
  pulumi up                       deploys your program, in your project's folder

Registries that need a login take the user name demo-user and the token demo-token. docs/local-aws.md shows how to pull an
image through the cache, and how to make things go wrong.

"exit" ends it${directory === undefined ? " and removes everything" : `; ${directory} keeps everything for the next time`}.
`;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    process.exitCode = 1;
    console.error(error.message);
  },
);
