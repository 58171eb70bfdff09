import { type CacheSecret, cacheSecrets, isOf } from "../aws/caches/credential";
import { secret, secretVersion } from "../aws/types";
import { type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { isFields, json, read, text, unknown, type Value } from "../kit/values";
import { advisory, all, fail, pass, undecided, type Verdict } from "../kit/verdict";

export const secretHoldsToken = stackPolicy<object>({
  name: "secret-holds-token",
  displayName: "Cache secrets hold a user name and an access token",
  rule: "The value of a cache secret must be a JSON object with username and accessToken, and must be written before the rule is created.",
  why: "ECR reads these two keys and no others; without them it refuses the rule, or every pull fails.",
  fix: "Write secretString: pulumi.jsonStringify({ username, accessToken }), in a SecretVersion that the rule waits for.",
  snippet: `
secretString: pulumi.jsonStringify({
  username: config.require("hubUser"),
  accessToken: config.requireSecret("hubToken"),
}),`,
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-creating-secret.html",
  enforcementLevel: "mandatory",
  severity: "high",
  topic: "availability",
  trigger: secret,
  judge: judgeSecrets,
});

export function judgeSecrets(resources: readonly StackResource[]): Finding[] {
  const versions = resources.filter((resource) => resource.type === secretVersion);
  return cacheSecrets(resources).flatMap((one) => {
    const own = versions.filter((version) => isOf(version, "secretId", one.resource));
    return [
      ...own.map((version) => ({ resource: version, verdict: judgeValue(version) })),
      { resource: one.resource, verdict: own.length === 0 ? judgeMissing(one) : pass },
      ...one.rules.map((rule) => ({ resource: rule, verdict: judgeOrder(rule, own) })),
    ];
  });
}

function judgeValue(version: StackResource): Verdict {
  const value = text(read(version.props, "secretString"));
  if (value === unknown) return undecided;
  // Binary and write-only values are not visible.
  if (value === undefined) return pass;
  const content = json(value);
  if (!isFields(content)) return fail("The value of the secret is not a JSON object.");
  return all(["username", "accessToken"].map((key) => judgeKey(key, content[key])));
}

/**
 * What an Output says of itself where a program takes it for a text. Source: Pulumi's SDKs for JavaScript, Python, .NET and
 * Java.
 */
const outputAsText = /Calling (?:\[\w+\]|__\w+__) on an \[?Output[<[]/i;

function judgeKey(key: string, value: Value): Verdict {
  if (!isGiven(value)) return fail(`The value of the secret has no ${key}.`);
  return typeof value === "string" && outputAsText.test(value)
    ? fail(
        `The ${key} in the value of the secret is Pulumi's message about an Output that was used as a text.`,
        "Write secretString: pulumi.jsonStringify({ username, accessToken }), which waits for Outputs.",
      )
    : pass;
}

function isGiven(value: Value): boolean {
  return typeof value === "string" && value !== "";
}

/** Only advice: the value may come from elsewhere, such as a rotation or the console. */
function judgeMissing({ rules }: CacheSecret): Verdict {
  return rules.length === 0
    ? pass
    : advisory(
        fail(
          "The stack gives the secret no value.",
          "Add a SecretVersion, or write the value before the rule is created.",
        ),
      );
}

/** ECR reads the secret when the rule is created, so its value must be there by then. */
function judgeOrder(rule: StackResource, versions: readonly StackResource[]): Verdict {
  const before = new Set(rule.dependencies.map(({ urn }) => urn));
  const [version] = versions;
  return version === undefined || versions.some(({ urn }) => before.has(urn))
    ? pass
    : advisory(
        fail(
          "The rule does not wait for the value of its secret.",
          `Give credentialArn the arn of the SecretVersion ${version.name}, or name it in dependsOn of the rule's options.`,
        ),
      );
}
