import assert from "node:assert/strict";
import { unknownCheckingProxy } from "@pulumi/policy";
import { notKnown, read, unknown } from "../../../policy-pack/kit/values";
import { later } from "../support";

describe("the values of a resource", () => {
  it("are read part by part, so that what is known stays usable beside what is not", () => {
    const source = unknownCheckingProxy({ a: { b: [1, later, { c: true, d: later }] }, e: later });
    assert.deepEqual(read(source, "a"), { b: [1, unknown, { c: true, d: unknown }] });
    assert.equal(read(source, "e"), unknown);
    assert.equal(read(source, "f"), undefined);
    assert.equal(read({ a: read(source, "e") }, "a"), unknown, "also if it was read before");
    assert.equal(read(notKnown, "anything"), unknown);
  });

  it("are plain data: anything else does not count", () => {
    const none = [undefined, undefined];
    assert.deepEqual(read({ a: [() => 1, Symbol("b"), null, 0, false, ""] }, "a"), [...none, null, 0, false, ""]);
  });

  it("are unknown below 32 levels", () => {
    const nested = (levels: number): unknown =>
      levels === 0 ? "x" : levels % 2 ? [nested(levels - 1)] : { a: nested(levels - 1) };
    const inmost = (levels: number) =>
      JSON.stringify(read({ a: nested(levels) }, "a"), (_key, value) => (value === unknown ? "unknown" : value)).match(
        /\w{2,}|x/,
      )?.[0];
    assert.equal(inmost(32), "x");
    assert.equal(inmost(33), "unknown");
  });

  it("keep errors that say something else", () => {
    const broken = {
      get a() {
        throw new Error("broken");
      },
    };
    assert.throws(() => read(broken, "a"), /broken/);
  });
});
