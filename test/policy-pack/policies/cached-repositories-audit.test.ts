import assert from "node:assert/strict";
import type { ECRClientConfig } from "@aws-sdk/client-ecr";
import type { Inventory } from "../../../policy-pack/aws/account/inventory";
import { audit, cachedRepositoriesAudit as policy } from "../../../policy-pack/policies/cached-repositories-audit";
import { later, lifecycleOf, resource, rule, run, withEnvironment } from "../support";

const expires = lifecycleOf({ tagStatus: "any", countType: "imageCountMoreThan", countNumber: 3 });

/** No image has a tag with both prefixes. */
const neverBoth = { tagStatus: "tagged", tagPrefixList: ["a", "b"] };

interface Registry {
  readonly repositories: Readonly<Record<string, { lifecycle?: string; scanOnPush?: boolean }>>;
  readonly filters?: readonly string[];
  readonly scanType?: string;
}

const account = "111122223333";

/** An ECR that has these repositories and records its calls. */
function fakeEcr({ repositories, filters = [], scanType = "BASIC" }: Registry) {
  const asked: string[] = [];
  const clients: ECRClientConfig[] = [];
  const open = async (settings: ECRClientConfig): Promise<Inventory> => {
    clients.push(settings);
    return {
      async *repositories() {
        for (const [name, { scanOnPush = false }] of Object.entries(repositories)) yield { name, account, scanOnPush };
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

describe("cached-repositories-audit", () => {
  it("reports repositories below the prefixes that keep everything or are not scanned, with commands", async () => {
    const ecr = fakeEcr({
      repositories: {
        "quay/good": { lifecycle: expires, scanOnPush: true },
        "quay/old": {},
        "quay/team/older": { lifecycle: "{}", scanOnPush: true },
        "quay/never": {
          lifecycle: lifecycleOf({ ...JSON.parse(expires).rules[0].selection, ...neverBoth }),
          scanOnPush: true,
        },
        "quay/seen/a": { lifecycle: expires },
        "other/app": {},
      },
      filters: ["quay/seen/*"],
    });
    const lookalike = resource("shop:index:Rule", "x", { ecrRepositoryPrefix: "quay/team" });
    const [finding] = await audit([lookalike, rule("r")], ecr.open);
    assert.equal(finding?.resource.name, "r");
    const [growing, unscanned, ...others] = finding?.verdict.violations ?? [];
    assert.equal(growing?.what, "3 existing repositories keep every image forever.");
    assert.match(
      growing?.write ?? "",
      /^Run: for repository in quay\/old quay\/team\/older quay\/never; do aws ecr --region eu-central-1 put-lifecycle-policy .* --registry-id 111122223333 --repository-name /,
    );
    assert.equal(unscanned?.what, "1 existing repositories are not scanned.");
    assert.match(
      unscanned?.write ?? "",
      /^Run: .*quay\/old; do aws ecr --region eu-central-1 put-image-scanning-configuration /,
    );
    assert.deepEqual(others, []);
    assert.ok(!ecr.asked.includes("other/app"), "asked for a repository that no prefix covers");
  });

  it("ignores a repository's own setting under enhanced scanning", async () => {
    const ecr = fakeEcr({ repositories: { "quay/a": { lifecycle: expires, scanOnPush: true } }, scanType: "ENHANCED" });
    const [finding] = await audit([rule("r")], ecr.open);
    assert.deepEqual(finding?.verdict.violations, [
      {
        what: "1 existing repositories are not scanned.",
        write: 'Add the filter "quay/*" to the registry scanning configuration.',
      },
    ]);
  });

  it("gives each repository to the rule with the longest prefix", async () => {
    const ecr = fakeEcr({ repositories: { "quay/team/a": { scanOnPush: true }, "free/b": { scanOnPush: true } } });
    const stack = [
      rule("root", { ecrRepositoryPrefix: "ROOT" }),
      rule("wide"),
      rule("narrow", { ecrRepositoryPrefix: "quay/team" }),
    ];
    const found = await audit(stack, ecr.open);
    const failing = found.filter(({ verdict }) => verdict.violations.length > 0).map(({ resource }) => resource.name);
    assert.deepEqual(failing.sort(), ["narrow", "root"]);
  });

  it("asks every Region once, with the provider's settings", async () => {
    const ecr = fakeEcr({ repositories: {} });
    const provider = {
      name: "p",
      props: { region: "eu-west-1", profile: "shop", endpoints: JSON.stringify([{ ecr: "http://localhost:4566" }]) },
    };
    await audit([rule("a"), rule("b"), rule("c", { region: "us-east-1" }), rule("d", {}, { provider })], ecr.open);
    assert.deepEqual(
      ecr.clients.map(({ region }) => region),
      ["eu-central-1", "us-east-1", "eu-west-1"],
    );
    assert.equal(ecr.clients[2]?.profile, "shop");
    assert.equal(ecr.clients[2]?.endpoint, "http://localhost:4566");
  });

  it("reports that it has no access to a Region, and checks the other Regions", async () => {
    const ecr = fakeEcr({ repositories: { "quay/old": { scanOnPush: true } } });
    const open = async (settings: ECRClientConfig) => {
      if (settings.region === "us-east-1")
        throw Object.assign(new Error("not authorized"), { name: "AccessDeniedException" });
      return ecr.open(settings);
    };
    const found = await audit([rule("far", { region: "us-east-1" }), rule("near")], open);
    assert.deepEqual(found[0]?.verdict.violations, []);
    assert.match(
      found[0]?.note ?? "",
      /us-east-1 was not audited, because it could not be read.*AccessDeniedException.*ecr:DescribeRepositories/,
    );
    assert.equal(found[1]?.verdict.violations.length, 1);
  });

  it("closes every client, and says shortly what failed", async () => {
    const closed: unknown[] = [];
    const failing =
      (error: unknown) =>
      async (settings: ECRClientConfig): Promise<Inventory> => ({
        ...(await fakeEcr({ repositories: {} }).open(settings)),
        scanning: () => Promise.reject(error),
        close: () => closed.push(settings.region),
      });
    const noted = async (error: unknown, props: object = { region: "us-east-1" }) =>
      (await audit([rule("r", { ...props }, { provider: { name: "p", props: {} } })], failing(error)))[0]?.note ?? "";
    assert.match(
      await noted(new Error("first line\nsecond line")),
      /^[^\n]* in us-east-1 [^\n]*\(Error: first line\)\./,
    );
    assert.match(await noted("no error"), /\(no error\)/);
    assert.match(await noted("x".repeat(201)), /\(x{200}\)/);
    await withEnvironment({ AWS_CONFIG_FILE: "/none" }, async () =>
      assert.match(await noted("x", {}), / in the default Region was not audited, because it could not be read/),
    );
    assert.deepEqual(closed, ["us-east-1", "us-east-1", "us-east-1", undefined]);
  });

  it("does not decide about the rules of a Region that is not known yet, but about the others", async () => {
    const ecr = fakeEcr({ repositories: { "quay/old": {} } });
    const open = (name: string) => rule(name, { region: later }, { feeds: { region: [rule("x")] } });
    const found = await audit([open("a"), rule("b"), open("c")], ecr.open);
    assert.deepEqual(
      found.map(({ resource, verdict }) => [resource.name, verdict.undecided, verdict.violations.length]),
      [
        ["a", true, 0],
        ["c", true, 0],
        ["b", false, 2],
      ],
    );
    assert.equal(ecr.clients.length, 1);
  });

  const role = "arn:aws:iam::444455556666:role/deploy";
  for (const [props, because] of [
    [{ assumeRole: { roleArn: role } }, "the provider has assumeRole, which the audit does not follow"],
    [{ assumeRoles: JSON.stringify([{ roleArn: role }]) }, "the provider has assumeRoles, which the audit does not"],
    [{ assumeRoles: later }, "the provider has assumeRoles, which the audit does not follow"],
    [{ assumeRoleWithWebIdentity: JSON.stringify({ roleArn: role }) }, "the provider has assumeRoleWithWebIdentity,"],
    [{ sharedConfigFiles: JSON.stringify(["/shop/config"]) }, "the provider has sharedConfigFiles,"],
    [{ sharedCredentialsFiles: ["/shop/credentials"] }, "the provider has sharedCredentialsFiles,"],
    [{ profile: later }, "the setting profile of the provider is known only after the deployment."],
    [{ accessKey: "a", secretKey: later }, "the setting secretKey of the provider is known only after the deployment."],
    [{ endpoints: [{ ecr: later }] }, "the setting endpoints of the provider is known only after the deployment."],
    [
      { allowedAccountIds: ["444455556666"] },
      "its credentials are of account 111122223333, and the rules are in account 444455556666.",
    ],
  ] as const) {
    it(`prints no command for another account's repositories, because ${because}`, async () => {
      const ecr = fakeEcr({ repositories: { "quay/old": {} } });
      const provider = { name: "p", props: { region: "eu-west-1", ...props } };
      const found = await audit([rule("r", {}, { provider })], ecr.open);
      const said = found.map(({ verdict, note }) => [
        verdict.violations,
        note?.includes(`not audited, because ${because}`),
      ]);
      assert.deepEqual(said, [[[], true]]);
    });
  }

  it("takes empty settings for none", async () => {
    const ecr = fakeEcr({ repositories: { "quay/old": {} } });
    const provider = {
      name: "p",
      props: { region: "eu-west-1", assumeRoles: "[]", sharedConfigFiles: [], profile: "shop" },
    };
    const [finding] = await audit([rule("r", {}, { provider })], ecr.open);
    assert.equal(finding?.verdict.violations.length, 2);
  });

  it("does not fail a preview when ECR cannot be reached", async () => {
    const provider = {
      name: "p",
      props: {
        region: "eu-west-1",
        accessKey: "a",
        secretKey: "planted",
        endpoints: JSON.stringify([{ ecr: "http://127.0.0.1:9" }]),
      },
    };
    const { violations, notes } = await run(policy, [rule("r", {}, { provider })]);
    assert.deepEqual(violations, []);
    assert.match(
      notes.join(),
      /^\[advisory\] cached-repositories-audit: ECR in eu-west-1 was not audited, because it could not be read/,
    );
    assert.ok(!notes.join().includes("planted"));
  });

  it("does not decide about a rule whose prefix is unknown", async () => {
    const ecr = fakeEcr({ repositories: { "quay/old": {} } });
    const [finding] = await audit([rule("r", { ecrRepositoryPrefix: later })], ecr.open);
    assert.deepEqual(finding?.verdict, { violations: [], undecided: true });
  });
});
