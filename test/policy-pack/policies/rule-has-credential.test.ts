import assert from "node:assert/strict";
import { ruleHasCredential as policy } from "../../../policy-pack/policies/rule-has-credential";
import { fed, judges, later, messages, passes, rule, secret, secretVersion, undecided } from "../support";

const [account, other] = ["111122223333", "444455556666"] as const;
const arn = (region: string, name: string) => `arn:aws:secretsmanager:${region}:${account}:secret:${name}`;
const good = arn("eu-central-1", "ecr-pullthroughcache/hub-AbCdEf");
const hub = (props: object, options = {}) =>
  rule("hub", { upstreamRegistryUrl: "registry-1.docker.io", ...props }, options);
/** A rule of which secrets feed the ARN. */
const fedBy = (...secrets: ReturnType<typeof secret>[]) =>
  hub({ credentialArn: later }, fed({ credentialArn: secrets }));
const called = (name: unknown, props: object = {}) => secret("s", { name, ...props });
/** A new secret, by its version. */
const made = (name: unknown, props: object = {}) =>
  fedBy(secretVersion("v", { secretId: later }, fed({ secretId: [called(name, props)] })));
const replicated = (replicas: unknown, region = "eu-central-1") =>
  hub(
    { credentialArn: later, region },
    fed({ credentialArn: [called("ecr-pullthroughcache/hub", { region: "us-east-1", replicas })] }),
  );
const ecr = (of: string, props: object = {}) =>
  rule("hub", { upstreamRegistryUrl: `${of}.dkr.ecr.us-east-1.amazonaws.com`, registryId: account, ...props });
const by = (props: object) =>
  hub({ credentialArn: good }, { provider: { name: "p", props: { region: "eu-central-1", ...props } } });
const role = (of: string) => ({ roleArn: `arn:aws:iam::${of}:role/deployer` });
const [right, wrong] = [called("ecr-pullthroughcache/a"), called("docker-hub")];

judges(policy, {
  "passes public upstreams, and others with a credential": [
    passes,
    ...["quay.io", "public.ecr.aws", "registry.k8s.io"].map((upstreamRegistryUrl) =>
      rule("r", { upstreamRegistryUrl }),
    ),
    hub({ credentialArn: good }),
    made("ecr-pullthroughcache/hub"),
    made(undefined, { namePrefix: "ecr-pullthroughcache/" }),
    // Either of them is right.
    fedBy(right, called("ecr-pullthroughcache/b")),
  ],
  "fails upstreams that need one": [
    /^r: \S+ requires credentials, and the rule has no credentialArn\.$/,
    ...["registry-1.docker.io", "ghcr.io", "registry.gitlab.com", "cgr.dev", "shop.azurecr.io", "https://GHCR.io/"].map(
      (upstreamRegistryUrl) => rule("r", { upstreamRegistryUrl }),
    ),
    rule("r", { upstreamRegistryUrl: "ghcr.io", credentialArn: "" }),
  ],
  "fails names that ECR cannot read": [
    "hub: The name of the rule's secret does not start with ecr-pullthroughcache/, so ECR cannot read it.",
    ...["docker-hub", "my-ecr-pullthroughcache/hub", "ecr-pullthroughcache/", "ecr-pullthroughcache/a b"].map((name) =>
      hub({ credentialArn: arn("eu-central-1", name) }),
    ),
    made("docker-hub"),
    made(undefined),
    // Either of them is wrong.
    fedBy(wrong, called("another")),
  ],
  "fails what is no ARN": [
    "hub: The credentialArn is not the full ARN of a Secrets Manager secret.",
    ...["ecr-pullthroughcache/hub", `x${good}`, arn("eu-central-1", "")].map((credentialArn) => hub({ credentialArn })),
  ],
  "fails another Region": [
    "hub: The rule's secret is in us-east-1, the rule in eu-central-1.",
    hub({ credentialArn: arn("us-east-1", "ecr-pullthroughcache/hub") }),
    made("ecr-pullthroughcache/hub", { region: "us-east-1" }),
    replicated([{ region: "eu-west-1" }]),
    replicated([]),
  ],
  "fails another account, by the roles that a provider assumes, also in @pulumi/aws 6": [
    "hub: The rule's secret is in another account than the rule.",
    by({ allowedAccountIds: [other] }),
    by({ assumeRole: JSON.stringify(role(other)) }),
    by({ assumeRoleWithWebIdentity: JSON.stringify(role(other)) }),
    by({ assumeRoles: JSON.stringify([role(account), role(other)]) }),
  ],
  "passes the same account and Region, also of a replica": [
    passes,
    by({ assumeRole: JSON.stringify(role(account)) }),
    by({ assumeRoles: JSON.stringify([role(other), role(account)]) }),
    by({ assumeRoleWithWebIdentity: JSON.stringify(role(other)), assumeRoles: JSON.stringify([role(account)]) }),
    by({ assumeRoles: "[]" }),
    replicated([{ region: "eu-west-1" }, { region: "eu-central-1" }]),
    replicated(later, "us-east-1"),
  ],
  "waits for what is not known yet": [
    undecided("hub"),
    hub({ credentialArn: later }),
    made(later),
    fedBy(right, wrong),
    fedBy(called(later), called(later)),
    hub({ upstreamRegistryUrl: later }),
    ...[later, [later], [{ region: later }]].map((replicas) => replicated(replicas)),
    hub(
      { credentialArn: later, region: later },
      fed({ credentialArn: [called("ecr-pullthroughcache/a", { region: "us-east-1" })], region: [rule("x")] }),
    ),
    ecr(other, { registryId: later }),
  ],
  "passes one's own ECR, and another's with a role": [passes, ecr(account), ecr(other, { customRoleArn: later })],
  "fails another's ECR without a role": [
    "hub: The upstream is the ECR of another account, and the rule has no customRoleArn.",
    ecr(other),
  ],
});

it("rule-has-credential never shows the ARN", async () => {
  const found = await messages(policy, [hub({ credentialArn: arn("us-east-1", "planted-value") })]);
  assert.ok(found.length > 0 && !found.join().includes("planted-value"));
});
