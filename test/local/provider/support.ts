import { ACCOUNT } from "../../../local/emulator/testing/support";
import { awsPlugin } from "../../../local/provider/aws/plugin";
import type { Plugin, ResourceType } from "../../../local/provider/plugin";
import type { Properties } from "../../../local/provider/wire";

export const RULE = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule";
export const TEMPLATE = "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate";
export const SECRET = "aws:secretsmanager/secret:Secret";
export const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";
export const ROLE = "aws:iam/role:Role";

const SERVICES = ["cloudcontrol", "ecr", "events", "iam", "scheduler", "secretsmanager", "sns", "sts"];

/** The provider as the account's root user, with all its calls to one endpoint. */
export function plugin(url = "http://127.0.0.1:9", settings: Properties = {}): Plugin {
  const configured = awsPlugin();
  configured.configure({
    region: "us-east-1",
    accessKey: `AKIAROOT${ACCOUNT}`,
    secretKey: "invented",
    endpoints: JSON.stringify([Object.fromEntries(SERVICES.map((service) => [service, url]))]),
    ...settings,
  });
  return configured;
}

/** What a type makes of the inputs of a resource "web", and what it refuses. The engine never sends undefined values. */
export function check(type: ResourceType, inputs: Properties, old: Properties = {}) {
  const given = JSON.parse(JSON.stringify(inputs)) as Properties;
  return type.check({ name: "web", old, inputs: given, seed: new Uint8Array([1]) });
}
