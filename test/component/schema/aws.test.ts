import assert from "node:assert/strict";
import * as aws from "../../../component/schema/aws";
import { KEY, ROLE, SECRET, TOPIC } from "./support";

const accepts = (schema: typeof aws.roleArn, value: string) => schema.safeParse(value).success;

/** Values of each kind, at its limits, and others. Sources: the API models and guides that the schemas name. */
const KINDS: readonly (readonly [
  name: keyof typeof aws,
  schema: typeof aws.roleArn,
  accepted: string[],
  refused: string[],
])[] = [
  ["accountId", aws.accountId, ["012345678901"], ["01234567890", "0123456789012"]],
  [
    "region",
    aws.region,
    ["us-east-1", "ap-southeast-12", "eusc-de-east-1"],
    ["us-1", "u-east-1", "us-east", "useast-east-1", "us-east-123", "US-EAST-1"],
  ],
  [
    "credentialArn",
    aws.credentialArn,
    [SECRET, "arn:aws-us-gov:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/a/b_c+d=e.f@g-AbCdEf"],
    [SECRET.replace("ecr-pullthroughcache/", ""), SECRET.replace("-AbCdEf", ""), SECRET.slice(0, -1)],
  ],
  [
    "secretName",
    aws.secretName,
    ["ecr-pullthroughcache/a", `ecr-pullthroughcache/${"a/_+=.@-".repeat(61)}abc`],
    ["ecr-pullthroughcache/", "hub", `ecr-pullthroughcache/${"a".repeat(492)}`],
  ],
  [
    "topicArn",
    aws.topicArn,
    [TOPIC, `arn:aws-cn:sns:cn-north-1:111122223333:${"a_-Z9".repeat(51)}a`],
    [`${TOPIC}.fifo`, TOPIC.replace("alerts", ""), TOPIC.replace("alerts", "a".repeat(257)), "alerts"],
  ],
  [
    "email",
    aws.email,
    ["someone@example.com", `${"a".repeat(64)}@${"b".repeat(255)}`],
    ["someone", "@example.com", "someone@", `${"a".repeat(65)}@b`, `a@${"b".repeat(256)}`, "a@b@c"],
  ],
  [
    "day",
    aws.day,
    ["2027-03-01", "2028-02-29"],
    ["2027-02-29", "2027-13-01", "2027-3-1", "2027-03", "2027-03-01T00:00:00Z", "tomorrow"],
  ],
  [
    "roleArn",
    aws.roleArn,
    [ROLE, `arn:aws-us-gov:iam::111122223333:role/${"!".repeat(510)}/${"a+=,.@_-".repeat(8)}`],
    [
      `arn:aws:iam::111122223333:role/${"!".repeat(511)}/a`,
      `arn:aws:iam::111122223333:role/${"a".repeat(65)}`,
      "arn:aws:iam::111122223333:role/",
      "arn:aws:iam::1111222233:role/a",
      "arn:aws:iam::111122223333:role/a*/b",
      "arn:aws:iam::111122223333:user/a",
      "puller",
    ],
  ],
  [
    "roleNameOrArn",
    aws.roleNameOrArn,
    [ROLE, "a+=,.@_-".repeat(8)],
    ["a".repeat(65), "", "team/puller", "arn:aws:iam::111122223333:user/a"],
  ],
  [
    "principalArn",
    aws.principalArn,
    [
      ROLE,
      "arn:aws:iam::111122223333:root",
      "arn:aws:iam::111122223333:user/team/a",
      `arn:aws:iam::111122223333:user/${"a".repeat(64)}`,
      `arn:aws:sts::111122223333:assumed-role/${"a".repeat(64)}/${"b".repeat(64)}`,
      "arn:aws:sts::111122223333:assumed-role/a/bb",
      "arn:aws:sts::111122223333:federated-user/bb",
      `arn:aws:sts::111122223333:federated-user/${"b".repeat(32)}`,
    ],
    [
      "puller",
      "111122223333",
      "*",
      `arn:aws:iam::111122223333:user/${"a".repeat(65)}`,
      "arn:aws:iam::111122223333:group/a",
      "arn:aws:sts::111122223333:assumed-role/a/b",
      `arn:aws:sts::111122223333:assumed-role/a/${"b".repeat(65)}`,
      `arn:aws:sts::111122223333:assumed-role/${"a".repeat(65)}/bb`,
      "arn:aws:sts::111122223333:federated-user/b",
      `arn:aws:sts::111122223333:federated-user/${"b".repeat(33)}`,
    ],
  ],
  [
    "organizationId",
    aws.organizationId,
    ["o-0123456789", `o-${"a".repeat(32)}`],
    ["o-012345678", `o-${"a".repeat(33)}`, "o-ABCDEFGHIJ", "r-0123456789"],
  ],
  [
    "kmsKeyArn",
    aws.kmsKeyArn,
    [KEY, KEY.replace("aws", "aws-us-gov")],
    [KEY.replace("key/", "alias/"), `${KEY}${"a".repeat(2048 - KEY.length + 1)}`, KEY.slice(KEY.indexOf("/") + 1)],
  ],
];

describe("values of AWS", () => {
  for (const [name, schema, accepted, refused] of KINDS) {
    it(`${name}: up to its limits, with nothing before and nothing after it`, () => {
      for (const value of accepted) {
        assert.ok(accepts(schema, value), value);
        for (const more of ["\n", " ", "<", '"']) {
          assert.ok(!accepts(schema, `${value}${more}`), JSON.stringify(`${value}${more}`));
          assert.ok(!accepts(schema, `${more}${value}`), JSON.stringify(`${more}${value}`));
        }
      }
      for (const value of refused) assert.ok(!accepts(schema, value), value);
    });
  }

  it("kmsKeyArn: 2,048 characters", () => {
    assert.ok(accepts(aws.kmsKeyArn, `${KEY}${"a".repeat(2048 - KEY.length)}`));
  });

  it("credentialArn: at most 612 characters", () => {
    const start = "arn:aws:secretsmanager:a:secret:ecr-pullthroughcache/";
    const of = (length: number) => `${start}${"a".repeat(length - start.length - 7)}-AbCdEf`;
    assert.deepEqual(
      [612, 613].map((length) => accepts(aws.credentialArn, of(length))),
      [true, false],
    );
  });

  it("scanningFilter: 1 to 255 characters, with single characters between words", () => {
    for (const value of ["*", "a*/b*", "a.b_c-d/e", "a".repeat(255)])
      assert.ok(accepts(aws.scanningFilter, value), value);
    for (const value of ["", "/a", "a/", ".a", "a-", "a//b", "A", "a b", "a\n", "a".repeat(256)])
      assert.ok(!accepts(aws.scanningFilter, value), value);
  });

  it("tags: letters of any script, digits, spaces and some signs", () => {
    for (const schema of [aws.tagKey, aws.tagValue]) {
      for (const value of ["é 漢字 ½", "_.:/=+-@", "x-aws:y"]) assert.ok(accepts(schema, value), value);
      for (const value of ["a#", "#a", "a\n", "\na", "a\tb", "a*"]) assert.ok(!accepts(schema, value), value);
    }
    assert.deepEqual(
      ["aws:a", "AWS:a", "aws-a"].map((value) => accepts(aws.tagKey, value)),
      [false, false, true],
    );
    assert.ok(accepts(aws.tagValue, "aws:a"));
  });
});
