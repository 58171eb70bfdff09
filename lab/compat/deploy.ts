// One cell of the compatibility table, run by the Node.js version under test: deploys a program with the given
// node_modules, and prints the versions that it ran on. `run.ts` starts it.
import assert from "node:assert/strict";
import { readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { startEngine } from "../../test/support/engine";

const PROGRAM = join(__dirname, "program");
const SCHEMA = join(__dirname, "../../component/pulumi-schema.json");

/** The names of all arguments of the component. */
function everyOption(): string[] {
  const { resources, types } = JSON.parse(readFileSync(SCHEMA, "utf8")) as {
    resources: Record<string, { inputProperties: object }>;
    types: Record<string, { properties?: object }>;
  };
  const maps = [
    ...Object.values(resources).map(({ inputProperties }) => inputProperties),
    ...Object.entries(types)
      .filter(([token]) => !token.endsWith(":CacheRule") && !token.endsWith(":RuleInfo"))
      .map(([, { properties = {} }]) => properties),
  ];
  return [...new Set(maps.flatMap(Object.keys))];
}

async function main(modules: string): Promise<void> {
  const text = readFileSync(join(PROGRAM, "index.js"), "utf8");
  const unused = everyOption().filter((name) => !new RegExp(`\\b${name}: `).test(text));
  assert.deepEqual(unused, [], "the program does not use these options");
  const engine = await startEngine({ asForUsers: true });
  try {
    const project = await engine.project({ name: "compat", directory: PROGRAM });
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
