/** A rule by which the component refuses what AWS's API model accepts, with the reason. */
export interface StricterRule {
  readonly path: RegExp;
  refuses(value: unknown): boolean;
  /**
   * `AWS`: the rule is in AWS's documentation but not in its model, and the emulator refuses the value too. Otherwise AWS
   * accepts the value, and the provider or the component does not.
   */
  readonly by: "AWS" | "provider" | "component";
  readonly reason: string;
}

const text = (value: unknown) => (Array.isArray(value) ? value.map(String) : [String(value)]);
const any = () => true;

export const STRICTER: readonly StricterRule[] = [
  {
    path: /^$/,
    refuses: (name) => name === "",
    by: "component",
    reason: "the names of the component's resources start with its name",
  },
  {
    path: /credentialArn$/,
    refuses: (arn) => !/-[a-zA-Z0-9]{6}$/.test(String(arn)),
    by: "component",
    reason: "ECR needs the full ARN, and Secrets Manager ends one in a hyphen and six characters",
  },
  {
    path: /prefix$/i,
    refuses: (value) => /--|__/.test(String(value)),
    by: "provider",
    reason: "the provider's own pattern of prefixes has single separators only",
  },
  {
    path: /cache\.repositories$/,
    refuses: (value) => text(value).some((image) => `cache/${image}`.length === 256),
    by: "component",
    reason: "ECR accepts names of 256 characters, but a reference has at most 255",
  },
  {
    path: /cache\.repositories$/,
    refuses: (value) => text(value).some((image) => image.includes("**")),
    by: "component",
    reason:
      "two asterisks mean the same as one, to IAM too. Whoever writes them probably thinks that one matches no slash",
  },
  {
    path: /cache\.description$/,
    refuses: (value) => String(value).length === 256,
    by: "provider",
    reason: "the provider takes template descriptions of up to 255 characters",
  },
  {
    path: /tagMutabilityExclusionFilters$/,
    refuses: (value) => text(value).some((filter) => filter.split("*").length > 3),
    by: "AWS",
    reason: "at most two wildcards in a filter: Amazon ECR user guide, image tag mutability exclusion filters",
  },
  {
    path: /tokenExpires$/,
    refuses: (day) => day !== "2099-01-31",
    by: "component",
    reason: "AWS accepts any text in a tag, but a reminder needs a day, and one that is not in the past",
  },
  {
    path: /alerts\.emails$/,
    refuses: (email) => !/^[^@\s]+@[^@\s]+$/.test(String(email)),
    by: "AWS",
    reason: "SNS refuses an endpoint that is no email address: Amazon SNS API reference, Subscribe, InvalidParameter",
  },
  {
    path: /alerts\.topicArn$/,
    refuses: (arn) => !/^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$/.test(String(arn)),
    by: "component",
    reason: "EventBridge accepts any text as a target, but alerts go to an SNS topic",
  },
  {
    path: /encryption\.type$/,
    refuses: (value) => value === "KMS_DSSE",
    by: "AWS",
    reason: "KMS_DSSE is for AWS GovCloud, where there is no pull through cache",
  },
  {
    path: /kmsKey$|repositoryPolicy$|lifecycle\.policy$/,
    refuses: (value) => value === "",
    by: "component",
    reason: "an empty text means none, and for that the argument is left out",
  },
  {
    path: /resourceTags$|tags$/,
    refuses: any,
    by: "AWS",
    reason:
      "lengths, characters, number and the prefix aws: of tags: tag naming limits in the guides of tagging, Amazon ECR and AWS Secrets Manager",
  },
  {
    path: /recoveryWindowInDays$/,
    refuses: any,
    by: "AWS",
    reason: "0 (by force) or 7 to 30 days: AWS Secrets Manager API, DeleteSecret",
  },
  {
    path: /secret\.readers$|secret\.policy$|access|repositoryPolicy$|registryPolicy/,
    refuses: any,
    by: "AWS",
    reason:
      "grammar of policy documents, which the models take as text: IAM user guide, grammar of the JSON policy language",
  },
  {
    path: /lifecycle/,
    refuses: any,
    by: "AWS",
    reason:
      "properties of lifecycle documents, which the model takes as text: Amazon ECR user guide, lifecycle policy properties",
  },
  {
    path: /lifecycle\.\w+$/,
    refuses: (value) => Number(value) > 2 ** 31 - 1,
    by: "component",
    reason: "counts are 32-bit integers in ECR's APIs; the guide names no bound, and 5.8 million years are enough",
  },
  {
    path: /roleArn|pullerRoles|readers/i,
    refuses: (value) => text(value).some((arn) => /^arn:[^*]*role\/.*\*/.test(arn)),
    by: "component",
    reason: "a role whose path has an asterisk cannot be named in a policy, where it is a pattern",
  },
  {
    path: /secret\.readers$/,
    refuses: (value) => text(value).some((principal) => /^[0-9]{12}$/.test(principal)),
    by: "component",
    reason: "readers are ARNs: an account's says the same as its id",
  },
  {
    path: /scanFrequency$|scanning\.rules$/,
    refuses: (value) => value === "MANUAL",
    by: "component",
    reason: "MANUAL is for repositories that no BASIC rule names. ENHANCED does not have it",
  },
  {
    path: /scanFrequency$|scanning\.rules$/,
    refuses: (value) => value === "CONTINUOUS_SCAN",
    by: "AWS",
    reason: "BASIC has no continuous scans: API reference, RegistryScanningRule",
  },
  {
    path: /scanning\.rules$/,
    refuses: (value) => Array.isArray(value) && value.length === 0,
    by: "provider",
    reason: "the provider wants at least one filter in a rule",
  },
];
