import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CreateSecretCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { assume, control, createRole, type Identity, inventory, root, secretsManager } from "../support/aws";
import { cacheProgram, setCredentials } from "../support/cache";
import { type Engine, type Project, startEngine } from "../support/engine";

const ACCOUNT = "111122223333";

interface Policy {
  readonly Version: string;
  readonly Statement: readonly { readonly Action: string | readonly string[] }[];
}

/** A feature's section in docs/permissions.md, and two sets of arguments that use the feature. */
interface Feature {
  readonly section: string;
  readonly made: string;
  readonly changed: string;
}

const CACHES: Feature = {
  section: "Caches",
  made: `{ registries: { hub: { registry: "dockerhub", secret: { recoveryWindowInDays: 0 } } }, tags: { team: "a" } }`,
  changed: `{ registries: { hub: { registry: "dockerhub", description: "changed", lifecycle: { keepImages: 5 },
    secret: { recoveryWindowInDays: 0, description: "changed", readers: ["arn:aws:iam::${ACCOUNT}:root"] } } }, tags: { cost: "b" } }`,
};

const FEATURES: readonly Feature[] = [
  {
    section: "Roles",
    made: `{ registries: { quay: { resourceTags: { team: "a" } }, team: { registry: "444455556666.dkr.ecr.us-east-1.amazonaws.com" } },
      tags: { team: "a" } }`,
    changed: `{ registries: { quay: { encryption: { type: "KMS" } }, team: { registry: "444455556666.dkr.ecr.us-east-1.amazonaws.com" } },
      tags: { cost: "b" } }`,
  },
  {
    section: "Pullers",
    made: `{ registries: { quay: {} }, pullerRoles: { ci: "puller" } }`,
    changed: `{ registries: { quay: {}, k8s: {} }, pullerRoles: { ci: "puller" } }`,
  },
  {
    section: "Access",
    made: `{ registries: { quay: { access: { accounts: ["444455556666"] } } } }`,
    changed: `{ registries: { quay: { access: { accounts: ["777788889999"] } } } }`,
  },
  {
    section: "Registry policy",
    made: `{ registries: { quay: { access: { accounts: ["444455556666"] } } }, registryPolicy: {} }`,
    changed: `{ registries: { quay: { access: { accounts: ["777788889999"] } } }, registryPolicy: {} }`,
  },
  {
    section: "Pull time exclusions",
    made: `{ registries: { quay: {} }, pullTimeExclusions: { scanner: "arn:aws:iam::${ACCOUNT}:role/scanner" } }`,
    changed: `{ registries: { quay: {} }, pullTimeExclusions: { scanner: "arn:aws:iam::${ACCOUNT}:role/other" } }`,
  },
  {
    section: "Scanning",
    made: `{ registries: { quay: {} }, scanning: { scanType: "BASIC" } }`,
    changed: `{ registries: { quay: {}, k8s: {} }, scanning: { scanType: "BASIC" } }`,
  },
  {
    section: "Enhanced scanning",
    made: `{ registries: { quay: {} }, scanning: { scanType: "ENHANCED" } }`,
    changed: `{ registries: { quay: {}, k8s: {} }, scanning: { scanType: "ENHANCED" } }`,
  },
  {
    section: "Alerts",
    made: `{ registries: { quay: {} }, alerts: { emails: ["a@example.com"] }, tags: { team: "a" } }`,
    changed: `{ registries: { quay: {}, k8s: {} }, alerts: { emails: ["b@example.com"] }, tags: { cost: "b" } }`,
  },
  {
    section: "Reminders",
    made: `{ registries: { hub: { registry: "dockerhub", tokenExpires: "2099-03-01" } }, alerts: {}, tags: { team: "a" } }`,
    changed: `{ registries: { hub: { registry: "dockerhub", tokenExpires: "2099-04-01" } }, alerts: {}, tags: { cost: "b" } }`,
  },
];

/** Features that also need the policies of others. */
const WITH: Readonly<Record<string, readonly string[]>> = { "Registry policy": ["Access"], Reminders: ["Alerts"] };

