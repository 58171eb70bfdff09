import { ACCOUNT } from "../../../local/emulator/testing/support";
import { awsPlugin } from "../../../local/provider/aws/plugin";
import type { ResourceType } from "../../../local/provider/plugin";

const SERVICES = ["ecr", "events", "iam", "scheduler", "secretsmanager", "sns", "sts"];

/** A type of the local provider, as the account's root user, with all its calls to one endpoint. */
export function resourceType(url: string, token: string, region = "us-east-1"): ResourceType {
  const plugin = awsPlugin();
  plugin.configure({
    region,
    accessKey: `AKIAROOT${ACCOUNT}`,
    secretKey: "invented",
    endpoints: JSON.stringify([Object.fromEntries(SERVICES.map((service) => [service, url]))]),
  });
  return plugin.resourceType(token);
}
