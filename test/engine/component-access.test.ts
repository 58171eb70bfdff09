import assert from "node:assert/strict";
import { assume, control, createRole, type Identity, pull, pullWith, registryPassword, root } from "../support/aws";
import { cacheProgram } from "../support/cache";
import { type Engine, type Project, startEngine } from "../support/engine";

const OWNER = "111122223333";
const PARTNER = "444455556666";
const MEMBER = "777788889999";
const STRANGER = "222233334444";
const ORGANIZATION = "o-exampleorg1";
const REGISTRY = `${OWNER}.dkr.ecr.us-east-1.amazonaws.com`;

/** Registries of one upstream under several prefixes, each open to different principals. */
const REGISTRIES = `{
  closed: { registry: "quay.io" },
  partner: { registry: "quay.io", access: { accounts: ["${PARTNER}"] } },
  role: { registry: "quay.io", access: { roleArns: ["arn:aws:iam::${PARTNER}:role/allowed"] } },
  organization: { registry: "quay.io", access: { organizationId: "${ORGANIZATION}" } },
  functions: { registry: "quay.io", access: { lambda: true } },
  listing: { registry: "quay.io", repositories: ["listed/*"], access: { accounts: ["${PARTNER}"] } },
}`;

/** HTTP status of a pull, or a note that the registry gave no password. */
type Outcome = 200 | 403 | 404 | "no login";

interface Row {
  readonly who: string;
  readonly prefix: string;
  /** Folder of the repository. Default: one that belongs to the table. */
  readonly folder?: string;
  /** The first pull of a repository that does not exist yet. */
  readonly first: Outcome;
  /** A pull after the owner's root has pulled the image. */
  readonly later: Outcome;
}

/** Every registry policy statement that `access` asks for is in force. */
const WITH_REGISTRY_POLICY: readonly Row[] = [
  { who: "owner: pull policy", prefix: "closed", first: 200, later: 200 },
  { who: "owner: granted by grantPull", prefix: "closed", first: 200, later: 200 },
  { who: "owner: granted by pullerRoles", prefix: "closed", first: 200, later: 200 },
  { who: "owner: granted another registry", prefix: "closed", first: 403, later: 403 },
  { who: "owner: granted without createRepository", prefix: "closed", first: 404, later: 200 },
  { who: "owner: without BatchImportUpstreamImage", prefix: "closed", first: 404, later: 200 },
  { who: "owner: denied by a policy", prefix: "closed", first: 403, later: 403 },
  { who: "owner: without a policy", prefix: "closed", first: "no login", later: "no login" },
  { who: "partner: pull policy", prefix: "partner", first: 200, later: 200 },
  { who: "partner: may only log in", prefix: "partner", first: 403, later: 403 },
  { who: "partner: pull policy", prefix: "role", first: 403, later: 403 },
  { who: "partner: the role allowed", prefix: "role", first: 200, later: 200 },
  { who: "member: pull policy", prefix: "organization", first: 200, later: 200 },
  { who: "member: pull policy", prefix: "partner", first: 403, later: 403 },
  { who: "stranger: pull policy", prefix: "organization", first: 403, later: 403 },
  { who: "owner: pull policy", prefix: "listing", folder: "listed", first: 200, later: 200 },
  { who: "owner: pull policy", prefix: "listing", folder: "other", first: 404, later: 200 },
  { who: "owner: granted without createRepository", prefix: "listing", folder: "listed", first: 404, later: 200 },
  { who: "partner: pull policy", prefix: "listing", folder: "listed", first: 200, later: 200 },
  { who: "partner: pull policy", prefix: "listing", folder: "other", first: 404, later: 200 },
  { who: "Lambda", prefix: "functions", first: 403, later: 200 },
  { who: "Lambda", prefix: "closed", first: 403, later: 403 },
];

/** Others need the registry policy for repositories that do not exist yet. The account itself does not. */
const WITHOUT_REGISTRY_POLICY: readonly Row[] = [
  { who: "owner: pull policy", prefix: "closed", first: 200, later: 200 },
  { who: "partner: pull policy", prefix: "partner", first: 403, later: 200 },
];

