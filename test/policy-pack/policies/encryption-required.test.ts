import { encryptionRequired as policy } from "../../../policy-pack/policies/encryption-required";
import { configured, fed, judges, later, passes, template, undecided } from "../support";

const key = "arn:aws:kms:eu-central-1:111122223333:key/shop";
const holding = (encryptionConfigurations: unknown) => template("t", { encryptionConfigurations });
const under = (kmsKey: unknown) => holding([{ encryptionType: "KMS", kmsKey }]);
const fedBy = fed({ encryptionConfigurations: [template("x")] });

judges(policy, {
  "passes both kinds of KMS, the configured key, and templates that are not for caches": [
    passes,
    holding([{ encryptionType: "KMS" }]),
    holding([{ encryptionType: "KMS_DSSE" }]),
    under(later),
    holding([{ encryptionType: "AES256" }, { encryptionType: "KMS" }]),
    configured({ keys: ["x", "arn:*:key/shop"] }, under(key)),
    template("t", { appliedFors: ["REPLICATION"] }),
  ],
  "reports other encryption, also if AWS fills it in": [
    "t: The template does not encrypt with KMS.",
    ...[undefined, [], [{ encryptionType: "AES256" }], [{}], later].map(holding),
  ],
  "reports other keys": [
    "t: The template does not encrypt with one of the required KMS keys.",
    configured({ keys: ["x"] }, under(key)),
    configured({ keys: [key] }, under(undefined)),
  ],
  "waits for unknown types and keys": [
    undecided("t"),
    holding([{ encryptionType: later }]),
    holding([later]),
    configured({ keys: [key] }, under(later)),
    template("t", { encryptionConfigurations: later }, fedBy),
    template("t", { appliedFors: later }),
  ],
});
