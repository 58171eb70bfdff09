// One cell of the compatibility table, run by the Node.js version under test: deploys a program with the given
// node_modules, and prints the versions that it ran on. `run.ts` starts it.
import assert from "node:assert/strict";
import { rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { startEngine } from "../../test/support/engine";

const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const { PullThroughCache } = require("pulumi-pull-through-cache");
const cache = new PullThroughCache("cache", {
  registries: {
    ghcr: {
      resourceTags: { team: "platform" },
      tagMutability: "IMMUTABLE_WITH_EXCLUSION",
      tagMutabilityExclusionFilters: ["latest"],
      encryption: { type: "KMS" },
      tokenExpires: "2199-01-31",
      secret: { readers: ["arn:aws:iam::111122223333:root"] },
    },
    quay: { lifecycle: { archiveUnpulledAfterDays: 30, deleteArchivedAfterDays: 90 } },
    base: { registry: "444455556666.dkr.ecr.eu-west-1.amazonaws.com", upstreamPrefix: "base" },
  },
  defaults: { access: { accounts: ["444455556666"] } },
  credentials: { ghcr: { username: "someone", accessToken: pulumi.secret("token") } },
  tags: { owner: "platform" },
  scanning: {},
  registryPolicy: {},
  alerts: { emails: ["someone@example.com"] },
  rewriteImages: {},
});
exports.image = cache.image("quay.io/prometheus/prometheus:v3");
exports.node = process.version;
exports.pulumi = require("@pulumi/pulumi/package.json").version;
exports.aws = require("@pulumi/aws/package.json").version;
`;

async function main(modules: string): Promise<void> {
  const engine = await startEngine({ asForUsers: true });
  try {
    const project = await engine.project({ name: "compat", program: PROGRAM });
    rmSync(join(project.directory, "node_modules"));
    symlinkSync(modules, join(project.directory, "node_modules"));
    const preview = await project.preview();
    assert.ok(preview.changes.create > 0);
    assert.equal((await project.up()).changes.update, 0);
    const { image, ...versions } = await project.outputs();
    assert.equal(image, "111122223333.dkr.ecr.us-east-1.amazonaws.com/quay/prometheus/prometheus:v3");
    const { create, update, replace, delete: deleted } = (await project.up()).changes;
    assert.deepEqual({ create, update, replace, deleted }, { create: 0, update: 0, replace: 0, deleted: 0 });
    assert.equal((await project.destroy()).changes.update, 0);
    console.log(JSON.stringify(versions));
  } finally {
    await engine.stop();
  }
}

main(process.argv[2] ?? "").catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
