import assert from "node:assert/strict";
import models from "./aws.json";
import { matches } from "./check";
import { modelOf, shapeOf } from "./model";

describe("emulator: where AWS's model cannot be used as it is", () => {
  it("filters of scanning have a pattern that takes the same texts as the model's, and takes no time", () => {
    const name = "ScanningRepositoryFilterValue";
    const { pattern: theirs } = models.services.ecr.shapes[name];
    const { pattern: ours = "", max } = shapeOf(modelOf("ecr"), name);
    const texts = (length: number): string[] =>
      length === 0 ? [""] : texts(length - 1).flatMap((text) => [..."a*./A"].map((character) => text + character));
    for (const text of [0, 1, 2, 3, 4, 5].flatMap(texts))
      assert.equal(matches(ours, text), matches(theirs, text), text);
    assert.equal(matches(ours, `${"a".repeat((max ?? 0) - 1)}!`), false, "on which the model's pattern does not end");
  });
});
