import assert from "node:assert/strict";
import { mergeScanning, mergeStatements } from "../../../component/plan/registry-wide";

const push = (...filters: string[]) => ({ scanFrequency: "SCAN_ON_PUSH", filters });
const continuous = (...filters: string[]) => ({ scanFrequency: "CONTINUOUS_SCAN", filters });
const basic = (...rules: ReturnType<typeof push>[]) => ({ scanType: "BASIC", rules });
const enhanced = (...rules: ReturnType<typeof push>[]) => ({ scanType: "ENHANCED", rules });

describe("a registry scanning configuration next to existing rules", () => {
  const value = (...args: Parameters<typeof mergeScanning>) => {
    const merged = mergeScanning(...args);
    assert.ok(merged.ok, JSON.stringify(merged));
    return merged.value;
  };

  it("keeps the rules of others, and names them", () => {
    assert.deepEqual(mergeScanning(basic(push("quay/*")), basic(push("prod/*", "app")), false), {
      ok: true,
      value: basic(push("app", "prod/*", "quay/*")),
      others: ["SCAN_ON_PUSH of prod/*, app"],
    });
    assert.deepEqual(
      value(enhanced(continuous("quay/*")), enhanced(push("prod/*"), continuous("quay/*")), false),
      enhanced(continuous("quay/*"), push("prod/*")),
    );
  });

  it("changes how often its own filters scan, and keeps none of them at the old frequency", () => {
    const merged = mergeScanning(enhanced(push("quay/*")), enhanced(continuous("quay/*")), false);
    assert.deepEqual(merged, { ok: true, value: enhanced(push("quay/*")), others: [] });
  });

  it("is refused if rules of others are for another scan type", () => {
    for (const [wanted, current] of [
      [basic(push("quay/*")), enhanced(continuous("prod/*"))],
      [enhanced(push("quay/*")), basic(push("prod/*"))],
      [basic(push("quay/*")), enhanced()],
    ] as const) {
      const merged = mergeScanning(wanted, current, false);
      assert.ok(!merged.ok && merged.reason.includes(`Give scanType: "${current.scanType}", or overwrite: true`));
      assert.equal(merged.reason.includes("with rules that others wrote"), current.rules.length > 0, merged.reason);
      assert.deepEqual(value(wanted, current, true), wanted);
    }
  });

  it("sets the scan type if nobody has set one, or if all rules are its own", () => {
    for (const current of [undefined, basic(), basic(push("quay/*"))]) {
      assert.deepEqual(value(enhanced(push("quay/*")), current, false), enhanced(push("quay/*")));
    }
  });

  it("is refused if a rule would have more filters than ECR allows", () => {
    const others = Array.from({ length: 100 }, (_, index) => `other${index}`);
    const merged = mergeScanning(basic(push("quay/*")), basic(push(...others)), false);
    assert.ok(!merged.ok);
    assert.match(merged.reason, /^SCAN_ON_PUSH would have 101 filters, including those of others; ECR allows 100$/);
  });

  it("overwrites if told to, and still names what it removes", () => {
    const merged = mergeScanning(basic(push("quay/*")), basic(push("prod/*")), true);
    assert.deepEqual(merged, { ok: true, value: basic(push("quay/*")), others: ["SCAN_ON_PUSH of prod/*"] });
  });
});

describe("a registry policy next to existing statements", () => {
  const MARK = "PullThroughCache0a1b2c3d";
  const allow = (Sid: string | undefined, account: string, more: object = {}) => ({
    ...(Sid === undefined ? {} : { Sid }),
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: ["ecr:CreateRepository"],
    Resource: "*",
    ...more,
  });
  const replication = allow("Replication", "444455556666");
  const merge = (own: ReturnType<typeof allow>[], current: ReturnType<typeof allow>[], overwrite = false) => {
    const merged = mergeStatements(own, current, MARK, overwrite);
    assert.ok(merged.ok);
    return merged;
  };

  it("keeps the statements of others unchanged at the start, and names them", () => {
    const own = allow(`${MARK}1Principals`, "777788889999");
    const unnamed = allow(undefined, "222233334444");
    assert.deepEqual(merge([own], [replication, unnamed]), {
      ok: true,
      value: [replication, unnamed, own],
      others: ['"Replication"', "one without Sid"],
    });
  });

  it("removes what it granted before but no longer grants", () => {
    const before = allow(`${MARK}1Principals`, "777788889999");
    const now = allow(`${MARK}1Principals`, "888899990000");
    assert.deepEqual(merge([now], [replication, before]).value, [replication, now]);
    assert.deepEqual(merge([], [replication, before]).value, [replication]);
  });

  it("leaves the statements of another cache alone", () => {
    const other = allow("PullThroughCachedeadbeef1Principals", "777788889999");
    const own = allow(`${MARK}1Principals`, "777788880000");
    assert.deepEqual(merge([own], [other]).value, [other, own]);
  });

  it("marks the user's own statements, and replaces one with the same Sid or content", () => {
    const marked = { ...replication, Sid: `${MARK}Replication` };
    assert.deepEqual(merge([replication], [allow("Replication", "999900001111")]).value, [marked]);
    const same = { ...allow(undefined, "444455556666"), Action: "ecr:CreateRepository" };
    assert.deepEqual(merge([replication], [same as never]).value, [marked]);
    const Action = ["ecr:CreateRepository", "ecr:ReplicateImage"];
    const Condition = { StringEquals: { "aws:PrincipalOrgID": "o-a", "aws:PrincipalAccount": ["1", "2"] } };
    const reordered = {
      Condition: { StringEquals: { "aws:PrincipalAccount": ["2", "1"], "aws:PrincipalOrgID": "o-a" } },
      ...allow("Other", "444455556666", { Action: [...Action].reverse() }),
    };
    const both = allow(undefined, "444455556666", { Action, Condition });
    assert.deepEqual(merge([both], [reordered]).value, [{ ...both, Sid: `${MARK}Statement1` }]);
    for (const other of [
      { Action },
      { Action: [...Action, "ecr:PutImage"], Condition },
      { Action, Condition, Effect: "Deny" },
    ]) {
      const foreign = allow(undefined, "444455556666", other);
      assert.deepEqual(merge([both], [foreign]).value, [foreign, { ...both, Sid: `${MARK}Statement1` }]);
    }
    assert.deepEqual(
      merge([allow(undefined, "1"), allow("", "2"), allow(`${MARK}Mine`, "3"), allow("Mine", "4")], []).value.map(
        ({ Sid }) => Sid,
      ),
      [`${MARK}Statement1`, `${MARK}Statement2`, `${MARK}Mine`, `${MARK}Mine`],
    );
    const foreign = allow("", "5");
    assert.deepEqual(merge([allow("", "1")], [foreign]), {
      ok: true,
      value: [foreign, allow(`${MARK}Statement1`, "1")],
      others: ["one without Sid"],
    });
    assert.deepEqual(merge([allow(undefined, "444455556666")], []).value, [
      { ...allow(undefined, "444455556666"), Sid: `${MARK}Statement1` },
    ]);
  });

  it("writes the same the second time", () => {
    const own = [allow(`${MARK}1Principals`, "777788889999"), replication];
    const first = merge(own, [allow("Mine", "222233334444")]).value as ReturnType<typeof allow>[];
    assert.deepEqual(merge(own, first).value, first);
  });

  it("overwrites if told to, and still names what it removes", () => {
    const own = allow(`${MARK}1Principals`, "777788889999");
    assert.deepEqual(merge([own], [replication], true), { ok: true, value: [own], others: ['"Replication"'] });
  });
});
