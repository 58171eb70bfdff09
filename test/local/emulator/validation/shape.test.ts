import assert from "node:assert/strict";
import { AwsError } from "../../../../local/emulator/errors";
import { page } from "../../../../local/emulator/validation/pages";
import {
  blob,
  boolean,
  enumeration,
  integer,
  list,
  map,
  type Reader,
  required,
  type Shape,
  string,
  structure,
  timestamp,
  WrongType,
} from "../../../../local/emulator/validation/shape";

describe("emulator: shapes of inputs", () => {
  /** A value as it is read, and the constraints that it violates. */
  function read(shape: Shape<unknown>, value: unknown, wire: Reader["wire"] = "json") {
    const reader: Reader = { wire, problems: [] };
    return { value: shape.read(value, "at", reader), problems: reader.problems };
  }
  const accepts = (shape: Shape<unknown>, values: readonly unknown[], wire?: Reader["wire"]) => {
    for (const value of values) assert.deepEqual(read(shape, value, wire), { value, problems: [] });
  };
  const wrong = (shape: Shape<unknown>, values: readonly unknown[], what: string, wire?: Reader["wire"]) => {
    for (const value of values)
      assert.throws(() => read(shape, value, wire), new WrongType(`at must be ${what}`), JSON.stringify(value));
  };
  const constraints = (shape: Shape<unknown>, value: unknown, wire?: Reader["wire"]) =>
    read(shape, value, wire).problems.map(({ at, constraint }) => [at, constraint]);

  it("are texts with a length and a pattern, of which both can be violated", () => {
    const shape = string({ min: 2, max: 4, pattern: /^a+$/ });
    accepts(shape, ["aa", "aaaa"]);
    assert.deepEqual(read(shape, "b"), {
      value: "b",
      problems: [
        { at: "at", value: "b", constraint: "Member must have length greater than or equal to 2" },
        { at: "at", value: "b", constraint: "Member must satisfy regular expression pattern: ^a+$" },
      ],
    });
    assert.deepEqual(constraints(shape, "bbbbb"), [["at", "Member must have length less than or equal to 4"]]);
    assert.deepEqual(constraints(shape, "bbbb"), [["at", "Member must satisfy regular expression pattern: ^a+$"]]);
    assert.deepEqual(constraints(string({ pattern: /^a$/ }), "b".repeat(99)).length, 1);
    accepts(string(), ["", "any".repeat(9999)]);
    wrong(shape, [1, null, true, ["aa"], {}], "a string");
  });

  it("are texts of a set", () => {
    const shape = enumeration(["A", "B"]);
    accepts(shape, ["A", "B"]);
    assert.deepEqual(read(shape, "a"), {
      value: "a",
      problems: [{ at: "at", value: "a", constraint: "Member must satisfy enum value set: [A, B]" }],
    });
    wrong(shape, [1, null], "a string");
  });

  it("are whole numbers, as text only in the query protocol", () => {
    const shape = integer({ min: 1, max: 3 });
    accepts(shape, [1, 3]);
    assert.deepEqual(read(shape, "2", "query"), { value: 2, problems: [] });
    assert.deepEqual(constraints(shape, 0), [["at", "Member must have value greater than or equal to 1"]]);
    assert.deepEqual(constraints(shape, "4", "query"), [["at", "Member must have value less than or equal to 3"]]);
    wrong(shape, ["2", 1.5, null, true, [1]], "an integer");
    wrong(shape, ["", "a", "1.5", [1]], "an integer", "query");
  });

  it("are true or false, as text only in the query protocol", () => {
    accepts(boolean(), [true, false]);
    assert.deepEqual(read(boolean(), "true", "query").value, true);
    assert.deepEqual(read(boolean(), "false", "query").value, false);
    wrong(boolean(), ["true", "false", 1, null], "a boolean");
    wrong(boolean(), ["True", "", "1"], "a boolean", "query");
  });

  it("are bytes, of which the length counts and problems do not show the value", () => {
    const shape = blob({ min: 1, max: 3 });
    assert.deepEqual(read(shape, "AAEC"), { value: Buffer.from([0, 1, 2]), problems: [] });
    assert.deepEqual(read(shape, "").problems, [
      { at: "at", value: "(bytes)", constraint: "Member must have length greater than or equal to 1" },
    ]);
    assert.deepEqual(constraints(shape, "AAECAw=="), [["at", "Member must have length less than or equal to 3"]]);
    wrong(shape, [1, null], "a string");
  });

  it("are lists, whose items are counted from 1", () => {
    const shape = list(string({ max: 1 }), { min: 1, max: 2 });
    accepts(shape, [["a"], ["a", "b"]]);
    assert.deepEqual(read(shape, []).problems, [
      { at: "at", value: [], constraint: "Member must have length greater than or equal to 1" },
    ]);
    assert.deepEqual(constraints(shape, ["a", "b", "cc"]), [
      ["at", "Member must have length less than or equal to 2"],
      ["at.3.member", "Member must have length less than or equal to 1"],
    ]);
    wrong(shape, ["", "a", {}, null], "a list");
    wrong(shape, ["a", {}], "a list", "query");
    assert.deepEqual(read(list(string()), "", "query").value, []);
  });

  it("are structures, in which null is missing and unknown members are ignored", () => {
    const shape = structure({ a: required(string({ max: 1 })), b: integer(), toString: string() });
    assert.deepEqual(read(shape, { a: "x", b: null, other: 1 }), { value: { a: "x" }, problems: [] });
    for (const missing of [{}, { a: null }, { a: undefined }])
      assert.deepEqual(read(shape, missing).problems, [
        { at: "at.a", value: null, constraint: "Member must not be null" },
      ]);
    assert.deepEqual(constraints(structure({ inner: shape }), { inner: { a: "xx" } }), [
      ["at.inner.a", "Member must have length less than or equal to 1"],
    ]);
    const reader: Reader = { wire: "json", problems: [] };
    shape.read({ a: "xx" }, "", reader);
    assert.equal(reader.problems[0]?.at, "a");
    wrong(shape, ["a", 1, null, ["a"]], "a structure");
    assert.throws(() => shape.read(1, "", reader), new WrongType("the request must be a structure"));
  });

  it("are maps, of which keys and values have shapes", () => {
    const shape = map(string({ max: 1 }), integer({ max: 9 }), { min: 1, max: 2 });
    accepts(shape, [{ a: 1 }, { a: 1, b: 9 }]);
    assert.deepEqual(read(shape, {}).problems, [
      { at: "at", value: {}, constraint: "Member must have length greater than or equal to 1" },
    ]);
    assert.deepEqual(constraints(shape, { aa: 1, b: 10, c: 3 }), [
      ["at", "Member must have length less than or equal to 2"],
      ["at.key", "Member must have length less than or equal to 1"],
      ["at.b.member", "Member must have value less than or equal to 9"],
    ]);
    wrong(shape, ["", "a", 1, null, ["a"]], "a map");
    wrong(shape, ["a", ["a"]], "a map", "query");
    assert.deepEqual(read(shape, "", "query"), { value: {}, problems: [] });
  });

  it("are times, which arrive as seconds", () => {
    assert.deepEqual(read(timestamp(), 1.5), { value: 1500, problems: [] });
    wrong(timestamp(), ["1", null, Number.NaN, Number.POSITIVE_INFINITY, {}], "a timestamp");
  });
});

