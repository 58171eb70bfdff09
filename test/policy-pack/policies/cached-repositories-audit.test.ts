import assert from "node:assert/strict";
import type { ECRClientConfig } from "@aws-sdk/client-ecr";
import type { Inventory } from "../../../policy-pack/aws/inventory";
import { audit, cachedRepositoriesAudit as policy } from "../../../policy-pack/policies/cached-repositories-audit";
import { later, lifecycleOf, rule, run } from "../support";

const expires = lifecycleOf({ tagStatus: "any", countType: "imageCountMoreThan", countNumber: 3 });

interface Registry {
  readonly repositories: Readonly<Record<string, { lifecycle?: string; scanOnPush?: boolean }>>;
  readonly filters?: readonly string[];
  readonly scanType?: string;
}

/** An ECR that has these repositories and records its calls. */
function fakeEcr({ repositories, filters = [], scanType = "BASIC" }: Registry) {
  const asked: string[] = [];
  const clients: ECRClientConfig[] = [];
  const open = async (settings: ECRClientConfig): Promise<Inventory> => {
    clients.push(settings);
    return {
      async *repositories() {
        for (const [name, { scanOnPush = false }] of Object.entries(repositories)) yield { name, scanOnPush };
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
  it("is disabled until somebody enables it", () => {
    assert.equal(policy.enforcementLevel, "disabled");
  });

  it("reports repositories below the prefixes that keep everything or are not scanned, with commands", async () => {
    const ecr = fakeEcr({
      repositories: {
        "quay/good": { lifecycle: expires, scanOnPush: true },
        "quay/old": {},
        "quay/team/older": { lifecycle: "{}", scanOnPush: true },
        "quay/seen/a": { lifecycle: expires },
        "other/app": {},
      },
      filters: ["quay/seen/*"],
    });
    const [finding] = await audit([rule("r")], ecr.open);
    const [growing, unscanned, ...others] = finding?.verdict.violations ?? [];
    assert.equal(growing?.what, "2 existing repositories keep every image forever.");
    assert.match(
      growing?.write ?? "",
      /^Run: for repository in quay\/old quay\/team\/older; do aws ecr --region eu-central-1 put-lifecycle-policy /,
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
    assert.match(found[0]?.note ?? "", /us-east-1 could not be read.*AccessDeniedException.*ecr:DescribeRepositories/);
    assert.equal(found[1]?.verdict.violations.length, 1);
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
    assert.match(notes.join(), /^\[advisory\] cached-repositories-audit: ECR in eu-west-1 could not be read/);
    assert.ok(!notes.join().includes("planted"));
  });

  it("does not decide about a rule whose prefix is unknown", async () => {
    const ecr = fakeEcr({ repositories: { "quay/old": {} } });
    const [finding] = await audit([rule("r", { ecrRepositoryPrefix: later })], ecr.open);
    assert.deepEqual(finding?.verdict, { violations: [], undecided: true });
  });
});
