import assert from "node:assert/strict";
import { judgeSecret, tokenExpiry as policy } from "../../../policy-pack/policies/token-expiry";
import { later, laterObject, passes, run, secret, undecidedFor } from "../support";

const tag = "pull-through-cache:token-expires";
const defaults = { warnDays: 30, failDays: 7 };
const late = Date.parse("2027-02-01T23:59:59Z");

function judge(day: unknown, config: object = {}) {
  const { violations, undecided } = judgeSecret(
    secret("s", { tags: { [tag]: day } }),
    { ...defaults, ...config },
    late,
  );
  assert.equal(undecided, false);
  return violations.map(({ what, advisory = false }) => `${advisory ? "advice" : "violation"}: ${what}`);
}

describe("token-expiry", () => {
  it("passes a token with time left", () => {
    assert.deepEqual(judge("2027-03-04"), []);
    assert.deepEqual(judge("2028-02-29"), []);
    for (const none of [undefined, null]) assert.deepEqual(judge(none), []);
  });

  it("advises from 30 days before, and fails from 7 days before", () => {
    assert.deepEqual(judge("2027-03-03"), ["advice: The token expires in 30 days, on 2027-03-03."]);
    assert.deepEqual(judge("2027-02-09"), ["advice: The token expires in 8 days, on 2027-02-09."]);
    assert.deepEqual(judge("2027-02-08"), ["violation: The token expires in 7 days, on 2027-02-08."]);
    assert.deepEqual(judge("2027-02-02"), ["violation: The token expires tomorrow, on 2027-02-02."]);
    assert.deepEqual(judge("2027-02-01"), ["violation: The token expires today, on 2027-02-01."]);
    assert.deepEqual(judge("2027-01-31"), ["violation: The token expired, on 2027-01-31."]);
  });

  it("uses the configured numbers of days", () => {
    assert.deepEqual(judge("2027-03-03", { warnDays: 29 }), []);
    assert.deepEqual(judge("2027-02-02", { warnDays: 0, failDays: 0 }), []);
    assert.equal(judge("2027-02-01", { warnDays: 0, failDays: 0 }).length, 1);
    assert.deepEqual(judge("2027-02-20", { warnDays: 5, failDays: 20 }), [
      "violation: The token expires in 19 days, on 2027-02-20.",
    ]);
  });

  it("advises to correct a tag that is not a day", () => {
    for (const day of ["", "soon", "2027-02-30", "2027-2-1", "01.02.2027", "2027-02-01T00:00:00Z", 7]) {
      assert.deepEqual(judge(day), [`advice: The tag ${tag} is not a day, so nobody knows when the token expires.`]);
    }
  });

  it("judges only secrets with the tag, and waits for a day that is not known yet", async () => {
    assert.deepEqual(
      await run(policy, [secret("a"), secret("b", { tags: laterObject }), secret("c", { tags: {} })]),
      passes,
    );
    assert.deepEqual(await run(policy, [secret("s", { tags: { [tag]: later } })]), undecidedFor(policy, "s"));
    const expired = secret("s", { name: "db", tags: { [tag]: "2020-01-01" } });
    assert.deepEqual((await run(policy, [expired])).violations, ["s: The token expired, on 2020-01-01."]);
    assert.deepEqual(await run(policy, [expired], { exclude: ["s"] }), passes);
    assert.equal(policy.enforcementLevel, "mandatory");
  });
});