describe("who can pull what", () => {
  let engine: Engine;
  let project: Project;
  const identities = new Map<string, Identity>();

  before(async () => {
    engine = await startEngine({ organizations: { [ORGANIZATION]: [OWNER, MEMBER] } });
    project = await engine.project({ name: "access" });
    await project.setProgram(program(""));
    await project.up();
    await createPullers();
  });
  after(() => engine?.stop());

  describe("without the registry policy", () => {
    table(WITHOUT_REGISTRY_POLICY, "without");

    it("the partner also gets new tags of a repository that exists", async () => {
      const image = await withTwoTags("partner", "without/tags");
      assert.equal((await pull(engine.aws, `${image}:1.0`, root(OWNER))).status, 200);
      assert.equal(await outcome("partner: pull policy", `${image}:2.0`), 200);
    });
  });

  describe("with the registry policy", () => {
    before(async () => {
      await project.setProgram(program("registryPolicy: {}"));
      await project.up();
    });
    table(WITH_REGISTRY_POLICY, "with");

    it("an image that its cache does not list gets new tags only by a policy that is wider", async () => {
      const image = await withTwoTags("listing", "other/tags");
      assert.equal(await outcome("partner: may import everything", `${image}:1.0`), 404, "first pull");
      assert.equal((await pull(engine.aws, `${image}:1.0`, root(OWNER))).status, 200);
      for (const who of ["owner", "partner"]) {
        assert.equal(await outcome(`${who}: pull policy`, `${image}:1.0`), 200);
        assert.equal(await outcome(`${who}: pull policy`, `${image}:2.0`), 404);
      }
      assert.equal(await outcome("partner: may import everything", `${image}:2.0`), 200);
    });
  });

  /** An image of Quay with two tags, as a cache serves it. */
  async function withTwoTags(prefix: string, repository: string): Promise<string> {
    for (const tag of ["1.0", "2.0"])
      await control(engine.aws, "POST", "upstreams/images", { host: "quay.io", repository, tag });
    return `${REGISTRY}/${prefix}/${repository}`;
  }

  function table(rows: readonly Row[], title: string): void {
    for (const [index, { who, prefix, folder, first, later }] of rows.entries()) {
      it(`${who}, from ${folder ? `${prefix}/${folder}` : prefix}: first ${first}, later ${later}`, async () => {
        const repository = `${folder ?? title}/row-${index}`;
        await control(engine.aws, "POST", "upstreams/images", { host: "quay.io", repository, tag: "1.0" });
        const image = `${REGISTRY}/${prefix}/${repository}:1.0`;
        assert.equal(await outcome(who, image), first, "first pull");
        assert.equal((await pull(engine.aws, image, root(OWNER))).status, 200, "the owner's pull");
        assert.equal(await outcome(who, image), later, "later pull");
      });
    }
  }

  async function outcome(who: string, image: string): Promise<Outcome> {
    if (who === "Lambda") {
      const sourceArn = `arn:aws:lambda:us-east-1:${OWNER}:function:job`;
      const body = { service: "lambda.amazonaws.com", region: "us-east-1", sourceArn, sourceAccount: OWNER };
      const { token } = await control<{ token: string }>(engine.aws, "POST", "service-token", body);
      return (await pullWith(engine.aws, image, token)).status as Outcome;
    }
    const identity = identities.get(who);
    assert.ok(identity, who);
    const password = await registryPassword(engine.aws, identity).catch(({ name }: Error) => {
      assert.equal(name, "AccessDeniedException");
    });
    return password === undefined ? "no login" : ((await pullWith(engine.aws, image, password)).status as Outcome);
  }

  async function createPullers(): Promise<void> {
    const { policy, roles } = (await project.outputs()) as { policy: string; roles: Record<string, string> };
    const full = JSON.parse(policy) as { Statement: { Sid: string; Action: string[] }[] };
    const [login, pulling] = full.Statement;
    assert.ok(login && pulling);
    const Action = pulling.Action.filter((action) => action !== "ecr:BatchImportUpstreamImage");
    const add = async (who: string, account: string, role: string, document: object) => {
      identities.set(who, await assume(engine.aws, await createRole(engine.aws, account, role, document)));
    };
    await add("owner: pull policy", OWNER, "full", full);
    await add("owner: without BatchImportUpstreamImage", OWNER, "no-import", {
      ...full,
      Statement: [login, { ...pulling, Action }],
    });
    const Deny = { Effect: "Deny", Action: "ecr:BatchGetImage", Resource: "*" };
    await add("owner: denied by a policy", OWNER, "denied", { ...full, Statement: [...full.Statement, Deny] });
    await add("partner: pull policy", PARTNER, "full", full);
    await add("partner: the role allowed", PARTNER, "allowed", full);
    await add("partner: may import everything", PARTNER, "wide", {
      ...full,
      Statement: [{ Effect: "Allow", Action: [login.Action, pulling.Action].flat(), Resource: "*" }],
    });
    await add("partner: may only log in", PARTNER, "login", { ...full, Statement: [login] });
    await add("member: pull policy", MEMBER, "full", full);
    await add("stranger: pull policy", STRANGER, "full", full);
    for (const [who, arn] of Object.entries(roles)) identities.set(`owner: ${who}`, await assume(engine.aws, arn));
  }
});

const ROLES = `
const assumeRolePolicy = JSON.stringify({ Version: "2012-10-17", Statement: [
  { Effect: "Allow", Principal: { AWS: "arn:aws:iam::${OWNER}:root" }, Action: "sts:AssumeRole" }] });
const names = ["granted", "puller", "other", "no-create", "none"];
const [granted, puller, other, noCreate, none] = names.map((name) => new aws.iam.Role(name, { assumeRolePolicy }));`;

const GRANTS = `
cache.grantPull(granted);
cache.grantPull(other, { registries: ["partner"] });
cache.grantPull(noCreate.arn, { createRepository: false, name: "no-create" });
exports.policy = cache.pullPolicyJson;
exports.roles = {
  "granted by grantPull": granted.arn,
  "granted by pullerRoles": puller.arn,
  "granted another registry": other.arn,
  "granted without createRepository": noCreate.arn,
  "without a policy": none.arn,
};`;

function program(more: string): string {
  const args = `{ registries: ${REGISTRIES}, pullerRoles: { nodes: puller.name }, ${more} }`;
  return cacheProgram(args, { before: ROLES, more: GRANTS });
}
