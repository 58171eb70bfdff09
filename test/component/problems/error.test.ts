import assert from "node:assert/strict";
import { inspect } from "node:util";
import { InvalidInputError, UserError } from "../../../component/problems/error";

describe("an error for the user", () => {
  it("is inspected as its message and stack, whatever has been attached to it", () => {
    for (const error of [
      new UserError("wrong Region"),
      new InvalidInputError("PullThroughCache", [{ propertyPath: "regions", reason: "is empty" }]),
    ]) {
      assert.equal(inspect(Object.assign(error, { promise: Promise.resolve({ program: "graph" }) })), error.stack);
    }
  });
});
