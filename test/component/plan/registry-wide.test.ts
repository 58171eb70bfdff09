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
  type Configuration = ReturnType<typeof basic>;
  const [quay, prod] = [push("quay/*"), push("prod/*")];
  type Row = [
    what: string,
    wanted: Configuration,
    current: Configuration | undefined,
    value: Configuration,
    other?: string,
  ];
  const always = continuous("quay/*");
  const two = basic(push("prod/*", "app"));
  const kept: Row[] = [
    ["the rules of others", basic(quay), two, basic(push("app", "prod/*", "quay/*")), "SCAN_ON_PUSH of prod/*, app"],
    ["both frequencies", enhanced(always), enhanced(prod, always), enhanced(always, prod), "SCAN_ON_PUSH of prod/*"],
    ["no filter of its own at the old frequency", enhanced(quay), enhanced(always), enhanced(quay)],
    ["nothing if nobody has set it", enhanced(quay), undefined, enhanced(quay)],
    ["nothing of an empty one", enhanced(quay), basic(), enhanced(quay)],
    ["no scan type if all rules are its own", enhanced(quay), basic(quay), enhanced(quay)],
  ];
  for (const [what, wanted, current, value, ...others] of kept) {
    it(`keeps ${what}`, () => assert.deepEqual(mergeScanning(wanted, current, false), { ok: true, value, others }));
  }

  const type = (current: string, rules: string, wanted: string) =>
    `the Region has scan type ${current}${rules}. Give scanType: "${current}", or overwrite: true to set the whole Region to ${wanted}`;
  const theirs = (rule: string) => `, with rules that others wrote (${rule} of prod/*)`;
  const many = push(...Array.from({ length: 100 }, (_, index) => `other${index}`));
  const refused: [wanted: Configuration, current: Configuration, reason: string][] = [
    [basic(quay), enhanced(continuous("prod/*")), type("ENHANCED", theirs("CONTINUOUS_SCAN"), "BASIC")],
    [enhanced(quay), basic(prod), type("BASIC", theirs("SCAN_ON_PUSH"), "ENHANCED")],
    [basic(quay), enhanced(), type("ENHANCED", "", "BASIC")],
    [basic(quay), basic(many), "SCAN_ON_PUSH would have 101 filters, including those of others; ECR allows 100"],
  ];
  for (const [wanted, current, reason] of refused) {
    it(`is refused unless it overwrites: ${reason}`, () => {
      assert.deepEqual(mergeScanning(wanted, current, false), { ok: false, reason });
      const others = current.rules.map(({ scanFrequency, filters }) => `${scanFrequency} of ${filters.join(", ")}`);
      assert.deepEqual(mergeScanning(wanted, current, true), { ok: true, value: wanted, others });
    });
  }
});

describe("a registry policy next to existing statements", () => {
  const MARK = "PullThroughCache0a1b2c3d";
  const allow = (Sid: string | undefined, account: string) => ({
    ...(Sid === undefined ? {} : { Sid }),
    ...{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: ["ecr:CreateRepository"] },
  });
  type Statements = ReturnType<typeof allow>[];
  const [before, now] = [allow(`${MARK}1Principals`, "777788889999"), allow(`${MARK}1Principals`, "888899990000")];
  const replication = allow("Replication", "444455556666");
  const other = allow("Replication", "999900001111");
  const [unnamed, empty] = [allow(undefined, "222233334444"), allow("", "222233334444")];
  const first = allow(`${MARK}Statement1`, "222233334444");

  const marked = { ...replication, Sid: `${MARK}Replication` };
  const theirs = '"Replication"';
  const merged: [what: string, own: Statements, current: Statements, value: Statements, ...others: string[]][] = [
    ["keeps statements of others", [now], [unnamed, other], [unnamed, other, now], "one without Sid", theirs],
    ["replaces what it granted before", [now], [replication, before], [replication, now], theirs],
    ["removes what it no longer grants", [], [replication, before], [replication], theirs],
    ["marks the user's own, beside the same of others", [replication], [replication], [replication, marked], theirs],
    ["marks a statement without Sid", [unnamed], [empty], [empty, first], "one without Sid"],
    ["marks a statement with an empty Sid", [empty], [], [first]],
    ["writes the same the second time", [now, first], [other, now, first], [other, now, first], theirs],
  ];
  for (const [what, own, current, value, ...others] of merged) {
    it(what, () => {
      const names = { mark: MARK, marks: new Set([MARK]) };
      assert.deepEqual(mergeStatements(own, current, names, false), { ok: true, value, others });
      const alone = value.slice(value.length - own.length);
      assert.deepEqual(mergeStatements(own, current, names, true), { ok: true, value: alone, others });
    });
  }
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
