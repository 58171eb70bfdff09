import assert from "node:assert/strict";
import {
  mergeScanning,
  mergeStatements,
  needsFormer,
  ownMarks,
  statementMark,
} from "../../../component/plan/registry-wide";

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
    const merged = mergeStatements(own, current, { mark: MARK, marks: new Set([MARK]) }, overwrite);
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

  it("marks the user's own statements, and leaves those of others with the same Sid or content", () => {
    const marked = { ...replication, Sid: `${MARK}Replication` };
    const other = allow("Replication", "999900001111");
    assert.deepEqual(merge([replication], [replication, other]).value, [replication, other, marked]);
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

describe("the marks of a component's statements", () => {
  const place = { accountId: "111122223333", region: "us-east-1", prefixes: ["k8s", "quay"] };
  const arn = (name: string, { region = "us-east-1", account = place.accountId } = {}) =>
    `arn:aws:ecr:${region}:${account}:repository/${name}`;
  const grant = (mark: string, Resource: string | string[], end = "1Principals") => ({ Sid: mark + end, Resource });
  const [A, B, C] = ["PullThroughCache0a1b2c3d", "PullThroughCachedeadbeef", "PullThroughCache00000000"] as const;
  const own = ["k8s", "quay"].map(statementMark);

  it("are those of its prefixes, whatever their statements say", () => {
    assert.deepEqual([...ownMarks([], place, { own: [], all: [] })], own);
    assert.deepEqual([...ownMarks([], place, { own: ["old"], all: ["old"] })], [...own, statementMark("old")]);
    assert.notEqual(own[0], own[1]);
  });

  const CASES: readonly [string, readonly object[], readonly string[], readonly string[]][] = [
    ["one of a former name, whose caches it has", [grant(A, [arn("quay/*")])], [], [A]],
    ["one for several Regions", [grant(A, arn("quay/*", { region: "*" }))], [], [A]],
    [
      "what its listed images say does not matter",
      [grant(A, [arn("quay/*")], "2OrganizationCached"), grant(A, [arn("quay/team/*")], "2OrganizationFirstPull")],
      [],
      [A],
    ],
    ["one with a cache that the stack had", [grant(A, [arn("quay/*"), arn("old/*")])], ["old"], [A]],
    ["not one with a cache of somebody else", [grant(B, [arn("quay/*"), arn("old/*")])], [], []],
    ["not one whose caches the stack only had, which are another component's", [grant(B, [arn("old/*")])], ["old"], []],
    ["not one of another account", [grant(B, [arn("quay/*", { account: "444455556666" })])], [], []],
    ["not one of another Region", [grant(B, [arn("quay/*", { region: "eu-west-1" })])], [], []],
    ["not one below its prefix", [grant(B, [arn("quay/team/*")])], [], []],
    ["not one for all repositories", [grant(B, [arn("*")])], [], []],
    ["not one of statements that users gave", [grant(B, [arn("quay/*")], "Statement1")], [], []],
    ["not what has no mark", [{ Sid: "1Principals", Resource: arn("quay/*") }, { Resource: arn("quay/*") }], [], []],
    ["each for itself", [grant(A, [arn("quay/*")]), grant(B, [arn("other/*")]), grant(C, arn("k8s/*"))], [], [A, C]],
  ];
  for (const [what, statements, former, found] of CASES) {
    it(`are recognized: ${what}`, () => {
      assert.deepEqual([...ownMarks(statements as never, place, { own: [], all: former })], [...own, ...found]);
    });
  }

  it("of a cache without a prefix are recognized by all repositories", () => {
    const root = { ...place, prefixes: ["ROOT"] };
    assert.deepEqual([...ownMarks([grant(A, [arn("*")])], root, { own: [], all: [] })], [statementMark("ROOT"), A]);
  });

  it("are those of a cache that the component had, and that has another prefix now", () => {
    const former = { own: ["old"], all: ["old", "sibling"] };
    const found = ownMarks([grant(A, [arn("old/*")]), grant(B, [arn("sibling/*")])], place, former);
    assert.deepEqual([...found], [...own, statementMark("old"), A]);
  });

  it("take the stack's former rules only if statements of a component are not its own by its caches", () => {
    assert.equal(needsFormer([grant(A, [arn("quay/*"), arn("old/*")])], place), true);
    assert.equal(needsFormer([grant(A, [arn("old/*")])], place), true);
    assert.equal(needsFormer([grant(A, [arn("quay/*")]), { Sid: "Replication" }], place), false);
  });
});
