import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");
const manifest = (file: string) => JSON.parse(readFileSync(join(ROOT, file), "utf8"));

describe("the lowest @pulumi/aws that the component accepts", () => {
  it("is the one that it is compiled with here", () => {
    const { version } = manifest("node_modules/pulumi-aws-lowest/package.json");
    assert.equal(manifest("component/package.json").peerDependencies["@pulumi/aws"], `^${version}`);
  });

  // A provider drops arguments that it does not know, without a word.
  it("has every argument that the component sends", () => {
    const compiler = join(ROOT, "node_modules/typescript-native/bin/tsc");
    const project = join(__dirname, "lowest-aws.tsconfig.json");
    execFileSync(process.execPath, [compiler, "-p", project], { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] });
  });
});
