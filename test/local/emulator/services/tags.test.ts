import assert from "node:assert/strict";
import { AwsError } from "../../../../local/emulator/errors";
import { type Tag, tagsFrom, tagsView } from "../../../../local/emulator/services/tags";

const invalid = (message: string) => new AwsError("Invalid", message);
const tooMany = (message: string) => new AwsError("TooMany", message);
const many = (count: number): Tag[] => Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: "" }));

/** Source: AWS General Reference, "Tag naming limits and requirements". */
describe("emulator: tags of a call", () => {
  const existing = new Map([["team", "a"], ["cost", "b"]]); // biome-ignore format: short
  const view = (given: Tag[] | undefined) => tagsView(tagsFrom(given, invalid, existing, tooMany));

  it("are added to existing ones, or change them, and leave the given map alone", () => {
    const [team, cost] = [{ Key: "team", Value: "a" }, { Key: "cost", Value: "b" }]; // biome-ignore format: short
    assert.deepEqual(view(undefined), [team, cost]);
    assert.deepEqual(view([]), [team, cost]);
    assert.deepEqual(view([{ Key: "team", Value: "c" }, { Key: "new" }]), [
      { Key: "team", Value: "c" },
      cost,
      { Key: "new", Value: "" },
    ]);
    assert.equal(existing.get("team"), "a");
    assert.deepEqual(tagsView(tagsFrom([team], invalid)), [team]);
  });

  it("may have the characters that AWS takes, in every language", () => {
    const odd = { Key: "Größe 大小 1_.:/=+-@", Value: "é ٣ _.:/=+-@" };
    assert.deepEqual(view([odd]).at(-1), odd);
    assert.deepEqual(view([{ Key: "my-aws:x", Value: "aws:x" }]).at(-1), { Key: "my-aws:x", Value: "aws:x" });
  });

  const refused: [string, Tag[], RegExp][] = [
    ["one key twice", [{ Key: "a" }, { Key: "a", Value: "b" }], /unique/],
    ["no key", [{ Value: "a" }], /needs a key/],
    ["a reserved key", [{ Key: "aws:x" }], /reserved/],
    ["a reserved key in capitals", [{ Key: "AWS:x" }], /reserved/],
    ["a key with a comma", [{ Key: "a,b" }], /character/],
    ["a value with a semicolon", [{ Key: "a", Value: "a;b" }], /character/],
    ["a value that ends in an exclamation mark", [{ Key: "a", Value: "a!" }], /character/],
  ];
  for (const [what, given, message] of refused) {
    it(`are refused with ${what}`, () => assert.throws(() => view(given), { name: "Invalid", message }));
  }

  it("are at most 50 with the existing ones", () => {
    assert.equal(view(many(48)).length, 50);
    assert.throws(() => view(many(49)), { name: "TooMany", message: /at most 50/ });
    assert.throws(() => tagsFrom(many(51), invalid), { name: "Invalid", message: /at most 50/ });
  });
});
