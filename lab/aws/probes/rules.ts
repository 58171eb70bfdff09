import { DescribePullThroughCacheRulesCommand, UpdatePullThroughCacheRuleCommand } from "@aws-sdk/client-ecr";
import { type Probe, patience, verdict } from "../probe";

const RULE = "a pull through cache rule";
const RULE_AND_SECRET = "a pull through cache rule and a secret";

/** Questions about pull through cache rules. */
export const RULE_PROBES: readonly Probe[] = [
  {
    name: "rule-root-prefix",
    question: "Which upstreamRepositoryPrefix does ECR show of a rule whose prefix is ROOT?",
    makes: "a rule for ROOT, which applies meanwhile to every repository without its own rule",
    registryWide: true,
    async ask(sandbox) {
      await sandbox.rule("ROOT");
      return shown(sandbox.cloud.ecr, "ROOT");
    },
  },
  {
    name: "rule-ecr-upstream",
    question: "Does a rule for the account's own ECR need a role, and which upstream prefix does ECR show?",
    makes: RULE,
    async ask(sandbox) {
      const { account, region, ecr } = sandbox.cloud;
      const upstreamRegistryUrl = `${account}.dkr.ecr.${region}.amazonaws.com`;
      const made = await verdict(sandbox.rule("own", { upstreamRegistryUrl }));
      return made === "accepted" ? shown(ecr, `${sandbox.prefix}/own`) : made;
    },
  },
  {
    name: "rule-public-upstream-prefix",
    question: "Does a rule for a public upstream take an upstream prefix?",
    makes: RULE,
    ask: (sandbox) => verdict(sandbox.rule("public", { upstreamRepositoryPrefix: "docker" })),
  },
  {
    name: "rule-needless-secret",
    question: "Does a rule for an upstream without login take a secret?",
    makes: RULE_AND_SECRET,
    ask: async (sandbox) => verdict(sandbox.rule("needless", { credentialArn: await sandbox.secret("needless") })),
  },
  {
    name: "rule-needless-role",
    question: "Does a rule for a public upstream take a role?",
    makes: "a pull through cache rule and a role",
    ask: async (sandbox) => verdict(sandbox.rule("needless", { customRoleArn: await sandbox.role("needless") })),
  },
  {
    name: "rule-new-secret",
    question: "Does ECR see a secret that was created a moment ago?",
    makes: RULE_AND_SECRET,
    async ask(sandbox) {
      const credentialArn = await sandbox.secret("new");
      return patience(() => sandbox.rule("new", { upstreamRegistryUrl: "registry-1.docker.io", credentialArn }));
    },
  },
  {
    name: "rule-secret-without-suffix",
    question: "Does a rule take the ARN of a secret without its six random characters?",
    makes: RULE_AND_SECRET,
    async ask(sandbox) {
      const credentialArn = (await sandbox.secret("short")).slice(0, -7);
      return verdict(sandbox.rule("short", { upstreamRegistryUrl: "registry-1.docker.io", credentialArn }));
    },
  },
  {
    name: "rule-secret-of-kms-key",
    question: "How does ECR refuse a secret that is encrypted with a customer managed key, and when?",
    makes: RULE_AND_SECRET,
    needs: "kmsKey",
    async ask(sandbox) {
      const credentialArn = await sandbox.secret("kms", sandbox.cloud.kmsKey);
      const make = () => sandbox.rule("kms", { upstreamRegistryUrl: "registry-1.docker.io", credentialArn });
      return patience(make, /SecretNotFound/);
    },
  },
  {
    name: "rule-missing-secret",
    question: "How does ECR refuse a secret that does not exist?",
    makes: RULE,
    ask: (sandbox) => ruleWithMissingSecret(sandbox, sandbox.cloud.region),
  },
  {
    name: "rule-secret-of-another-region",
    question: "How does ECR refuse a secret of another Region?",
    makes: RULE,
    ask: (sandbox) => ruleWithMissingSecret(sandbox, sandbox.cloud.region === "us-east-1" ? "us-west-2" : "us-east-1"),
  },
  {
    name: "rule-missing-role",
    question: "Does a rule take a role that does not exist?",
    makes: RULE,
    ask(sandbox) {
      const { account, region } = sandbox.cloud;
      const upstreamRegistryUrl = `${account}.dkr.ecr.${region}.amazonaws.com`;
      const customRoleArn = `arn:aws:iam::${account}:role/${sandbox.prefix}-nobody`;
      return verdict(sandbox.rule("nobody", { upstreamRegistryUrl, customRoleArn }));
    },
  },
  {
    name: "rule-azure-of-another-cloud",
    question: "Does a rule accept an Azure registry outside the public cloud?",
    makes: RULE_AND_SECRET,
    async ask(sandbox) {
      const credentialArn = await sandbox.secret("azure");
      return verdict(
        sandbox.rule("azure", { upstreamRegistryUrl: `${sandbox.prefix.replace("-", "")}.azurecr.us`, credentialArn }),
      );
    },
  },
  {
    name: "rule-update-to-nothing",
    question: "How does ECR refuse an update of a rule that names neither secret nor role?",
    makes: RULE,
    async ask(sandbox) {
      await sandbox.rule("bare");
      const ecrRepositoryPrefix = `${sandbox.prefix}/bare`;
      return verdict(sandbox.cloud.ecr.send(new UpdatePullThroughCacheRuleCommand({ ecrRepositoryPrefix })));
    },
  },
  {
    name: "rule-inside-rule",
    question: "May one rule's prefix start with another's?",
    makes: "two pull through cache rules",
    async ask(sandbox) {
      await sandbox.rule("a");
      return verdict(sandbox.rule("a/b"));
    },
  },
];

function ruleWithMissingSecret(sandbox: Parameters<Probe["ask"]>[0], region: string): Promise<string> {
  const credentialArn = `arn:aws:secretsmanager:${region}:${sandbox.cloud.account}:secret:ecr-pullthroughcache/${sandbox.prefix}-AbCdEf`;
  return verdict(sandbox.rule("missing", { upstreamRegistryUrl: "registry-1.docker.io", credentialArn }));
}

async function shown(ecr: Parameters<Probe["ask"]>[0]["cloud"]["ecr"], prefix: string): Promise<string> {
  const command = new DescribePullThroughCacheRulesCommand({ ecrRepositoryPrefixes: [prefix] });
  const { pullThroughCacheRules: [rule] = [] } = await ecr.send(command);
  return rule?.upstreamRepositoryPrefix ?? "nothing";
}
