import assert from "node:assert/strict";
import { email, organizationId, principalArn, region, secretName } from "../../../component/schema/aws";
import { ROLE } from "./every-argument";

const root = "arn:aws:iam::111122223333:root";
const session = (role: string, name: string) => `arn:aws:sts::111122223333:assumed-role/${role}/${name}`;
const federated = (name: string) => `arn:aws:sts::111122223333:federated-user/${name}`;
const user = (name: string) => `arn:aws:iam::111122223333:user/${name}`;

/** Values that no API model has, or not with these limits. All others are compared with AWS in `test/model`. */
const KINDS = {
  region: [
    region,
    ["us-east-1", "ap-southeast-12", "eusc-de-east-1"],
    ["us-1", "u-east-1", "us-east", "useast-east-1", "us-east-123", "US-EAST-1"],
  ],
  secretName: [
    secretName,
    ["ecr-pullthroughcache/a", `ecr-pullthroughcache/${"a/_+=.@-".repeat(61)}abc`],
    ["ecr-pullthroughcache/", "hub", `ecr-pullthroughcache/${"a".repeat(492)}`],
  ],
  email: [
    email,
    ["someone@example.com", `${"a".repeat(64)}@${"b".repeat(255)}`],
    ["someone", "@example.com", "someone@", `${"a".repeat(65)}@b`, `a@${"b".repeat(256)}`, "a@b@c"],
  ],
  principalArn: [
    principalArn,
    [
      ROLE,
      root,
      user("team/a"),
      user("a".repeat(64)),
      session("a".repeat(64), "b".repeat(64)),
      session("a", "bb"),
      federated("bb"),
      federated("b".repeat(32)),
    ],
    [
      "puller",
      "*",
      user("a".repeat(65)),
      "arn:aws:iam::111122223333:group/a",
      session("a", "b"),
      session("a", "b".repeat(65)),
      session("a".repeat(65), "bb"),
      federated("b"),
      federated("b".repeat(33)),
    ],
  ],
  organizationId: [
    organizationId,
    ["o-0123456789", `o-${"a".repeat(32)}`],
    ["o-012345678", `o-${"a".repeat(33)}`, "o-ABCDEFGHIJ", "r-0123456789"],
  ],
} satisfies { [name: string]: [schema: typeof region, accepted: string[], refused: string[]] };

describe("values of AWS", () => {
  for (const [name, [schema, accepted, refused]] of Object.entries(KINDS)) {
    it(`${name}: up to its limits, with nothing before and nothing after it`, () => {
      const accepts = (value: string) => schema.safeParse(value).success;
      const around = accepted.flatMap((value) => ["\n", " ", "<", '"'].flatMap((more) => [value + more, more + value]));
      assert.deepEqual(
        accepted.filter((value) => !accepts(value)),
        [],
      );
      assert.deepEqual([...refused, ...around].filter(accepts), []);
    });
  }
});
