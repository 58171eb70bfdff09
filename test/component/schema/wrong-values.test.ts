import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { useStack } from "../stack";
import { answers, argsWith } from "./support";

const PREFIX =
  "an ECR repository prefix has lower-case letters and digits, with single '.', '_', '-' or '/' between them";
const TAG_CHARACTERS = "letters, digits, spaces and _.:/=+-@";
const FREQUENCY = "must be SCAN_ON_PUSH or CONTINUOUS_SCAN";
const ROLE_ARN = "must be the ARN of an IAM role (arn:aws:iam::<account>:role/<name>)";
const SECRET_ARN =
  "must be the full ARN of a Secrets Manager secret (arn:aws:secretsmanager:...:secret:ecr-pullthroughcache/...)";
const FILTER =
  "a scanning filter has lower-case letters, digits and '*', with single '.', '_', '-' or '/' between them: write \"prod/*\", not \"prod/\"";
const NO_REGION = "ECR has no pull through cache in the China and AWS GovCloud Regions";
const NUMBER = "must be a string, not a number: quote it";

/** Values that the schema refuses, and the message. Which values exactly is compared with AWS in `test/model`. */
const WRONG: { readonly [path: string]: readonly (readonly [value: unknown, message: string, at?: string])[] } = {
  "registries.quay.prefix": [
    ["a", "an ECR repository prefix has 2 to 30 characters, this one has 1"],
    ["a".repeat(31), "an ECR repository prefix has 2 to 30 characters, this one has 31"],
    ["a--b", `${PREFIX}: write "a-b"`],
    ["a-_b", `${PREFIX}: write "a-b"`],
    ["a//b", `${PREFIX}: write "a/b"`],
    ["/hub//", `${PREFIX}: write "hub"`],
    ["My hub", `${PREFIX}: write "my-hub"`],
    ["AB", `${PREFIX}: write "ab"`],
    ["A!", PREFIX],
    ["--", PREFIX],
    [12, NUMBER],
    [null, "must be a string, not null"],
    [new Date(0), "must be a string, not a date: quote it"],
  ],
  "registries.quay.resourceTags": [
    [Object.fromEntries(Array.from({ length: 51 }, (_, index) => [index, "v"])), "AWS allows at most 50 tags"],
    ["team=a", 'must be a map, not a string: write { team: "platform" }'],
    [{ ["k".repeat(129)]: "v" }, "a tag key has at most 128 characters", '["(hidden)"]'],
    [{ "a#": "v" }, `a tag key has ${TAG_CHARACTERS}`, '["(hidden)"]'],
    [{ "aws:x": "v" }, 'tag keys that start with "aws:" belong to AWS', '["(hidden)"]'],
    [{ "": "v" }, "a tag key cannot be empty", '[""]'],
    [{ k: "v".repeat(257) }, "a tag value has at most 256 characters", ".k"],
    [{ k: "a*" }, `a tag value has ${TAG_CHARACTERS}`, ".k"],
    [{ k: 1 }, NUMBER, ".k"],
  ],
  "registries.quay.encryption.type": [["KMS_DSSE", "must be AES256 or KMS"]],
  "registries.quay.encryption.kmsKey": [
    ["alias/cache", "must be the ARN of a KMS key: ECR accepts neither an alias nor a key id"],
  ],
  "registries.ghcr.secret.name": [
    [
      "hub",
      "must start with ecr-pullthroughcache/, because ECR reads no other secrets; after it come letters, digits and /_+=.@-",
    ],
  ],
  "registries.ghcr.secret.description": [["d".repeat(2049), "a secret's description has at most 2,048 characters"]],
  "registries.ghcr.secret.recoveryWindowInDays": [
    [6, "must be 0, or 7 to 30 days"],
    ["7", "must be a number of days, not a string: write it without quotation marks"],
  ],
  "registries.ghcr.secret.readers[0]": [
    [
      "arn:aws:iam::*:role/x",
      "must be the ARN of an IAM principal (arn:aws:iam::<account>:role/<name>); public principals are refused",
    ],
  ],
  "registries.ghcr.secret.policy": [
    ["{", "must be a JSON object as a string"],
    ["[]", "must be a JSON object as a string"],
    ["{}".padEnd(20_481), "has more than 20480 characters, AWS's limit"],
  ],
  "registries.quay.tagMutability": [
    ["mutabel", "must be MUTABLE, IMMUTABLE, IMMUTABLE_WITH_EXCLUSION or MUTABLE_WITH_EXCLUSION"],
  ],
  "registries.quay.tagMutabilityExclusionFilters": [
    [[], "needs at least one filter"],
    [["a", "b", "c", "d", "e", "f"], "AWS allows at most 5 filters"],
    [["*a*b*"], "a tag filter has at most two '*'", "[0]"],
    [["a/b"], "a tag filter has 1 to 128 letters, digits, '.', '_', '-' and '*'", "[0]"],
  ],
  "registries.quay.lifecycle": [
    [{ keepImages: 0 }, "must be a whole number of images from 1 to 2147483647", ".keepImages"],
    [{ expireAfterDays: 1.5 }, "must be a whole number of days from 1 to 2147483647", ".expireAfterDays"],
    [
      { deleteArchivedAfterDays: 89 },
      "must be a whole number of days from 90 to 2147483647",
      ".deleteArchivedAfterDays",
    ],
    [{ keepImages: "3" }, "must be a number of images, not a string: write it without quotation marks", ".keepImages"],
    [{ tagged: [{ keepImages: 1 }] }, "must be a list, not nothing", ".tagged[0].tagPatterns"],
    [
      { tagged: [{ tagPatterns: [""], keepImages: 1 }] },
      "a tag pattern has 1 to 128 letters, digits, '.', '_', '-' and '*'",
      ".tagged[0].tagPatterns[0]",
    ],
  ],
  "registries.quay.access": [
    [{ accounts: ["1234"] }, "an AWS account id has 12 digits", ".accounts[0]"],
    [{ accounts: ["o-a1b2c3d4e5"] }, "is the id of an organization: write it into organizationId", ".accounts[0]"],
    [
      { accounts: ["arn:aws:iam::111122223333:root"] },
      "is an ARN: write that of a role into roleArns, and only account ids here",
      ".accounts[0]",
    ],
    [{ organizationId: "111122223333" }, "is the id of an account: write it into accounts", ".organizationId"],
    [{ roleArns: ["puller"] }, ROLE_ARN, ".roleArns[0]"],
    [{ roleArns: ["arn:aws:iam::111122223333:user/bob"] }, `${ROLE_ARN}, not of a user`, ".roleArns[0]"],
    [
      { organizationId: "o-*" },
      'must be the id of an AWS organization: "o-" and 10 to 32 letters and digits',
      ".organizationId",
    ],
    [{ lambda: pulumi.output(true) }, "must be true or false, not an Output", ".lambda"],
  ],
  "registries.ghcr.credentialArn": [
    ["ecr-pullthroughcache/hub", SECRET_ARN],
    [
      "arn:aws:secretsmanager:us-east-1:111122223333:secret:hub-AbCdEf",
      "ECR reads only secrets whose name starts with ecr-pullthroughcache/: give the full ARN of such a secret",
    ],
    [
      "arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/hub",
      "is not a full ARN: a secret's ARN ends with a hyphen and six characters, such as -a1B2c3",
    ],
  ],
  "registries.k8s.credentialArn": [["x", "ECR pulls from registry.k8s.io without credentials"]],
  "registries.k8s.roleArn": [["x", "registry.k8s.io does not use a role: only ECR upstreams do"]],
  "registries.ghcr.credentialArns": [
    [{ nowhere: SECRET_ARN }, "not an AWS Region such as us-east-1", ".nowhere"],
    [{ "us-east-1": "x" }, SECRET_ARN, ".us-east-1"],
    ["x", 'must be a map, not a string: write { "us-east-1": "<ARN>" }'],
  ],
  "registries.quay.description": [["d".repeat(256), "a template's description has at most 255 characters"]],
  "registries.ghcr.tokenExpires": [["2027-02-29", "must be a day such as 2027-03-01"]],
  "registries.quay.repositories": [[[], "needs at least one repository; without the list, all may enter the cache"]],
  regions: [
    [[], "needs at least one Region"],
    [["us-east"], "not an AWS Region such as us-east-1", "[0]"],
    [["cn-north-1"], NO_REGION, "[0]"],
    [["us-gov-west-1"], NO_REGION, "[0]"],
  ],
  templateRoleArn: [["creator", ROLE_ARN]],
  "scanning.scanType": [["FULL", "must be BASIC or ENHANCED"]],
  "scanning.scanFrequency": [["MANUAL", FREQUENCY]],
  "scanning.rules[0]": [
    [{ scanFrequency: "MANUAL", filters: ["*"] }, FREQUENCY, ".scanFrequency"],
    [{ scanFrequency: "SCAN_ON_PUSH", filters: [] }, "needs at least one filter", ".filters"],
    [{ scanFrequency: "SCAN_ON_PUSH", filters: ["prod/"] }, FILTER, ".filters[0]"],
    [
      { scanFrequency: "SCAN_ON_PUSH", filters: ["x".repeat(256)] },
      "a scanning filter has at most 255 characters",
      ".filters[0]",
    ],
  ],
  "registryPolicy.statements": [
    [["x"], "must be a JSON object as a string", "[0]"],
    [["{}"], 'needs the Effect "Allow" or "Deny"', "[0]"],
  ],
  pullerRoles: [
    [{ node: "a/b" }, "must be the name or the ARN of an IAM role", ".node"],
    [{ node: { __pulumiResource: true } }, "must be an IAM role, its name or its ARN, not another resource", ".node"],
  ],
  "pullTimeExclusions.scanner": [
    ["scanner", "must be the ARN of an IAM role or user (arn:aws:iam::<account>:role/<name>)"],
    [`arn:aws:iam::111122223333:role/${"a".repeat(170)}`, "has more than 200 characters"],
  ],
  "rewriteImages.digests": [["keep", "must be leave or rewrite"]],
  "rewriteImages.places[0]": [
    [{ kind: "Agent", images: ["image[0]"] }, 'must be a path such as "spec.steps[].image"', ".images[0]"],
  ],
  "alerts.emails[0]": [["someone", "must be an email address"]],
  "alerts.topicArn": [["alerts", "must be the ARN of a standard SNS topic (arn:aws:sns:<region>:<account>:<name>)"]],
};

describe("a wrong value", () => {
  before(useStack);

  for (const [path, values] of Object.entries(WRONG)) {
    it(`is refused at ${path}, with what to write`, () => {
      for (const [value, message, at = ""] of values)
        assert.deepEqual(answers(argsWith(path, value)), [`${path}${at}: ${message}`]);
    });
  }
});
