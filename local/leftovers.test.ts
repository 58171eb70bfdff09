import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeLeftovers } from "../test/support/leftovers";

describe("folders that tests leave", () => {
  it("are removed only after the process that made them has ended", async () => {
    const directory = mkdtempSync(join(tmpdir(), "leftovers-"));
    const { pid: gone } = spawnSync(process.execPath, ["-e", ""]);
    const kept = [`engine-test-${process.pid}-a`, `somebody-${gone}-a`, "engine-test-notes"];
    for (const name of [...kept, `engine-test-${gone}-a`, `local-aws-${gone}-b`]) mkdirSync(join(directory, name));
    await removeLeftovers(directory);
    assert.deepEqual(readdirSync(directory).sort(), kept.sort());
    rmSync(directory, { recursive: true });
  });
});
