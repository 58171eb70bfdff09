import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Registry, registryOf, sameAccount, sameRegistry } from "../../../../policy-pack/aws/account/registry";
import { unknown } from "../../../../policy-pack/kit/values";
import { oneOwner } from "../../../../policy-pack/policies/one-owner";
import { rulePrefixScanned } from "../../../../policy-pack/policies/rule-prefix-scanned";
import { later, messages, passes, rule, run, scanning } from "../../support";

const variables = ["HOME", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_CONFIG_FILE"];
const rules = [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filter: "*" }] }];
const elsewhere = { scanningElsewhere: { "eu-west-3": { rules } } };

describe("the Region of a resource", () => {
  const original = Object.fromEntries(variables.map((name) => [name, process.env[name]]));
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "profiles-"));
  });
  after(() => rmSync(folder, { recursive: true }));
  beforeEach(() => {
    for (const name of variables) delete process.env[name];
    process.env.AWS_CONFIG_FILE = path.join(folder, "none");
  });
  afterEach(() => {
    for (const [name, value] of Object.entries(original)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  const config = (name: string, text: string) => {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return file;
  };
  /** Whether a rule of such a provider counts as in the Region of `elsewhere`. */
  const isThere = async (props: object = {}) => {
    const outcome = await run(
      rulePrefixScanned,
      [rule("r", {}, { provider: { name: "p", props: { ...props } } })],
      elsewhere,
    );
    if (outcome.notes.length > 0) return undefined;
    return outcome.violations.length === 0;
  };

  it("is the provider's, then that of the environment, then that of the profile", async () => {
    process.env.AWS_CONFIG_FILE = config("order", "[default]\nregion = eu-west-1\n");
    assert.equal(await isThere(), false);
    process.env.AWS_DEFAULT_REGION = "eu-west-3";
    assert.equal(await isThere(), true);
    process.env.AWS_REGION = "us-east-1";
    assert.equal(await isThere(), false);
    assert.equal(await isThere({ region: "eu-west-3" }), true);
  });

  it("is the Region of the profile that the provider or the environment names", async () => {
    process.env.AWS_CONFIG_FILE = config(
      "profiles",
      "# region = us-east-2\n[default]\nregion=us-east-1\n[profile shop]\r\noutput = json\r\nregion = eu-west-3\r\n[ profile other ]\n  role_arn = x\n",
    );
    assert.equal(await isThere(), false);
    assert.equal(await isThere({ profile: "shop" }), true);
    assert.equal(await isThere({ profile: "other" }), undefined);
    process.env.AWS_PROFILE = "shop";
    assert.equal(await isThere(), true);
    assert.equal(await isThere({ profile: "default" }), false);
  });

  it("is read from a file as AWS writes it: without comments and the Regions of other settings", async () => {
    process.env.AWS_CONFIG_FILE = config(
      "other-settings",
      "[default]\n# [profile shop]\nregion = eu-west-3\nsso_region = us-east-1\n",
    );
    assert.equal(await isThere(), true);
    assert.equal(await isThere({ profile: "shop" }), undefined);
  });

  it("is in the file of the home folder if no setting names another", async () => {
    delete process.env.AWS_CONFIG_FILE;
    process.env.HOME = folder;
    for (const place of [".aws", "a~"]) {
      mkdirSync(path.join(folder, place));
      config(`${place}/config`, "[default]\nregion = eu-west-3\n");
    }
    assert.equal(await isThere(), true);
    process.env.AWS_CONFIG_FILE = config("elsewhere", "[default]\nregion = us-east-1\n");
    assert.equal(await isThere({ sharedConfigFiles: "[]" }), false);
    assert.equal(await isThere({ sharedConfigFiles: JSON.stringify(["~/.aws/config"]) }), true);
    assert.equal(await isThere({ sharedConfigFiles: JSON.stringify([path.join(folder, "a~/config")]) }), true);
  });

  it("is unknown if the profile or one of the files is", async () => {
    const file = config("known", "[default]\nregion = eu-west-3\n");
    process.env.AWS_CONFIG_FILE = file;
    assert.equal(await isThere({ profile: later }), undefined);
    assert.equal(await isThere({ sharedConfigFiles: later }), undefined);
    assert.equal(await isThere({ sharedConfigFiles: [file, later] }), undefined);
  });

  it("is the Region in the provider's own files, of which the last wins", async () => {
    const files = [config("a", "[default]\nregion = us-east-1\n"), config("b", "[default]\nregion = eu-west-3\n")];
    assert.equal(await isThere({ sharedConfigFiles: JSON.stringify(files) }), true);
    assert.equal(await isThere({ sharedConfigFiles: JSON.stringify([...files].reverse()) }), false);
  });

  it("may be in another account if the provider has its own way to log in", () => {
    const of = (name: string, props: object) =>
      registryOf(rule("r", {}, { provider: { name, props: { region: "eu-west-3", ...props } } }));
    for (const setting of [
      "accessKey",
      "assumeRoles",
      "assumeRole",
      "assumeRoleWithWebIdentity",
      "endpoints",
      "profile",
      "sharedConfigFiles",
      "sharedCredentialsFiles",
    ]) {
      const [one, other, same] = [
        of("a", { [setting]: "x" }),
        of("b", { [setting]: "y" }),
        of("c", { [setting]: "x" }),
      ];
      assert.equal(sameRegistry(one, other), unknown, setting);
      assert.equal(sameRegistry(one, same), true, setting);
      assert.equal(sameRegistry(of("d", { [setting]: later }), of("e", {})), unknown, setting);
      assert.equal(sameAccount(one, of("a", { [setting]: "y" })), true, "it is the same provider");
    }
    assert.equal(sameRegistry(of("a", {}), of("b", { region: "us-east-1" })), false);
  });

  it("is compared with another's only as far as both are known", () => {
    const at = (region: Registry["region"], provider = "p", account: Registry["account"] = "1"): Registry => ({
      provider,
      credentials: unknown,
      account,
      region,
    });
    type Answer = ReturnType<typeof sameRegistry>;
    const cases: readonly (readonly [Registry["region"], Registry["region"], Answer, Answer])[] = [
      ["eu-west-3", "eu-west-3", true, true],
      ["eu-west-3", "us-east-1", false, false],
      ["eu-west-3", unknown, unknown, unknown],
      ["eu-west-3", undefined, unknown, unknown],
      [unknown, unknown, unknown, unknown],
      [unknown, undefined, unknown, unknown],
      [undefined, undefined, unknown, true],
    ];
    for (const [one, other, same, sameProvider] of cases) {
      for (const [a, b] of [
        [one, other],
        [other, one],
      ] as const) {
        const what = `${String(a)} and ${String(b)}`;
        assert.equal(sameRegistry(at(a), at(b, "q")), same, what);
        assert.equal(sameRegistry(at(a), at(b)), sameProvider, what);
        assert.equal(sameRegistry(at(a), at(b, "q", "2")), false, `${what} in two accounts`);
        assert.equal(
          sameRegistry(at(a), { ...at(b, "q"), account: undefined }),
          same === false ? false : unknown,
          what,
        );
        assert.equal(sameRegistry(at(a, "p", unknown), at(b, "q")), same === false ? false : unknown, what);
      }
    }
  });

  it("is unknown if nothing names it, but the same for the same provider", async () => {
    assert.equal(await isThere(), undefined);
    const provider = { name: "p", props: {} };
    assert.deepEqual(
      await run(rulePrefixScanned, [rule("r", {}, { provider }), scanning("s", {}, { provider })]),
      passes,
    );
  });

  it("gives the first preview the same verdict as later ones, which know the Region from the deployment", async () => {
    process.env.AWS_CONFIG_FILE = config("later", "[default]\nregion = eu-west-3\n");
    const provider = { name: "p", props: {} };
    const deployed = scanning("a", { region: "eu-west-3" }, { provider });
    const fresh = scanning("b", {}, { provider });
    assert.match((await messages(oneOwner, [deployed, fresh])).join(), /It overwrites a/);
  });
});

describe("the account of a resource", () => {
  const arn = (account: string) => `arn:aws:iam::${account}:role/deployer`;
  const accountOf = (props: object, provider: object = {}) =>
    registryOf(rule("r", { ...props }, { provider: { name: "p", props: { region: "eu-west-3", ...provider } } }))
      .account;
  const [one, other] = ["111122223333", "444455556666"] as const;

  it("is its own, then the only one that its provider allows, then that of the last role", () => {
    for (const [props, provider, account] of [
      [{ registryId: one, arn: arn(other) }, { allowedAccountIds: [other] }, one],
      [{ registryId: later, arn: arn(one) }, { allowedAccountIds: [other] }, one],
      [{ registryId: later }, { allowedAccountIds: [one] }, one],
      [{}, { allowedAccountIds: [one], assumeRoles: [{ roleArn: arn(other) }] }, one],
      [{}, { allowedAccountIds: [one, other] }, undefined],
      [{}, { allowedAccountIds: [one, other], assumeRoles: [{ roleArn: arn(other) }] }, other],
      [{}, { allowedAccountIds: [later] }, undefined],
      [{}, { assumeRoles: [{ roleArn: later }] }, undefined],
      [{}, { assumeRoles: [{ roleArn: `x${arn(one)}` }] }, undefined],
      [{}, { assumeRole: { roleArn: arn(one) }, assumeRoles: [{ roleArn: arn(other) }] }, other],
      [{}, { assumeRoleWithWebIdentity: { roleArn: arn(other) }, assumeRole: { roleArn: arn(one) } }, one],
      [{ registryId: later }, {}, unknown],
      [{ arn: later }, {}, unknown],
      [{}, {}, undefined],
    ] as const) {
      assert.equal(accountOf(props, provider), account, JSON.stringify([props, provider]));
    }
  });
});
