import assert from "node:assert/strict";
import type { ECRClientConfig } from "@aws-sdk/client-ecr";
import type { Inventory } from "../../../policy-pack/aws/account/inventory";
import { audit, cachedRepositoriesAudit as policy } from "../../../policy-pack/policies/cached-repositories-audit";
import { fed, later, lifecycleOf, resource, rule, run, withEnvironment } from "../support";

const expires = lifecycleOf({ tagStatus: "any", countType: "imageCountMoreThan", countNumber: 3 });

/** No image has a tag with both prefixes. */
const neverBoth = { tagStatus: "tagged", tagPrefixList: ["a", "b"] };

type Repositories = Readonly<Record<string, { lifecycle?: string; scanOnPush?: boolean }>>;

/** An ECR that has these repositories and records its calls. */
function fakeEcr(repositories: Repositories, filters: readonly string[] = [], scanType = "BASIC") {
  const [asked, clients]: [string[], ECRClientConfig[]] = [[], []];
  const open = async (settings: ECRClientConfig): Promise<Inventory> => {
    clients.push(settings);
    return {
      async *repositories() {
        for (const [name, { scanOnPush = false }] of Object.entries(repositories)) {
          yield { name, account: "111122223333", scanOnPush };
        }
      },
      lifecyclePolicy: async (name) => {
        asked.push(name);
        return repositories[name]?.lifecycle;
      },
      scanning: async () => ({
        scanType,
        rules: [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: filters.map((filter) => ({ filter })) }],
      }),
      close: () => {},
    };
  };
  return { asked, clients, open };
}

const old = { "quay/old": {} };
const by = (props: object) => rule("r", {}, { provider: { name: "p", props: { region: "eu-west-1", ...props } } });
/** What an audit of a rule says. */
const auditOf = async (ecr: ReturnType<typeof fakeEcr>, one = rule("r")) => {
  const [finding] = await audit([one], ecr.open);
  return { ...finding?.verdict, note: finding?.note ?? "" };
};

