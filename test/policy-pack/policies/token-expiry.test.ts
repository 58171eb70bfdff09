import assert from "node:assert/strict";
import { judgeSecret, tokenExpiry as policy } from "../../../policy-pack/policies/token-expiry";
import { judges, later, laterObject, passes, secret, undecided } from "../support";

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

describe("token-expiry by the day", () => {
  for (const [title, rows] of Object.entries<readonly (readonly [day: unknown, found: string, config?: object])[]>({
    "passes a token with time left": [
      ["2027-03-04", ""],
      ["2028-02-29", ""],
      [undefined, ""],
      [null, ""],
      ["2027-03-03", "", { warnDays: 29 }],
      ["2027-02-02", "", { warnDays: 0, failDays: 0 }],
    ],
    "advises from 30 days before": [
      ["2027-03-03", "advice: The token expires in 30 days, on 2027-03-03."],
      ["2027-02-09", "advice: The token expires in 8 days, on 2027-02-09."],
    ],
    "fails from 7 days before, or as configured": [
      ["2027-02-08", "violation: The token expires in 7 days, on 2027-02-08."],
      ["2027-02-02", "violation: The token expires tomorrow, on 2027-02-02."],
      ["2027-02-01", "violation: The token expires today, on 2027-02-01."],
      ["2027-02-01", "violation: The token expires today, on 2027-02-01.", { warnDays: 0, failDays: 0 }],
      ["2027-01-31", "violation: The token expired, on 2027-01-31."],
      ["2027-02-20", "violation: The token expires in 19 days, on 2027-02-20.", { warnDays: 5, failDays: 20 }],
    ],
    "advises to correct a tag that is not a day": [
      "",
      ...["soon", "2027-02-30", "2027-2-1", "01.02.2027", "2027-02-01T00:00:00Z", 7],
    ].map((day) => [day, `advice: The tag ${tag} is not a day, so nobody knows when the token expires.`]),
  })) {
    it(title, () => {
      for (const [day, found, config] of rows) assert.equal(judge(day, config).join(), found, String(day));
    });
  }
});

judges(policy, {
  "passes secrets without the tag": [
    passes,
    [secret("a"), secret("b", { tags: laterObject }), secret("c", { tags: {} })],
  ],
  "judges the tag of any secret": [
    "s: The token expired, on 2020-01-01.",
    secret("s", { name: "db", tags: { [tag]: "2020-01-01" } }),
  ],
  "waits for a day that is not known yet": [undecided("s"), secret("s", { tags: { [tag]: later } })],
});
