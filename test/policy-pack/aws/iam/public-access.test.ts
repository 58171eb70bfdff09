import assert from "node:assert/strict";
import * as fc from "fast-check";
import { MalformedPolicy, parsePolicy } from "../../../../local/emulator/policy/document";
import { letsStrangersIn } from "../../../../local/emulator/policy/strangers";
import { letsIn, stranger } from "../../../../policy-pack/aws/iam/access";
import { noPublicAccess } from "../../../../policy-pack/policies/no-public-access";
import table from "../../../fixtures/public-access.json";
import { passes, run, template } from "../../support";

/** The emulator's answer, if it accepts the document: it tries requests of strangers. */
function emulatorAnswers(statements: readonly object[]): boolean | undefined {
  try {
    const text = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    // It only knows IAM's own spelling of operators. AWS does not say whether it accepts others.
    if (text.includes('"stringlike"')) return undefined;
    const resource = statements.some((statement) => "Resource" in statement) ? "required" : "forbidden";
    return letsStrangersIn(parsePolicy(text, { principal: "required", resource }));
  } catch (error) {
    if (error instanceof MalformedPolicy) return undefined;
    throw error;
  }
}

describe("policies that let a stranger in", () => {
  for (const { title, statements } of table.public) {
    it(`are found by pack and emulator: ${title}`, async () => {
      const policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
      const { violations } = await run(noPublicAccess, [template("t", { repositoryPolicy: policy })]);
      assert.match(violations.join(), /^t: Statement \d of repositoryPolicy lets everyone in\.$/);
      assert.notEqual(emulatorAnswers(statements), false);
    });
  }

  for (const { title, statements } of table.private) {
    it(`are not reported by pack and emulator if there are none: ${title}`, async () => {
      const policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
      assert.deepEqual(await run(noPublicAccess, [template("t", { repositoryPolicy: policy })]), passes);
      assert.notEqual(emulatorAnswers(statements), true);
    });
  }

  it("that the emulator finds are found by the pack, in any combination", () => {
    const cases = [...table.public, ...table.private].flatMap(({ statements }) => statements as readonly Parts[]);
    type Parts = Readonly<Record<string, unknown>>;
    const pick = (key: string) => fc.constantFrom(...cases.map((statement) => statement[key]));
    const conditions = cases.flatMap(({ Condition }) => (typeof Condition === "object" ? [Condition as object] : []));
    const statement = fc
      .record({
        Effect: fc.constantFrom("Allow", "Deny"),
        Principal: pick("Principal"),
        NotPrincipal: fc.option(pick("NotPrincipal"), { nil: undefined, freq: 10 }),
        Action: pick("Action"),
        NotAction: fc.option(pick("NotAction"), { nil: undefined, freq: 10 }),
        Condition: fc.option(
          fc
            .tuple(fc.constantFrom(...conditions), fc.constantFrom({}, ...conditions))
            .map(([a, b]) => ({ ...a, ...b })),
          { nil: undefined },
        ),
      })
      .map((one) => (one.NotPrincipal === undefined ? one : { ...one, Principal: undefined }))
      .map((one) => (one.NotAction === undefined ? one : { ...one, Action: undefined }));
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 4 }), (statements) => {
        const Statement = JSON.parse(JSON.stringify(statements));
        // The pack may suspect strangers that the emulator does not try.
        if (letsIn({ Version: "2012-10-17", Statement }, stranger)) return;
        assert.notEqual(emulatorAnswers(Statement), true);
      }),
      { numRuns: Number(process.env.RUNS ?? 2_000) },
    );
  });

  it("are answered in time by the emulator, which counts what it cannot try as public", () => {
    const conditions = Array.from({ length: 30 }, (_, index) => [`aws:PrincipalTag/${index}`, "a"]);
    const Condition = { StringEquals: { ...Object.fromEntries(conditions), "aws:PrincipalOrgID": "o-abcdefghij" } };
    const allow = { Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage", Condition };
    assert.equal(emulatorAnswers([allow]), true);
  });
});
