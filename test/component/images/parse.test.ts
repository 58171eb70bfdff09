import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import {
  formatImageReference,
  ImageReferenceError,
  type ImageReferenceErrorCode,
  parseImageReference,
  tryParseImageReference,
} from "../../../component/images";

type Answer = { domain: string; path: string; tag?: string; digest?: string } | null;

/** Inputs of the Go library's own tests, with the answers of its ParseNormalizedNamed. */
const KNOWN = JSON.parse(readFileSync(join(__dirname, "known.json"), "utf8")) as [string, Answer][];

describe("image references", () => {
  describe("as the distribution library reads them", () => {
    it("has the library's cases", () => {
      assert.ok(KNOWN.filter(([, answer]) => answer !== null).length > 200);
      assert.ok(KNOWN.filter(([, answer]) => answer === null).length > 90);
    });
    for (const [reference, answer] of KNOWN) {
      it(`${answer === null ? "refuses" : "reads"} ${JSON.stringify(reference.slice(0, 80))}`, () => {
        const result = tryParseImageReference(reference);
        if (answer === null) return assert.equal(result.ok, false);
        const value = { tag: undefined, digest: undefined, ...answer };
        assert.deepEqual(result, { ok: true, value });
        assert.deepEqual(parseImageReference(formatImageReference(value)), value, "as it is written in full");
      });
    }
  });

  it("knows the separators of a path's parts", () => {
    for (const part of ["a.b", "a_b", "a__b", "a-b", "a----b"]) parseImageReference(part);
    for (const part of ["a..b", "a___b", "a_-b", "a.-b", "a-_b", "-a", "a-", "_a", "a__"]) {
      assert.throws(() => parseImageReference(part), { code: "path" }, part);
    }
  });

  it("accepts only a colon before a port", () => {
    for (const reference of ["example.com_80/app", "example.com__80/app"]) {
      const { domain, path } = parseImageReference(reference);
      assert.deepEqual([domain, path], ["", reference], "as the distribution library, which takes it for a path");
    }
  });

  describe("limits", () => {
    for (const [what, fits, exceeds] of [
      ["255 characters of path", `a.io/${"a".repeat(255)}`, `a.io/${"a".repeat(256)}`],
      ["library/ counts", "a".repeat(247), "a".repeat(248)],
      ["128 characters of tag", `a:${"b".repeat(128)}`, `a:${"b".repeat(129)}`],
      ["64 digits of sha256", `a@sha256:${"0".repeat(64)}`, `a@sha256:${"0".repeat(65)}`],
      ["96 digits of sha384", `a@sha384:${"0".repeat(96)}`, `a@sha384:${"0".repeat(95)}`],
      ["128 digits of sha512", `a@sha512:${"0".repeat(128)}`, `a@sha512:${"0".repeat(64)}`],
    ] as const) {
      it(what, () => {
        assert.equal(tryParseImageReference(fits).ok, true);
        assert.equal(tryParseImageReference(exceeds).ok, false);
      });
    }
  });

  describe("errors", () => {
    for (const [reference, code, position, reason] of [
      ["", "empty", 0, /empty/],
      ["a".repeat(64), "identifier", 0, /identifier/],
      ["https://ghcr.io/a", "domain", 5, /URL, leave out the scheme/],
      ["host.:80/app", "domain", 5, /":"/],
      ["[fe80::~1]/app", "domain", 7, /"~"/],
      ["[]/app", "domain", 1, /"\]"/],
      ["[::1/app", "domain", 4, /"\/"/],
      ["a..b/app", "domain", 2, /"\."/],
      ["/app", "path", 0, /"\/"/],
      ["ghcr.io/Org/app", "uppercase", 8, /"O".*lower case/],
      ["org/app-/x", "path", 8, /"\/"/],
      ["org/", "path", 4, /ends too early/],
      ["a\0b", "path", 1, /\\u0000/],
      ["café", "path", 3, /"é"/],
      ["app:", "tag", 4, /ends too early/],
      ["app:1:2", "tag", 5, /":"/],
      ["app:1.0\n", "tag", 7, /\\n/],
      [`app:${"x".repeat(129)}`, "tag-length", 4, /129 characters, at most 128/],
      [`${"a/".repeat(127)}aa`, "path-length", 0, /256 characters, at most 255/],
      ["app@sha256", "digest", 4, /algorithm:digits/],
      [`app@sha1:${"0".repeat(40)}`, "digest-algorithm", 4, /sha256, sha384 or sha512/],
      [`app@sha256:${"0".repeat(63)}`, "digest-length", 11, /63 digits, sha256 has 64/],
      [`app@sha256:${"0".repeat(63)}F`, "digest", 74, /"F"/],
    ] as [string, ImageReferenceErrorCode, number, RegExp][]) {
      it(`${code} of ${JSON.stringify(reference.slice(0, 40))}`, () => {
        const result = tryParseImageReference(reference);
        assert.ok(!result.ok);
        assert.ok(result.error instanceof ImageReferenceError);
        assert.equal(result.error.name, "ImageReferenceError");
        assert.equal(result.error.code, code);
        assert.equal(result.error.position, position);
        assert.match(result.error.reason, reason);
        assert.match(result.error.message, reason);
        assert.throws(() => parseImageReference(reference), { ...result.error });
      });
    }

    it("says what it got instead of a string", () => {
      const output = {} as unknown as string;
      assert.throws(() => parseImageReference(output), { code: "not-a-string", reason: /not object/ });
      assert.throws(() => parseImageReference(null as unknown as string), { code: "not-a-string", reason: /not null/ });
    });

    it("shows at most 120 characters of the reference", () => {
      const result = tryParseImageReference(`${"a".repeat(100_000)}!`);
      assert.ok(!result.ok);
      assert.equal(result.error.reference, `${"a".repeat(120)}…`);
      assert.equal(result.error.position, 100_000);
      assert.ok(result.error.message.length < 300);
    });
  });

  it("reads 100 kB of anything in linear time", () => {
    const size = 100_000;
    for (const piece of "a a- a_ a/ a. A A. - _ . / : @ [ [: 0 a: a@".split(" ")) {
      for (const end of ["", "!", "/", "/!", ":", "@", "@sha256:", ":0/a", "\0", "\ud800"]) {
        for (const start of ["", "a.b/", "[::1]/", "a:", "a@sha256:"]) {
          const result = tryParseImageReference(start + piece.repeat(size / piece.length) + end);
          // A host may have any length. Everything else has a limit.
          assert.equal(result.ok, end === ":0/a" && /^[aA0]$/.test(piece) && start === "", start + piece + end);
        }
      }
    }
  });

  it("never throws anything but an ImageReferenceError", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        const result = tryParseImageReference(text);
        assert.ok(result.ok || (result.error.position >= 0 && result.error.position <= text.length));
      }),
    );
  });
});
