import { given } from "../aws/account/registry";
import { isForCache, prefixLabel } from "../aws/caches/template";
import { creationTemplate } from "../aws/types";
import { globMatches } from "../kit/glob";
import { any } from "../kit/logic";
import { type AnyResource, resourcePolicy, stringList } from "../kit/policy";
import { fieldsOf, items, type Unknown, unknown, type Value, word } from "../kit/values";
import { fail, ifConcerned, pass, undecided, type Verdict } from "../kit/verdict";

interface Config {
  readonly keys: readonly string[];
}

export const encryptionRequired = resourcePolicy<Config>({
  name: "encryption-required",
  displayName: "Cached repositories are encrypted with KMS",
  rule: "A creation template for pull through caches must encrypt its repositories with KMS.",
  why: "The encryption of a repository is fixed when the cache creates it.",
  fix: "Set encryptionConfigurations of the template to KMS, with kmsKey for a key of your own, and customRoleArn to a role that may use the key.",
  snippet: `
encryptionConfigurations: [{ encryptionType: "KMS" }],
customRoleArn: role.arn,`,
  componentFix: 'Set encryption: { type: "KMS" } on the entry or in the defaults of the PullThroughCache.',
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html",
  enforcementLevel: "disabled",
  severity: "medium",
  topic: "security",
  label: prefixLabel,
  types: [creationTemplate],
  config: {
    keys: stringList("ARNs of allowed KMS keys; `*` stands for any characters. Empty: any key."),
  },
  judge: (template, config) => ifConcerned(isForCache(template), judgeEncryption(template, config)),
});

function judgeEncryption(template: AnyResource, { keys }: Config): Verdict {
  const blocks = items(given(template, "encryptionConfigurations"));
  const answer = blocks === unknown ? unknown : any(blocks.map((block) => isAccepted(block, keys)));
  if (answer === unknown) return undecided;
  if (answer) return pass;
  return fail(
    keys.length > 0
      ? "The template does not encrypt with one of the required KMS keys."
      : "The template does not encrypt with KMS.",
  );
}

function isAccepted(block: Value, keys: readonly string[]): boolean | Unknown {
  const { encryptionType, kmsKey } = fieldsOf(block);
  if (block === unknown || encryptionType === unknown) return unknown;
  if (encryptionType !== "KMS" && encryptionType !== "KMS_DSSE") return false;
  if (keys.length === 0) return true;
  return kmsKey === unknown ? unknown : keys.some((key) => globMatches(key, word(kmsKey)));
}
