import { resolve } from "node:path";
import { parseArgs } from "node:util";

export const USAGE = `npm run local [-- [--directory DIR] [--account ID] [--region NAME] [COMMAND...]]

Starts an AWS on this machine, and a shell in which Pulumi, the AWS CLI and every AWS SDK use it. It ends with the shell.

  --directory DIR   keep AWS's state, the stacks and Pulumi's home there; default: a temporary folder
  --account ID      the account you are the root of; default: 111122223333
  --region NAME     default: us-east-1
  COMMAND...        run this instead of a shell: npm run local -- pulumi preview`;

export interface ShellArguments {
  readonly directory?: string;
  readonly account?: string;
  readonly region?: string;
  /** Empty to open a shell. */
  readonly command: readonly string[];
}

/**
 * Reads the command line. The first word that is not an option starts the command, with its own options.
 *
 * @param from Folder that a relative `--directory` starts from.
 * @throws Error that says what is wrong
 */
export function readArguments(args: readonly string[], from: string): ShellArguments {
  let end = 0;
  while (args[end]?.startsWith("--") && args[end] !== "--") end += args[end]?.includes("=") ? 1 : 2;
  const { values } = parseArgs({
    args: args.slice(0, end),
    options: { directory: { type: "string" }, account: { type: "string" }, region: { type: "string" } },
  });
  const { directory, account, region } = values;
  if (account !== undefined && !/^\d{12}$/.test(account))
    throw new Error("--account must be the 12 digits of an account");
  if (region !== undefined && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region))
    throw new Error("--region must be a Region, such as us-east-1");
  const command = args.slice(args[end] === "--" ? end + 1 : end);
  return { directory: directory === undefined ? undefined : resolve(from, directory), account, region, command };
}
