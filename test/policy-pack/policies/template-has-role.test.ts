import { templateHasRole as policy } from "../../../policy-pack/policies/template-has-role";
import { fed, judges, later, laterObject, passes, template, undecided } from "../support";

const holding = (props: object, options = {}) => template("t", { ...props }, options);
const encrypted = (encryptionConfigurations: unknown) => ({ encryptionConfigurations });
const tags = { resourceTags: { team: "shop" } };
const kms = encrypted([{ encryptionType: "KMS" }]);
const open = encrypted([{ encryptionType: later }]);

judges(policy, {
  "passes plain templates, and others with a role, known or not": [
    passes,
    ...[{}, { resourceTags: {} }, encrypted([{}]), encrypted(later), encrypted([{ encryptionType: "AES256" }])].map(
      (props) => holding(props),
    ),
    holding({ ...tags, ...kms, customRoleArn: later }),
  ],
  "fails KMS without a role": [
    "t: The template has KMS encryption but no customRoleArn.",
    holding(kms),
    holding(encrypted([{ encryptionType: "KMS_DSSE" }])),
    holding({ ...kms, resourceTags: laterObject }),
  ],
  "fails tags without a role": [
    "t: The template has resourceTags but no customRoleArn.",
    holding(tags),
    holding({ resourceTags: { team: later } }),
    holding({ ...tags, ...open }),
  ],
  "names both": [
    "t: The template has resourceTags and KMS encryption but no customRoleArn.",
    holding({ ...tags, ...kms }),
  ],
  "waits for unknown tags and encryption": [
    undecided("t"),
    holding({ resourceTags: laterObject }),
    holding(open),
    holding(encrypted([later])),
    holding(encrypted(later), fed({ encryptionConfigurations: [template("x")] })),
  ],
});
