import assert from "node:assert/strict";
import * as fc from "fast-check";
import { everyoneProblem } from "../../../component/documents/everyone";
import { validateLifecyclePolicy } from "../../../component/documents/lifecycle";
import { registryStatement, repositoryPolicy, secretPolicy } from "../../../component/documents/policy";
import { AwsError } from "../../../local/emulator/errors";
import { checkLifecyclePolicy } from "../../../local/emulator/services/ecr/lifecycle/document";
import { statementsOf } from "../../../policy-pack/aws/iam/policy-document";
import { parseLifecycle } from "../../../policy-pack/aws/lifecycle/document";
import { unknown } from "../../../policy-pack/kit/values";
import { type Call, LocalCloud } from "../../model/cloud";
import { nearlyRight } from "../../model/spoilt-json";

const CANARY = "ghp_canaryCANARY0123456789canaryCANARY";

/** Any JSON, with tokens in some places. */
const anyJson = fc.jsonValue({ maxDepth: 4 });
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.json(),
  fc.constantFrom("", "null", "[]", "{}", "{", '"', "\u0000", "\ud800", CANARY, `{"${CANARY}":"${CANARY}"}`),
  fc.constant(`${"[".repeat(50_000)}${"]".repeat(50_000)}`),
);

const OTHERS = [
  0,
  -1,
  1.5,
  2 ** 53,
  89,
  90,
  "",
  "a",
  "*",
  "any",
  "untagged",
  "archive",
  "expire",
  "days",
  [],
  {},
  null,
  CANARY,
];

/** Mostly valid values, and sometimes another one. */
const mostly = <T>(right: fc.Arbitrary<T>, ...wrong: T[]) =>
  fc.oneof({ weight: 20, arbitrary: right }, { weight: 1, arbitrary: fc.constantFrom(...wrong) });

const tag = fc.oneof(
  fc.constantFrom("v*", "release-*", "*", "v1.2", "*.*.*.*", "x".repeat(128)),
  fc
    .string({ unit: fc.constantFrom(..."aZ0._-*"), minLength: 1, maxLength: 6 })
    .filter((text) => text.split("*").length < 6),
);
const wrongTags = ["*.*.*.*.*", "é", "a b", "x".repeat(129)];
const expiry = fc.constantFrom(
  { countType: "imageCountMoreThan", countNumber: 1 },
  { countType: "sinceImagePushed", countUnit: "days", countNumber: 2 ** 31 },
  { countType: "sinceImagePushed", countUnit: "days", countNumber: 7, storageClass: "standard" },
);
const EXPIRE = { type: "expire" };
const ARCHIVE = { type: "transition", targetStorageClass: "archive" };
const archived = { countType: "sinceImageTransitioned", countUnit: "days", countNumber: 90, storageClass: "archive" };

/** Rules that are valid together, in the order in which ECR applies them. */
const rightLifecycle = fc
  .record({
    tagged: fc.uniqueArray(
      fc.tuple(fc.array(mostly(tag, ...wrongTags), { minLength: 1, maxLength: 3 }), expiry, fc.boolean()),
      {
        maxLength: 5,
        selector: ([tags, , prefixes]) => JSON.stringify([[...new Set(tags)].sort(), prefixes]),
      },
    ),
    untagged: fc.option(expiry),
    archive: fc.boolean(),
    any: fc.option(expiry),
    unpulled: fc.boolean(),
    step: fc.integer({ min: 1, max: 9 }),
    repeated: mostly(fc.constant(-1), 0, 1, 2, 3),
  })
  .map(({ tagged, untagged, archive, any, unpulled, step, repeated }) => {
    const unpulledCount = { countType: "sinceImagePulled", countUnit: "days", countNumber: 30 };
    const rules: { selection: object; action: object }[] = [
      ...tagged.map(([tags, count, prefixes]) => ({
        selection: { tagStatus: "tagged", [prefixes ? "tagPrefixList" : "tagPatternList"]: tags, ...count },
        action: EXPIRE,
      })),
      ...(untagged ? [{ selection: { tagStatus: "untagged", ...untagged }, action: EXPIRE }] : []),
      ...(archive ? [{ selection: { tagStatus: "any", ...archived }, action: EXPIRE }] : []),
      unpulled || !any
        ? { selection: { tagStatus: "any", ...unpulledCount }, action: ARCHIVE }
        : { selection: { tagStatus: "any", ...any }, action: EXPIRE },
    ];
    const again = rules[repeated];
    if (again) rules.splice(rules.length - 1, 0, again);
    return { rules: rules.map((rule, index) => ({ rulePriority: (index + 1) * step, description: "d", ...rule })) };
  });