describe("cached-repositories-audit", () => {
  it("reports repositories below the prefixes that keep everything or are not scanned, with commands", async () => {
    const never = lifecycleOf({ ...JSON.parse(expires).rules[0].selection, ...neverBoth });
    const ecr = fakeEcr(
      {
        "quay/good": { lifecycle: expires, scanOnPush: true },
        "quay/old": {},
        "quay/team/older": { lifecycle: "{}", scanOnPush: true },
        "quay/never": { lifecycle: never, scanOnPush: true },
        "quay/seen/a": { lifecycle: expires },
        "other/app": {},
      },
      ["quay/seen/*"],
    );
    const lookalike = resource("shop:index:Rule", "x", { ecrRepositoryPrefix: "quay/team" });
    const [finding, ...others] = await audit([lookalike, rule("r")], ecr.open);
    assert.deepEqual([finding?.resource.name, others], ["r", []]);
    const violations = finding?.verdict.violations ?? [];
    assert.deepEqual(
      violations.map(({ what }) => what),
      ["3 existing repositories keep every image forever.", "1 existing repositories are not scanned."],
    );
    const [lifecycle = "", scan = ""] = violations.map(({ write }) => write);
    assert.match(
      lifecycle,
      /^Run: for repository in quay\/old quay\/team\/older quay\/never; do aws ecr --region eu-central-1 put-lifecycle-policy .* --registry-id 111122223333 --repository-name /,
    );
    assert.match(scan, /^Run: .*quay\/old; do aws ecr --region eu-central-1 put-image-scanning-configuration /);
    assert.ok(!ecr.asked.includes("other/app"), "asked for a repository that no prefix covers");
  });

  it("ignores a repository's own setting under enhanced scanning", async () => {
    const write = 'Add the filter "quay/*" to the registry scanning configuration.';
    const ecr = fakeEcr({ "quay/a": { lifecycle: expires, scanOnPush: true } }, [], "ENHANCED");
    const { violations } = await auditOf(ecr);
    assert.deepEqual(violations, [{ what: "1 existing repositories are not scanned.", write }]);
  });

  it("gives each repository to the rule with the longest prefix", async () => {
    const ecr = fakeEcr({ "quay/team/a": { scanOnPush: true }, "free/b": { scanOnPush: true } });
    const of = (ecrRepositoryPrefix: string) => rule(ecrRepositoryPrefix, { ecrRepositoryPrefix });
    const found = await audit([of("ROOT"), of("quay"), of("quay/team")], ecr.open);
    const failing = found.filter(({ verdict }) => verdict.violations.length > 0).map(({ resource }) => resource.name);
    assert.deepEqual(failing.sort(), ["ROOT", "quay/team"]);
  });

  it("asks every Region once, with the provider's settings", async () => {
    const ecr = fakeEcr({});
    const endpoints = JSON.stringify([{ ecr: "http://localhost:4566" }]);
    const stack = [rule("a"), rule("b"), rule("c", { region: "us-east-1" }), by({ profile: "shop", endpoints })];
    await audit(stack, ecr.open);
    assert.deepEqual(
      ecr.clients.map(({ region, profile, endpoint }) => [region, profile, endpoint]),
      [
        ["eu-central-1", undefined, undefined],
        ["us-east-1", undefined, undefined],
        ["eu-west-1", "shop", "http://localhost:4566"],
      ],
    );
  });

  it("says shortly what failed in a Region, checks the other Regions, and closes every client", async () => {
    const closed: unknown[] = [];
    const noted = async (error: unknown, props: object = { region: "us-east-1" }) => {
      const open = async (settings: ECRClientConfig): Promise<Inventory> => ({
        ...(await fakeEcr(old).open(settings)),
        ...(settings.region !== "eu-central-1" && { scanning: () => Promise.reject(error) }),
        close: () => closed.push(settings.region),
      });
      const far = rule("far", { ...props }, { provider: { name: "p", props: {} } });
      const [broken, works] = await audit([far, rule("near")], open);
      assert.deepEqual([broken?.verdict.violations.length, works?.verdict.violations.length], [0, 2]);
      return broken?.note ?? "";
    };
    const denied = Object.assign(new Error("first line\nsecond line"), { name: "AccessDeniedException" });
    assert.match(
      await noted(denied),
      /^[^\n]* in us-east-1 was not audited, because it could not be read[^\n]*\(AccessDeniedException: first line\)\.[^\n]*ecr:DescribeRepositories/,
    );
    assert.match(await noted("no error"), /\(no error\)/);
    assert.match(await noted("x".repeat(201)), /\(x{200}\)/);
    await withEnvironment({ AWS_CONFIG_FILE: "/none" }, async () =>
      assert.match(await noted("x", {}), / in the default Region was not audited, because it could not be read/),
    );
    const far = closed.filter((region) => region !== "eu-central-1");
    assert.deepEqual([far, closed.length], [["us-east-1", "us-east-1", "us-east-1", undefined], 8]);
  });

  it("does not decide about a Region or a prefix that is not known yet, but about the others", async () => {
    const ecr = fakeEcr(old);
    const open = (name: string) => rule(name, { region: later }, fed({ region: [rule("x")] }));
    const stack = [open("a"), rule("b"), open("c"), rule("d", { ecrRepositoryPrefix: later })];
    const found = (await audit(stack, ecr.open)).map(
      ({ resource, verdict }) => `${resource.name}: ${verdict.undecided ? "undecided" : verdict.violations.length}`,
    );
    assert.deepEqual(found.sort(), ["a: undecided", "b: 2", "c: undecided", "d: undecided"]);
    assert.equal(ecr.clients.length, 1);
  });

  const role = "arn:aws:iam::444455556666:role/deploy";
  const follow = (setting: string) => `the provider has ${setting}, which the audit does not follow`;
  const isOpen = (setting: string) => `the setting ${setting} of the provider is known only after the deployment.`;
  for (const [props, because] of [
    [{ assumeRole: { roleArn: role } }, follow("assumeRole")],
    [{ assumeRoles: JSON.stringify([{ roleArn: role }]) }, follow("assumeRoles")],
    [{ assumeRoles: later }, follow("assumeRoles")],
    [{ assumeRoleWithWebIdentity: JSON.stringify({ roleArn: role }) }, follow("assumeRoleWithWebIdentity")],
    [{ sharedConfigFiles: JSON.stringify(["/shop/config"]) }, follow("sharedConfigFiles")],
    [{ sharedCredentialsFiles: ["/shop/credentials"] }, follow("sharedCredentialsFiles")],
    [{ profile: later }, isOpen("profile")],
    [{ accessKey: "a", secretKey: later }, isOpen("secretKey")],
    [{ endpoints: [{ ecr: later }] }, isOpen("endpoints")],
    [
      { allowedAccountIds: ["444455556666"] },
      "its credentials are of account 111122223333, and the rules are in account 444455556666.",
    ],
  ] as const) {
    it(`prints no command for another account's repositories, because ${because}`, async () => {
      const { violations, note } = await auditOf(fakeEcr(old), by(props));
      assert.deepEqual([violations, note.includes(`not audited, because ${because}`)], [[], true]);
    });
  }

  it("takes empty settings for none", async () => {
    const empty = by({ assumeRoles: "[]", sharedConfigFiles: [], profile: "shop" });
    assert.equal((await auditOf(fakeEcr(old), empty)).violations?.length, 2);
  });

  it("does not fail a preview when ECR cannot be reached", async () => {
    const endpoints = JSON.stringify([{ ecr: "http://127.0.0.1:9" }]);
    const { violations, notes } = await run(policy, [by({ accessKey: "a", secretKey: "planted", endpoints })]);
    assert.deepEqual(violations, []);
    assert.match(
      notes.join(),
      /^\[advisory\] cached-repositories-audit: ECR in eu-west-1 was not audited, because it could not be read/,
    );
    assert.ok(!notes.join().includes("planted"));
  });
});
