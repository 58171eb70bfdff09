import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { formatPath } from "pulumi-pull-through-cache/plan";
import { Aws } from "../aws/aws";
import { enterAccount } from "../aws/caller";
import { failureOf } from "../aws/calls";
import { CannotRunError } from "../exit";
import type { Terminal } from "../terminal/terminal";
import type { Found, Problem } from "./entry";
import { parseCredentials } from "./terraform-state";

/**
 * Compares tokens with the secrets that ECR uses now, if the caller may read them. A token that was rotated outside of
 * the input would break a cache that works. No value is shown.
 */
export async function compareWithLive(found: readonly Found[], terminal: Terminal): Promise<Problem[]> {
  const compared = found.flatMap(({ key, credentials, deployed }) => {
    const arn = deployed?.credentialArn;
    return credentials && arn ? [{ key, credentials, arn }] : [];
  });
  const [first] = compared;
  if (!first) return [];
  const problems: Problem[] = [];
  const aws = new Aws(terminal);
  try {
    const [, , , region = "", owner] = first.arn.split(":");
    const account = await enterAccount(aws, [region], terminal);
    if (account !== owner)
      throw new CannotRunError(`the credentials are of account ${account}, and the caches of ${owner}`);
    for (const { key, credentials, arn } of compared) {
      const { SecretString = "" } = await aws.secrets(region).send(new GetSecretValueCommand({ SecretId: arn }));
      const live = parseCredentials(SecretString);
      if (live?.username === credentials.username && live.accessToken === credentials.accessToken) continue;
      const message =
        "its token is not the one in the live secret: give the current one with --from, or keep the secret with --secrets keep";
      problems.push({ place: formatPath([key]), message });
    }
  } catch (error) {
    terminal.say(`The tokens were not compared with the live secrets: ${failureOf(error)}`);
  }
  return problems;
}