const lifecycle = fc.oneof(
  {
    weight: 9,
    arbitrary: nearlyRight(rightLifecycle, [...OTHERS, ...wrongTags, ["v*"], ["v*", "v*"], EXPIRE, ARCHIVE, archived]),
  },
  { weight: 1, arbitrary: fc.constantFrom(49, 50, 51).map(manyRules) },
  { weight: 1, arbitrary: anyJson },
);

function manyRules(count: number) {
  return {
    rules: Array.from({ length: count }, (_, index) => ({
      rulePriority: index + 1,
      selection: { tagStatus: "tagged", tagPrefixList: [`v${index}`], countType: "imageCountMoreThan", countNumber: 1 },
      action: EXPIRE,
    })),
  };
}

const oneOrMany = <T>(item: fc.Arbitrary<T>) => fc.oneof(item, fc.array(item, { minLength: 1, maxLength: 3 }));
const awsPrincipal = oneOrMany(
  fc.constantFrom(
    "*",
    "111122223333",
    "arn:aws:iam::111122223333:root",
    "arn:aws:iam::111122223333:role/team/name",
    "arn:aws:sts::111122223333:assumed-role/name/session",
    "arn:aws:sts::111122223333:federated-user/name",
    "arn:aws-us-gov:iam::444455556666:user/name",
  ),
);
const principal = fc.oneof(
  fc.constant("*"),
  fc.record({ AWS: awsPrincipal, Service: oneOrMany(fc.constant("lambda.amazonaws.com")) }, { requiredKeys: ["AWS"] }),
);
const resource = oneOrMany(fc.constantFrom("*", "arn:aws:ecr:us-east-1:111122223333:repository/a/*"));
const condition = fc.dictionary(
  fc.constantFrom("StringEquals", "StringLike", "ArnLike", "StringEqualsIfExists", "ForAllValues:StringLike", "Null"),
  fc.dictionary(
    fc.constantFrom("aws:PrincipalOrgID", "aws:sourceArn", "aws:SourceAccount", "aws:SecureTransport"),
    oneOrMany(fc.constantFrom("o-0123456789", "*", "o-*", "111122223333", "arn:aws:lambda:*:111122223333:function:*")),
  ),
);
const WRONG_PRINCIPALS = ["arn:aws:iam::111122223333:role/*", "arn:aws:iam::1111:root", "arn:aws:iam::111122223333:a"];
const WRONG_ACTIONS = ["s3:GetObject", "ecr", "ecr:", "Allow", "Deny", "Permit", { Resource: "*" }, { User: "*" }];

const rightStatement = (prefix: string, withResource: boolean) =>
  fc
    .record(
      {
        Sid: fc.constantFrom("", "Own"),
        Effect: fc.constantFrom("Allow", "Deny"),
        Who: fc.tuple(fc.constantFrom("Principal", "Principal", "NotPrincipal"), principal),
        What: fc.tuple(
          fc.constantFrom("Action", "Action", "NotAction"),
          oneOrMany(fc.constantFrom(`${prefix}:Get*`, `${prefix}:*`, "*", `${prefix.toUpperCase()}:List?`)),
        ),
        Which: fc.tuple(fc.constantFrom("Resource", "Resource", "NotResource"), resource),
        Condition: condition,
        Also: mostly<object>(
          fc.constant({}),
          ...["Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource"].map((name) => ({
            [name]: "*",
          })),
        ),
      },
      { requiredKeys: ["Also", "Effect", "Who", "What", "Which"] },
    )
    .map(({ Who: [who, principals], What: [what, actions], Which: [which, resources], Also: also, ...others }) => ({
      ...others,
      [who]: principals,
      [what]: actions,
      ...(withResource && { [which]: resources }),
      ...also,
    }));
const statement = (prefix: string, withResource: boolean) =>
  nearlyRight(rightStatement(prefix, withResource), [...OTHERS, ...WRONG_PRINCIPALS, ...WRONG_ACTIONS]);
const policy = (prefix: string, withResource: boolean) => {
  const right = rightStatement(prefix, withResource);
  const document = fc.record(
    {
      Version: fc.constantFrom("2012-10-17", "2008-10-17"),
      Id: fc.constant("id"),
      Statement: fc.oneof(right, fc.array(right, { minLength: 1, maxLength: 3 })),
    },
    { requiredKeys: ["Statement"] },
  );
  return fc.oneof(
    { weight: 9, arbitrary: nearlyRight(document, [...OTHERS, ...WRONG_PRINCIPALS, ...WRONG_ACTIONS]) },
    { weight: 1, arbitrary: anyJson },
  );
};

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function isTaken(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}

