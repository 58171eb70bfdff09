import assert from "node:assert/strict";
import { inspect } from "node:util";
import { InvalidInputError, refuse, toProblems, UserError } from "../../../component/problems/error";

const problem = (index: number) => ({ propertyPath: `tags.t${index}`, reason: "is wrong" });

describe("an error for the user", () => {
  it("lists each problem with its place and path, and 100 of them at most", () => {
    const message = (count: number) =>
      new InvalidInputError(
        "The file",
        Array.from({ length: count }, (_, index) => problem(index)),
      ).message.split("\n");
    assert.deepEqual(message(1), ["The file: 1 problem in the input.", "  - tags.t0: is wrong"]);
    assert.deepEqual(message(2), [
      "The file: 2 problems in the input.",
      "  - tags.t0: is wrong",
      "  - tags.t1: is wrong",
    ]);
    assert.deepEqual(message(100).slice(-1), ["  - tags.t99: is wrong"]);
    assert.deepEqual(message(102).slice(-2), ["  - tags.t99: is wrong", "  - and 2 more"]);
    const errors = [
      { propertyPath: "", reason: "is empty", place: "a.yaml:1:2" },
      { ...problem(7), place: "a.yaml:3:4" },
    ];
    const error = new InvalidInputError("The file", errors);
    assert.match(error.message, /\n {2}- a\.yaml:1:2: is empty\n {2}- a\.yaml:3:4: tags\.t7: is wrong$/);
    assert.deepEqual([error.name, error.errors], ["InvalidInputError", errors]);
  });

  it("has the paths and places of issues", () => {
    const issues = [
      { path: ["registries", "a.b", "repositories", 0], message: "is wrong" },
      { path: [], message: "is empty" },
    ];
    assert.deepEqual(
      toProblems(issues, (path) => (path.length > 0 ? "a.yaml:1:2" : undefined)),
      [
        { propertyPath: 'registries["a.b"].repositories[0]', reason: "is wrong", place: "a.yaml:1:2" },
        { propertyPath: "", reason: "is empty", place: undefined },
      ],
    );
    assert.throws(() => refuse(...issues), {
      name: "InvalidInputError",
      message:
        'PullThroughCache: 2 problems in the input.\n  - registries["a.b"].repositories[0]: is wrong\n  - is empty',
    });
  });

  it("is inspected as its message and stack, whatever has been attached to it", () => {
    for (const error of [
      new UserError("wrong Region"),
      new InvalidInputError("PullThroughCache", [{ propertyPath: "regions", reason: "is empty" }]),
    ]) {
      assert.equal(inspect(Object.assign(error, { promise: Promise.resolve({ program: "graph" }) })), error.stack);
    }
  });
});
