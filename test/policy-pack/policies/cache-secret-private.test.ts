import assert from "node:assert/strict";
import { cacheSecretPrivate as policy } from "../../../policy-pack/policies/cache-secret-private";
import {
  advice,
  configured,
  fails,
  fed,
  judges,
  later,
  messages,
  passes,
  resource,
  rule,
  secret,
  secretPolicy,
  secretVersion,
  undecided,
} from "../support";
import { document } from "./statements";

const [own, other, third] = ["111122223333", "444455556666", "777788889999"] as const;
const arn = `arn:aws:secretsmanager:eu-central-1:${own}:secret:ecr-pullthroughcache/hub-AbCdEf`;
const keyArn = "arn:aws-us-gov:kms:us-gov-west-1:111122223333:alias/aws/secretsmanager";
const keyId = "1234abcd-12ab-34cd-56ef-1234567890ab";
const ownAccount = `$${"{aws:PrincipalAccount}"}`;

const allow = (Principal: unknown, more: object = {}) =>
  document({ Effect: "Allow", Principal, Action: "secretsmanager:GetSecretValue", Resource: "*", ...more });
const under = (kmsKeyId: unknown, ...feeds: ReturnType<typeof resource>[]) =>
  secret("s", { kmsKeyId }, fed({ kmsKeyId: feeds }));
const replicated = (replicas: unknown, ...feeds: ReturnType<typeof resource>[]) =>
  secret("s", { replicas }, fed({ replicas: feeds }));
const letting = (policy: unknown) => secret("s", { arn, policy });
const when = (Condition: object) => letting(allow("*", { Condition }));
const attachedTo = (s: ReturnType<typeof secret>) =>
  secretPolicy("p", { secretArn: later, policy: allow("*") }, fed({ secretArn: [s] }));
/** As a first preview shows it. */
const first = (policy: unknown, ...feeds: ReturnType<typeof resource>[]) =>
  secret("s", { arn: later, policy }, fed({ policy: feeds }));
const partly = (AWS: unknown) => letting({ Statement: { Effect: "Allow", Principal: { AWS }, Action: later } });
const deployed = secret("s", { arn });
const unnamed = secret("s", { name: later, kmsKeyId: "alias/mine" });
const version = secretVersion("v", {}, fed({ secretId: [unnamed] }));
const brackets = "[".repeat(20_000) + "]".repeat(20_000);

const wrongKey = "s: The secret has a kmsKeyId other than alias/aws/secretsmanager.";
const everyone = "s: Statement 1 of the secret's policy lets everyone in.";
const another = "s: Statement 1 of the secret's policy lets in another account.";

judges(policy, {
  "passes a secret under the default key, without a policy or with one for the account": [
    passes,
    secret("s"),
    under("alias/aws/secretsmanager"),
    under(keyArn),
    letting(allow({ AWS: `arn:aws:iam::${own}:role/deployer` })),
    letting(allow({ Service: "ecr.amazonaws.com" })),
    letting(allow("*").replace("Allow", "Deny")),
    letting(allow({ AWS: other }).replace("Allow", "Deny")),
  ],
  "ignores other secrets, and policies of other things": [
    passes,
    [deployed, resource("shop:index:Topic", "t", { secretArn: arn, policy: allow("*") })],
    secret("s", { name: "db", kmsKeyId: "k", policy: allow("*") }),
    unnamed,
  ],
  "fails another key, also one that is not created yet": [
    wrongKey,
    ...["alias/mine", "my/alias/aws/secretsmanager", "alias/aws/secretsmanager-2", `${keyArn}2`, `x${keyArn}`].map(
      (key) => under(key),
    ),
    ...["alias:Alias", "replicaKey:ReplicaKey", "key:Key"].map((type) =>
      under(later, rule("r"), resource(`aws:kms/${type}`, "key", {})),
    ),
    [unnamed, version, rule("r", { credentialArn: later }, fed({ credentialArn: [version] }))],
  ],
  "only advises about the id of a key, which may be the default one's": [
    advice("s: The secret has the id of a key as its kmsKeyId, which may be another than aws/secretsmanager."),
    under(keyId),
    under(`arn:aws:kms:eu-central-1:${own}:key/${keyId}`),
  ],
  "waits for a key that comes from elsewhere": [
    undecided("s"),
    under(later, rule("r")),
    ...[later, [later], [{ region: "a", kmsKeyId: later }]].map((open) => replicated(open, rule("r"))),
  ],
  "fails another key of a replica": [
    "s: A replica of the secret has a kmsKeyId other than alias/aws/secretsmanager.",
    replicated([{ region: "a" }, { region: "b", kmsKeyId: "alias/mine" }]),
    replicated([later, { region: "b", kmsKeyId: "alias/mine" }]),
  ],
  "passes the default key of a replica, which the provider fills in": [
    passes,
    replicated([{ region: "a" }, { region: "b", kmsKeyId: "alias/aws/secretsmanager" }]),
    ...[later, [later], [{ region: "a", kmsKeyId: later }]].map((open) => replicated(open)),
  ],
  "fails a policy for everyone, inline or attached": [
    everyone,
    letting(allow("*")),
    letting(allow({ AWS: [`arn:aws:iam::${own}:root`, "*"] })),
    letting(document({ Effect: "Allow", NotPrincipal: { AWS: own }, Action: "*" })),
    when({ IpAddress: { "aws:SourceIp": "::/0" } }),
    letting(document(...Array.from({ length: 20_000 }, () => ({ Effect: "Allow", Principal: "*", Action: "*" })))),
    first(allow("*")),
  ],
  "names the resource that has the statement": [everyone.replace("s:", "p:"), [deployed, attachedTo(deployed)]],
  "fails a policy for another account": [
    another,
    letting(allow({ AWS: other })),
    letting(allow({ AWS: [`arn:aws:iam::${own}:root`, other] })),
    letting(allow({ AWS: [`arn:aws:iam::${other}:role/x`] })),
    when({ StringEquals: { "aws:PrincipalAccount": other } }),
    when({ StringEquals: { "aws:PrincipalAccount": [own, other] } }),
    when({ ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${other}:role/*` } }),
    first(allow({ AWS: [other, third] })),
  ],
  "passes trusted accounts, everyone in the secret's own account, and what a preview cannot show": [
    passes,
    configured({ trustedAccounts: [other] }, letting(allow({ AWS: other }))),
    when({ StringEquals: { "aws:PrincipalAccount": own } }),
    when({ StringEquals: { "aws:PrincipalOrgID": "o-abc1234567" } }),
    when({ StringEquals: { "aws:ResourceAccount": ownAccount } }),
    when({ ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${own}:role/*` } }),
    when({ StringEquals: { "aws:SourceVpce": "vpce-1a2b3c4d" } }),
    first(later),
    partly(own),
  ],
  "waits for an account or a policy that is not known yet": [
    undecided("s"),
    first(allow({ AWS: other })),
    first(later, rule("r")),
    partly(other),
    partly("*"),
  ],
  "survives hostile documents": [passes, ...["{", "[]", '{"Statement": 1}', `{"Statement": ${brackets}}`].map(letting)],
  "reports each cause": [fails(wrongKey, another), secret("s", { arn, kmsKeyId: "k", policy: allow({ AWS: other }) })],
});

it("cache-secret-private shows neither keys nor accounts", async () => {
  const bad = secret("s", { kmsKeyId: "planted-key", policy: allow({ AWS: other }), arn });
  assert.doesNotMatch((await messages(policy, [bad])).join(), /planted|444455556666/);
});