describe("hostile documents", () => {
  const cloud = new LocalCloud();
  const counts: string[] = [];
  after(() => {
    if (process.env.MODEL_COUNTS) console.log(counts.join("\n"));
  });

  /** Compares on generated texts, and requires that both answers occurred. */
  async function agree(
    what: string,
    texts: fc.Arbitrary<string>,
    ours: (text: string) => boolean,
    aws: (text: string) => Promise<boolean> | boolean,
  ) {
    const seen = { true: 0, false: 0 };
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const taken = ours(text);
        seen[`${taken}`]++;
        assert.equal(taken, await aws(text), `component ${taken}: ${text.slice(0, 2000)}`);
      }),
      { numRuns: Number(process.env.RUNS ?? 1000) },
    );
    counts.push(`${what}: ${seen.true} taken, ${seen.false} refused`);
    assert.ok(seen.true >= 100 && seen.false >= 100, JSON.stringify(seen));
  }

  const json = (arbitrary: fc.Arbitrary<unknown>) =>
    fc.oneof(
      { weight: 9, arbitrary: arbitrary.map((value) => JSON.stringify(value) ?? "") },
      { weight: 1, arbitrary: anyText },
    );

  it("accepts and refuses the same lifecycle documents as the emulator", () =>
    agree(
      "lifecycle",
      json(lifecycle),
      (text) => {
        const issues = validateLifecyclePolicy(text);
        assert.ok(issues.every(({ message }) => message.length > 0 && !message.includes(CANARY)));
        return issues.length === 0;
      },
      (text) => text.length <= 30_720 && isTaken(() => checkLifecyclePolicy(text)),
    ));

  const template = (text: string): Call => ({
    service: "ecr",
    operation: "CreateRepositoryCreationTemplate",
    input: { prefix: "cache", appliedFor: ["PULL_THROUGH_CACHE"], repositoryPolicy: text },
  });
  const registry = (text: string): Call => ({
    service: "ecr",
    operation: "PutRegistryPolicy",
    input: { policyText: `{"Version":"2012-10-17","Statement":[${text}]}` },
  });
  const ofSecret = (text: string): Call => ({
    service: "secretsmanager",
    operation: "PutResourcePolicy",
    input: { SecretId: "name", ResourcePolicy: text },
  });
  const taken = async (call: Call) => {
    cloud.reset();
    await cloud.call({ service: "secretsmanager", operation: "CreateSecret", input: { Name: "name" } });
    return (await cloud.refusal(call)) === undefined;
  };
  const passes = (schema: typeof repositoryPolicy) => (text: string) => {
    const { success, error } = schema.safeParse(text);
    assert.ok(error?.issues.every(({ message }) => message.length > 0 && !message.includes(CANARY)) ?? true);
    return success;
  };

  it("accepts and refuses the same repository policies as the emulator", () =>
    agree(
      "repository policy",
      json(policy("ecr", false)),
      passes(repositoryPolicy),
      (text) => text !== "" && taken(template(text)),
    ));
  it("accepts and refuses the same secret policies as the emulator", () =>
    agree(
      "secret policy",
      json(policy("secretsmanager", true)),
      passes(secretPolicy),
      async (text) => (await taken(ofSecret(text))) && everyoneProblem(JSON.parse(text)) === undefined,
    ));
  it("accepts and refuses the same registry policy statements as the emulator", () =>
    agree(
      "registry statement",
      json(statement("ecr", true)),
      passes(registryStatement),
      (text) => text !== "" && taken(registry(text)),
    ));

  it("the policy pack reads any document", () => {
    fc.assert(
      fc.property(fc.oneof(json(policy("ecr", true)), json(lifecycle), anyText), (text) => {
        const statements = statementsOf(text);
        assert.notEqual(statements, unknown);
        assert.equal(Array.isArray(statements), isJsonObject(text), text);
        const parsed = parseLifecycle(text);
        if (text === "") return assert.equal(parsed, undefined);
        assert.ok(parsed !== undefined && parsed !== unknown);
        assert.ok(parsed.problems.every((problem) => !problem.includes(CANARY)));
      }),
      { numRuns: 500 },
    );
  });

  it("the policy pack refuses the lifecycle documents that the emulator refuses, and no others", () => {
    fc.assert(
      fc.property(
        lifecycle.map((value) => JSON.stringify(value) ?? ""),
        (text) => {
          const parsed = parseLifecycle(text);
          const isRight = parsed !== undefined && parsed !== unknown && parsed.problems.length === 0;
          assert.equal(
            isRight,
            isTaken(() => checkLifecyclePolicy(text)),
            text,
          );
        },
      ),
      { numRuns: 500 },
    );
  });
});
