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
import { ARCHIVE, archived, EXPIRE, RULES, rules, STATEMENTS, tagged } from "./support";

const CANARY = "ghp_canaryCANARY0123456789canaryCANARY";

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.json(),
  fc.constantFrom("", "null", "[]", "{}", "{", '"', "\u0000", "\ud800", CANARY, `{"${CANARY}":"${CANARY}"}`),
  fc.constant(`${"[".repeat(50_000)}${"]".repeat(50_000)}`),
);

/** Mostly JSON of a kind, and other texts. */
const textOf = (right: fc.Arbitrary<unknown>, others: readonly unknown[]) =>
  fc.oneof(
    { weight: 8, arbitrary: nearlyRight(right, [0, -1, 1.5, "", "a", "*", [], {}, null, CANARY, ...others]).map(json) },
    { weight: 1, arbitrary: right.map(json) },
    { weight: 1, arbitrary: anyText },
  );
const json = (value: unknown) => JSON.stringify(value) ?? "";

const wrongTags = [["*.*.*.*.*"], ["é"], ["x".repeat(129)], ["v*", "v*"]];
const manyRules = [49, 50, 51].map((count) =>
  rules(
    ...Array.from({ length: count }, (_, index) => [{ ...tagged, tagPatternList: [`v${index}`] }, EXPIRE] as const),
  ),
);
const lifecycle = textOf(
  fc.oneof(
    { weight: 9, arbitrary: fc.subarray([...RULES], { minLength: 1 }).map((given) => rules(...given)) },
    { weight: 1, arbitrary: fc.constantFrom(...manyRules) },
  ),
  [2 ** 53, 89, 90, "any", "untagged", "archive", "expire", "days", EXPIRE, ARCHIVE, archived, ...wrongTags],
);

const resources = fc.constantFrom<object>(
  { Resource: "*" },
  { NotResource: ["*", "arn:aws:ecr:us-east-1:111122223333:repository/a/*"] },
);
const statement = (service: string, withResource: boolean) =>
  fc
    .tuple(fc.constantFrom(...STATEMENTS), resources)
    .map(([given, which]) =>
      JSON.parse(json({ ...given, ...(withResource && which) }).replaceAll("ecr:", `${service}:`)),
    );
const policy = (service: string, withResource: boolean) =>
  fc.record(
    {
      Version: fc.constantFrom("2012-10-17", "2008-10-17"),
      Id: fc.constant("id"),
      Statement: fc.oneof(
        statement(service, withResource),
        fc.array(statement(service, withResource), { minLength: 1, maxLength: 3 }),
      ),
    },
    { requiredKeys: ["Statement"] },
  );
const NO_POLICY = [
  ...["arn:aws:iam::111122223333:role/*", "arn:aws:iam::1111:root", "arn:aws:iam::111122223333:a"],
  ...["s3:GetObject", "ecr", "ecr:", "Allow", "Deny", "Permit", "true", "10", "2027-01-31", "192.0.2.1"],
  ...[{ Resource: "*" }, { User: "*" }],
];

describe("documents that users write, compared with the emulator", () => {
  const cloud = new LocalCloud();

  /** Compares on generated texts, and requires that both answers occurred. */
  async function agree(
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
      { numRuns: Number(process.env.RUNS ?? 600) },
    );
    assert.ok(seen.true >= 100 && seen.false >= 100, JSON.stringify(seen));
  }

  /** Whether messages say something, and do not repeat what was received. */
  const areGood = (messages: readonly string[]) =>
    messages.every((message) => message.length > 0 && !message.includes(CANARY));

  function emulatorTakes(text: string): boolean {
    try {
      checkLifecyclePolicy(text);
      return true;
    } catch (error) {
      if (error instanceof AwsError) return false;
      throw error;
    }
  }

  it("accept and refuse the same lifecycle documents, as does the policy pack", () =>
    agree(
      lifecycle,
      (text) => {
        const issues = validateLifecyclePolicy(text);
        assert.ok(areGood(issues.map(({ message }) => message)));
        const parsed = parseLifecycle(text);
        if (text !== "" && parsed !== undefined && parsed !== unknown) {
          assert.ok(areGood(parsed.problems));
          assert.equal(parsed.problems.length === 0, emulatorTakes(text), text);
        } else assert.equal(text, "");
        return issues.length === 0;
      },
      (text) => text.length <= 30_720 && emulatorTakes(text),
    ));

  const CALLS: readonly (readonly [
    what: string,
    texts: fc.Arbitrary<string>,
    schema: typeof repositoryPolicy,
    call: (text: string) => Call,
  ])[] = [
    [
      "repository policies",
      textOf(policy("ecr", false), NO_POLICY),
      repositoryPolicy,
      (repositoryPolicy) => ({
        service: "ecr",
        operation: "CreateRepositoryCreationTemplate",
        input: { prefix: "cache", appliedFor: ["PULL_THROUGH_CACHE"], repositoryPolicy },
      }),
    ],
    [
      "secret policies",
      textOf(policy("secretsmanager", true), NO_POLICY),
      secretPolicy,
      (ResourcePolicy) => ({
        service: "secretsmanager",
        operation: "PutResourcePolicy",
        input: { SecretId: "name", ResourcePolicy },
      }),
    ],
    [
      "registry policy statements",
      textOf(statement("ecr", true), NO_POLICY),
      registryStatement,
      (text) => ({
        service: "ecr",
        operation: "PutRegistryPolicy",
        input: { policyText: `{"Version":"2012-10-17","Statement":[${text}]}` },
      }),
    ],
  ];
  for (const [what, texts, schema, call] of CALLS) {
    it(`accept and refuse the same ${what}`, () =>
      agree(
        texts,
        (text) => {
          const { success, error } = schema.safeParse(text);
          assert.ok(areGood(error?.issues.map(({ message }) => message) ?? []));
          return success;
        },
        async (text) => {
          cloud.reset();
          await cloud.call({ service: "secretsmanager", operation: "CreateSecret", input: { Name: "name" } });
          if (text === "" || (await cloud.refusal(call(text))) !== undefined) return false;
          return schema !== secretPolicy || everyoneProblem(JSON.parse(text)) === undefined;
        },
      ));
  }

  it("are read by the policy pack, whatever they are", () => {
    fc.assert(
      fc.property(fc.oneof(textOf(policy("ecr", true), NO_POLICY), anyText), (text) => {
        const statements = statementsOf(text);
        assert.notEqual(statements, unknown);
        assert.equal(Array.isArray(statements), isJsonObject(text), text);
      }),
      { numRuns: 500 },
    );
  });
});

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
