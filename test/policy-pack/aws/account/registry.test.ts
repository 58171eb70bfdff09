import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Registry, registryOf, sameAccount, sameRegistry } from "../../../../policy-pack/aws/account/registry";
import { unknown } from "../../../../policy-pack/kit/values";
import { oneOwner } from "../../../../policy-pack/policies/one-owner";
import { rulePrefixScanned } from "../../../../policy-pack/policies/rule-prefix-scanned";
import { later, messages, passes, rule, run, scanning, withEnvironment } from "../../support";

const rules = [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filter: "*" }] }];
const elsewhere = { scanningElsewhere: { "eu-west-3": { rules } } };

describe("the Region of a resource", () => {
  let folder: string;
  /** The paths of files with profiles, by their names. */
  let files: Readonly<Record<keyof typeof profiles, string>>;
  const profiles = {
    "a~": "[default]\nregion = eu-west-3\n",
    elsewhere: "[default]\nregion = us-east-1\n",
    commented: "[default]\n# [profile shop]\nregion = eu-west-3\nsso_region = us-east-1\n",
    three:
      "# region = us-east-2\n[default]\nregion=us-east-1\n[profile shop]\r\noutput = json\r\nregion = eu-west-3\r\n[ profile other ]\n  role_arn = x\n",
    ".aws/config": "[default]\nregion = eu-west-3\n",
  };
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "profiles-"));
    mkdirSync(path.join(folder, ".aws"));
    const written = Object.entries(profiles).map(([name, text]) => {
      writeFileSync(path.join(folder, name), text);
      return [name, path.join(folder, name)];
    });
    files = Object.fromEntries(written);
  });
  after(() => rmSync(folder, { recursive: true }));

  /** Whether a rule of such a provider counts as in the Region of `elsewhere`. */
  const isThere = async (props: object = {}) => {
    const provider = { name: "p", props: { ...props } };
    const { violations, notes } = await run(rulePrefixScanned, [rule("r", {}, { provider })], elsewhere);
    return notes.length > 0 ? undefined : violations.length === 0;
  };
  type Answer = boolean | undefined;
  type Row = readonly [Answer, environment: Parameters<typeof withEnvironment>[0], provider?: object];
  const answers = async (rows: readonly Row[]) => {
    for (const [answer, environment, props] of rows) {
      await withEnvironment({ AWS_CONFIG_FILE: path.join(folder, "none"), ...environment }, async () =>
        assert.equal(await isThere(props), answer, JSON.stringify([environment, props])),
      );
    }
  };

  it("is the provider's, then that of the environment, then that of the profile", async () => {
    const AWS_CONFIG_FILE = files.elsewhere;
    const AWS_DEFAULT_REGION = "eu-west-3";
    await answers([
      [false, { AWS_CONFIG_FILE }],
      [true, { AWS_CONFIG_FILE, AWS_DEFAULT_REGION }],
      [false, { AWS_CONFIG_FILE, AWS_DEFAULT_REGION, AWS_REGION: "us-east-1" }],
      [true, { AWS_CONFIG_FILE, AWS_REGION: "us-east-1" }, { region: "eu-west-3" }],
    ]);
  });

  it("is the Region of the profile that the provider or the environment names", async () => {
    const AWS_CONFIG_FILE = files.three;
    await answers([
      [false, { AWS_CONFIG_FILE }],
      [true, { AWS_CONFIG_FILE }, { profile: "shop" }],
      [undefined, { AWS_CONFIG_FILE }, { profile: "other" }],
      [undefined, { AWS_CONFIG_FILE }, { profile: later }],
      [true, { AWS_CONFIG_FILE, AWS_PROFILE: "shop" }],
      [false, { AWS_CONFIG_FILE, AWS_PROFILE: "shop" }, { profile: "default" }],
      // Without comments and the Regions of other settings.
      [true, { AWS_CONFIG_FILE: files.commented }],
      [undefined, { AWS_CONFIG_FILE: files.commented }, { profile: "shop" }],
    ]);
  });

  it("is in the provider's own files, of which the last wins, or else in that of the home folder", async () => {
    const HOME = folder;
    const AWS_CONFIG_FILE = files.elsewhere;
    const [there, other] = [files["a~"], files.elsewhere];
    await answers([
      [true, { HOME, AWS_CONFIG_FILE: undefined }],
      [false, { HOME, AWS_CONFIG_FILE }, { sharedConfigFiles: "[]" }],
      [true, { HOME, AWS_CONFIG_FILE }, { sharedConfigFiles: JSON.stringify(["~/.aws/config"]) }],
      [true, { HOME, AWS_CONFIG_FILE }, { sharedConfigFiles: JSON.stringify([there]) }],
      [true, {}, { sharedConfigFiles: JSON.stringify([other, there]) }],
      [false, {}, { sharedConfigFiles: JSON.stringify([there, other]) }],
      [undefined, { AWS_CONFIG_FILE: there }, { sharedConfigFiles: later }],
      [undefined, { AWS_CONFIG_FILE: there }, { sharedConfigFiles: [there, later] }],
    ]);
  });

  it("may be in another account if the provider has its own way to log in", () => {
    const of = (name: string, props: object) =>
      registryOf(rule("r", {}, { provider: { name, props: { region: "eu-west-3", ...props } } }));
    for (const setting of [
      ...["accessKey", "endpoints", "profile", "sharedConfigFiles", "sharedCredentialsFiles"],
      ...["assumeRoles", "assumeRole", "assumeRoleWithWebIdentity"],
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
    type Part = Registry["region"];
    const at = (region: Part, provider = "p", account: Part = "1"): Registry => {
      return { provider, credentials: unknown, account, region };
    };
    type Answer = ReturnType<typeof sameRegistry>;
    for (const [one, other, same, sameProvider] of [
      ["eu-west-3", "eu-west-3", true, true],
      ["eu-west-3", "us-east-1", false, false],
      ["eu-west-3", unknown, unknown, unknown],
      ["eu-west-3", undefined, unknown, unknown],
      [unknown, unknown, unknown, unknown],
      [unknown, undefined, unknown, unknown],
      [undefined, undefined, unknown, true],
    ] as readonly (readonly [Part, Part, Answer, Answer])[]) {
      const atMost = same === false ? false : unknown;
      for (const [a, b] of [[one, other] as const, [other, one] as const]) {
        const what = `${String(a)} and ${String(b)}`;
        assert.equal(sameRegistry(at(a), at(b, "q")), same, what);
        assert.equal(sameRegistry(at(a), at(b)), sameProvider, what);
        assert.equal(sameRegistry(at(a), at(b, "q", "2")), false, `${what} in two accounts`);
        assert.equal(sameRegistry(at(a), { ...at(b, "q"), account: undefined }), atMost, what);
        assert.equal(sameRegistry(at(a, "p", unknown), at(b, "q")), atMost, what);
      }
    }
  });

  it("is unknown if nothing names it, but the same for the same provider", async () => {
    await answers([[undefined, {}]]);
    const provider = { name: "p", props: {} };
    const stack = [rule("r", {}, { provider }), scanning("s", {}, { provider })];
    await withEnvironment({}, async () => assert.deepEqual(await run(rulePrefixScanned, stack), passes));
  });

  it("gives the first preview the same verdict as later ones, which know the Region from the deployment", async () => {
    const provider = { name: "p", props: {} };
    const deployed = scanning("a", { region: "eu-west-3" }, { provider });
    const fresh = scanning("b", {}, { provider });
    await withEnvironment({ AWS_CONFIG_FILE: files["a~"] }, async () =>
      assert.match((await messages(oneOwner, [deployed, fresh])).join(), /It overwrites a/),
    );
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
