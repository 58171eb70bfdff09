import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { CannotRunError } from "../exit";
import { plural } from "../terminal/count";
import type { Terminal } from "../terminal/terminal";
import type { Aws } from "./aws";
import { NOT_AWS } from "./errors";

/** Finds the account of the caller, which needs no permission, and says where the command works. */
export async function enterAccount(aws: Aws, regions: readonly string[], terminal: Terminal): Promise<string> {
  const { Account: account } = await aws.sts(regions[0] ?? "us-east-1").send(new GetCallerIdentityCommand({}));
  if (!account) throw new CannotRunError(`AWS does not say whose credentials these are. ${NOT_AWS}.`);
  const { AWS_PROFILE: profile } = process.env;
  const who = profile ? `${account} (profile ${profile})` : account;
  terminal.say(`Account ${who}, ${plural(regions.length, "Region")} ${regions.join(", ")}`);
  return account;
}

/** Refuses to go on if something belongs to another account than the caller. */
export function refuseOtherAccount(what: string, owner: string | undefined, account: string): void {
  if (!owner || owner === account) return;
  throw new CannotRunError(
    `${what} belongs to account ${owner}, but the credentials are of ${account}: choose others, for example with AWS_PROFILE.`,
  );
}