describe("emulator: pages of lists", () => {
  const invalid = new AwsError("InvalidParameterException", "no");
  const all = ["a", "b", "c", "d"];

  it("follow each other by their tokens", () => {
    const first = page(all, 2, undefined, invalid);
    assert.deepEqual(first.items, ["a", "b"]);
    assert.ok(first.nextToken && first.nextToken !== "2");
    assert.deepEqual(page(all, 2, first.nextToken, invalid), { items: ["c", "d"], nextToken: undefined });
    assert.deepEqual(page(all, 1, first.nextToken, invalid).items, ["c"]);
    assert.deepEqual(page(all, 4, undefined, invalid), { items: all, nextToken: undefined });
    assert.deepEqual(page([], 1, undefined, invalid), { items: [], nextToken: undefined });
    assert.deepEqual(page(all.slice(0, 2), 2, first.nextToken, invalid).items, [], "the rest was deleted meanwhile");
  });

  it("refuse tokens that they did not give", () => {
    const token = (text: string) => Buffer.from(text).toString("base64url");
    for (const other of ["", "2", token("2"), token("position:5"), token("xposition:1"), token("position:1x")])
      assert.throws(() => page(all, 2, other, invalid), invalid);
    assert.throws(() => page(all, 2, token("position:1234567890"), invalid), invalid);
  });
});
