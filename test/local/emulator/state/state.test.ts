import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCloud } from "../../../../local/emulator/cloud";
import { sha256 } from "../../../../local/emulator/state/blobs";
import { Store } from "../../../../local/emulator/state/store";

const ACCOUNT = "111122223333";

describe("emulator: its clock, keys and organizations", () => {
  it("are kept in its directory, and new without one", () => {
    const stateDirectory = mkdtempSync(join(tmpdir(), "state-test-"));
    const organizations = { "o-one": ["444455556666"], "o-two": ["777788889999", ACCOUNT] };
    const first = openCloud({ stateDirectory, organizations });
    const file = join(stateDirectory, "emulator.json");
    assert.deepEqual(readdirSync(stateDirectory), ["emulator.json"]);
    assert.equal(first.cloud.tokenKey.length, 32);
    const tokenKey = first.cloud.tokenKey.toString("base64");
    assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), { tokenKey, clockOffset: 0 });
    first.cloud.clock.advance(5000);
    first.saveClock();
    const again = openCloud({ stateDirectory }).cloud;
    assert.deepEqual([again.tokenKey, again.clock.offsetMilliseconds], [first.cloud.tokenKey, 5000]);
    assert.ok(Math.abs(again.clock.now() - Date.now() - 5000) < 1000);
    assert.deepEqual(
      ["444455556666", ACCOUNT, "000000000000"].map((account) => first.cloud.organizationOf(account)),
      ["o-one", "o-two", undefined],
    );
    assert.equal(again.organizationOf(ACCOUNT), undefined);
    const [one, two] = [openCloud({}), openCloud({})];
    assert.notDeepEqual(one.cloud.tokenKey, two.cloud.tokenKey);
    one.saveClock();
    assert.equal(one.cloud.clock.offsetMilliseconds, 0);
    rmSync(stateDirectory, { recursive: true });
  });
});

describe("emulator: its state", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "state-test-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const files = () =>
    readdirSync(directory, { recursive: true, encoding: "utf8" })
      .filter((file) => statSync(join(directory, file)).isFile())
      .sort();
  const layer = Buffer.from("a layer");
  const digest = sha256(layer);

  function filled(store: Store): Store {
    store.region(ACCOUNT, "eu-west-1").secrets.set("hub", { name: "hub" } as never);
    store.global(ACCOUNT).roles.set("puller", { name: "puller" } as never);
    store.region("444455556666", "us-east-1");
    store.saveRegion(ACCOUNT, "eu-west-1");
    store.saveGlobal(ACCOUNT);
    store.blobs.put(digest, layer);
    return store;
  }

  it("is kept in its directory, for the user only, and is the same in the next run", () => {
    const here = readdirSync(".");
    filled(new Store(directory));
    assert.deepEqual(files(), [
      `accounts/${ACCOUNT}.eu-west-1.json`,
      `accounts/${ACCOUNT}.global.json`,
      `blobs/${digest.replace(":", "-")}`,
    ]);
    for (const file of files()) assert.equal(statSync(join(directory, file)).mode & 0o777, 0o600, file);
    assert.deepEqual(readdirSync("."), here, "nothing is written elsewhere");
    const again = new Store(directory);
    assert.deepEqual([...again.region(ACCOUNT, "eu-west-1").secrets], [["hub", { name: "hub" }]]);
    assert.deepEqual([...again.global(ACCOUNT).roles], [["puller", { name: "puller" }]]);
    assert.deepEqual([again.blobs.has(digest), again.blobs.get(digest)], [true, layer]);
    assert.deepEqual([again.blobs.has(sha256("")), again.blobs.get(sha256(""))], [false, undefined]);
  });

  it("lists accounts and their Regions. In memory, it writes no files", () => {
    const store = filled(new Store());
    assert.deepEqual(store.accounts(), [ACCOUNT, "444455556666"]);
    assert.deepEqual(store.regionsOf(ACCOUNT), ["eu-west-1"]);
    assert.deepEqual(store.regionsOf("777788889999"), []);
    assert.deepEqual(store.blobs.get(digest), layer);
    assert.deepEqual(files(), []);
  });

  it("can be from an earlier version with fewer services, and ignores other files", () => {
    filled(new Store(directory));
    const file = join(directory, `accounts/${ACCOUNT}.eu-west-1.json`);
    const { secrets } = JSON.parse(readFileSync(file, "utf8"));
    writeFileSync(file, JSON.stringify({ secrets }));
    writeFileSync(join(directory, "accounts/notes.txt"), "mine");
    const region = new Store(directory).region(ACCOUNT, "eu-west-1");
    assert.deepEqual([...region.secrets.keys()], ["hub"]);
    assert.deepEqual([...region.repositories], []);
  });

  it("is removed by a reset, from the disk too", () => {
    const store = filled(new Store(directory));
    store.reset();
    assert.deepEqual([store.accounts(), store.blobs.has(digest), files()], [[], false, []]);
    assert.ok(existsSync(directory));
    assert.deepEqual(filled(store).accounts(), [ACCOUNT, "444455556666"]);
    assert.equal(files().length, 3);
  });

  it("does not write a layer twice", () => {
    const { blobs } = filled(new Store(directory));
    const file = join(directory, "blobs", digest.replace(":", "-"));
    writeFileSync(file, "as it was");
    blobs.put(digest, layer);
    assert.equal(readFileSync(file, "utf8"), "as it was");
  });
});