describe("the policies of docs/permissions.md", () => {
  const policies = policiesOf(readFileSync(join(__dirname, "../../docs/permissions.md"), "utf8"));
  let engine: Engine;
  before(async () => {
    engine = await startEngine();
  });
  after(() => engine?.stop());

  it("are one for each feature", () => {
    assert.deepEqual(
      [...policies.keys()],
      [CACHES, ...FEATURES].map(({ section }) => section),
    );
  });

  for (const feature of [CACHES, ...FEATURES]) {
    it(`let a deployer create, change, refresh and remove "${feature.section}", with no action too many`, async () => {
      await control(engine.aws, "POST", "reset");
      const name = `deployer-${feature.section.toLowerCase().replaceAll(" ", "-")}`;
      const sections = [...new Set(["Caches", ...(WITH[feature.section] ?? []), feature.section])];
      const keys = await deployer(name, sections);
      await createRole(engine.aws, ACCOUNT, "puller", policies.get("Access") ?? {});
      const project = await deploy(feature, name, keys);
      await project.destroy();
      const { roles, regions } = await inventory(engine.aws, ACCOUNT);
      assert.deepEqual([...roles].sort(), [name, "puller"].sort());
      assert.deepEqual(regions["us-east-1"]?.rules, []);
      const asked = await actionsOf(name);
      const superfluous = actionsIn(policies.get(feature.section)).filter((action) => !asked.has(action));
      assert.deepEqual(superfluous, []);
    });
  }

  async function deploy(feature: Feature, name: string, keys: Identity): Promise<Project> {
    const project = await engine.project({
      name,
      program: cacheProgram(feature.made),
      env: {
        AWS_ACCESS_KEY_ID: keys.accessKeyId,
        AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
        AWS_SESSION_TOKEN: keys.sessionToken,
      },
    });
    await setCredentials(project, "hub", "demo-user", "demo-token");
    await project.up();
    await project.setProgram(cacheProgram(feature.changed));
    await project.up();
    if (feature !== CACHES) {
      await project.refresh();
      return project;
    }
    // Without readers again, then with a token rotated by hand, and finally with another secret.
    const client = secretsManager(engine.aws, root(ACCOUNT));
    await project.setProgram(cacheProgram(feature.made));
    await setCredentials(project, "hub", "demo-user", "another-token");
    await project.up();
    const existing = await inventory(engine.aws, ACCOUNT);
    const SecretString = '{"username":"demo-user","accessToken":"demo-token"}';
    const [SecretId] = existing.regions["us-east-1"]?.secrets ?? [];
    await client.send(new PutSecretValueCommand({ SecretId, SecretString }));
    await project.refresh();
    const { ARN } = await client.send(new CreateSecretCommand({ Name: "ecr-pullthroughcache/mine", SecretString }));
    await project.setProgram(
      cacheProgram(`{ registries: { hub: { registry: "dockerhub", credentialArn: "${ARN}" } }, tags: { team: "a" } }`),
    );
    await project.up();
    return project;
  }

  /** Keys of a role that has the policies of some sections. */
  async function deployer(name: string, sections: readonly string[]): Promise<Identity> {
    const Statement = sections.flatMap((section) => policies.get(section)?.Statement ?? []);
    return assume(
      engine.aws,
      await createRole(engine.aws, ACCOUNT, name, { Version: "2012-10-17", Statement: Statement.map(withoutSid) }),
    );
  }

  /** The IAM actions that AWS asked a role for. */
  async function actionsOf(role: string): Promise<Set<string>> {
    const { requests } = await control<{ requests: { principal?: string; actions?: string[] }[] }>(
      engine.aws,
      "GET",
      "requests",
    );
    const own = requests.filter(({ principal }) => principal?.includes(`:assumed-role/${role}/`));
    return new Set(own.flatMap(({ actions = [] }) => actions));
  }
});

/** The JSON of each section. */
function policiesOf(markdown: string): Map<string, Policy> {
  const [deployer = ""] = markdown.split(/^## The command line tool$/m);
  const sections = deployer.split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => {
      const [heading = ""] = section.split("\n", 1);
      const [, json = ""] = /```json\n(.*?)```/s.exec(section) ?? [];
      return [heading, JSON.parse(json) as Policy];
    }),
  );
}

function actionsIn(policy: Policy | undefined): string[] {
  return (policy?.Statement ?? []).flatMap(({ Action }) => Action);
}

function withoutSid({ Sid, ...statement }: Policy["Statement"][number] & { Sid?: string }): object {
  return statement;
}
