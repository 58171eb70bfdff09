import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { checkSum } from "./download";

describe("the download of a Pulumi CLI", () => {
  it("has the checksum that Pulumi's release lists for its file", () => {
    const content = Buffer.from("archive");
    const right = createHash("sha256").update(content).digest("hex");
    const other = "0".repeat(64);
    checkSum(content, "a.tar.gz", `${other}  b.tar.gz\n${right}  a.tar.gz\n`);
    for (const list of ["", `${right}  xa.tar.gz\n`, `${other}  a.tar.gz\n`, `${right}  b.tar.gz\n`]) {
      assert.throws(() => checkSum(content, "a.tar.gz", list), /a\.tar\.gz has another checksum/, list);
    }
  });
});
