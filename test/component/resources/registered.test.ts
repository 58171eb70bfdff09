import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { PullThroughCacheArgs } from "../../../component/args";
import { PullThroughCache } from "../../../component/index";
import { rolePolicy, sizeWarning } from "../../../component/resources/puller";

const ACCOUNT = "111122223333";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/team/a/puller`;

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: { readonly [name: string]: unknown };
}

const ANSWERS: { readonly [token: string]: object } = {
  "aws:index/getCallerIdentity:getCallerIdentity": { accountId: ACCOUNT },
  "aws:index/getPartition:getPartition": { partition: "aws", dnsSuffix: "amazonaws.com" },
  "aws:index/getRegion:getRegion": { region: "us-east-1" },
};

describe("what the component registers", () => {
  let registered: Registered[];

  beforeEach(async () => {
    registered = [];
    await pulumi.runtime.setMocks(
      {
        call: async ({ token }) => ANSWERS[token] ?? {},
        newResource: async ({ type, name, inputs }) => {
          registered.push({ type: type.split(":").at(-1) ?? "", name, inputs });
          return { id: name, state: { arn: `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:${name}`, ...inputs } };
        },
      },
      "project",
      "stack",
    );
  });

  /** Runs a program with one component, as unit tests of users do, and waits for its end. */
  async function run(args: PullThroughCacheArgs, more: (cache: PullThroughCache) => unknown = () => undefined) {
    const result = more(new PullThroughCache("cache", args));
    await pulumi.runtime.disconnect();
    return result;
  }

  function inputsOf(type: string, name: string): Registered["inputs"] {
    const found = registered.find((resource) => resource.type === type && resource.name === name);
    assert.ok(
      found,
      `${type} ${name} is not among ${registered.map((resource) => `${resource.type} ${resource.name}`)}`,
    );
    return found.inputs;
  }

  const dockerhub: PullThroughCacheArgs = {
    registries: { dockerhub: { secret: { readers: [ROLE], tags: { own: "yes" } } } },
    credentials: { dockerhub: { username: "someone", accessToken: "a-token" } },
  };

  it("makes everything regional in each Region", async () => {
    const registryPolicy = {};
    const defaults = { access: { accounts: ["444455556666"] } };
    await run({ ...dockerhub, regions: ["us-east-1", "eu-west-1"], registryPolicy, scanning: {}, defaults });
    const regional = registered.filter(({ type }) => type !== "PullThroughCache");
    for (const region of ["us-east-1", "eu-west-1"]) {
      const inRegion = regional.filter(({ inputs }) => inputs.region === region).map(({ type }) => type);
      assert.deepEqual(inRegion.sort(), [
        "PullThroughCacheRule",
        "RegistryPolicy",
        "RegistryScanningConfiguration",
        "RepositoryCreationTemplate",
        "Secret",
        "SecretPolicy",
        "SecretVersion",
      ]);
    }
    assert.equal(regional.length, 14);
  });

  it("tags secrets and roles, and lets no secret be public", async () => {
    await run({ ...dockerhub, tags: { team: "platform" }, defaults: { resourceTags: { cached: "yes" } } });
    assert.deepEqual(inputsOf("Secret", "cache-dockerhub").tags, { team: "platform", own: "yes" });
    assert.deepEqual(inputsOf("Role", "cache-template").tags, { team: "platform" });
    assert.deepEqual(inputsOf("RepositoryCreationTemplate", "cache-dockerhub").resourceTags, { cached: "yes" });
    assert.equal(inputsOf("SecretPolicy", "cache-dockerhub").blockPublicPolicy, true);
  });

  it("names roles and policies for the project, the stack and their use", async () => {
    await run({ registries: { quay: { resourceTags: { a: "b" } } }, pullerRoles: { nodes: ROLE } });
    assert.equal(inputsOf("Role", "cache-template").name, "project-stack-cache-template");
    assert.equal(inputsOf("RolePolicy", "cache-template").name, "template");
    const { name, role } = inputsOf("RolePolicy", "cache-pull-nodes");
    assert.deepEqual([name, role], ["project-stack-cache-pull-nodes", "puller"]);
  });

  it("takes an existing secret's name, and a role for one template", async () => {
    const name = "ecr-pullthroughcache/hub";
    await run({
      registries: { dockerhub: { secret: { name }, templateRoleArn: ROLE } },
      credentials: { dockerhub: { username: "someone", accessToken: "a-token" } },
    });
    const secret = inputsOf("Secret", "cache-dockerhub");
    assert.deepEqual([secret.name, secret.namePrefix], [name, undefined]);
    assert.equal(inputsOf("RepositoryCreationTemplate", "cache-dockerhub").customRoleArn, ROLE);
  });

  it("refuses a grant for an entry that it does not have", async () => {
    await run({ registries: { quay: {} } }, (cache) =>
      assert.throws(() => cache.grantPull(ROLE, { registries: ["qay"] }), /no registry "qay"; it has quay/),
    );
  });

  it("gives pull permissions and rules that know which images may enter", async () => {
    const images = ["library/*"];
    const registries = { dockerhub: { images, access: { accounts: ["444455556666"] } }, quay: {} };
    const args = { ...dockerhub, registries, registryPolicy: {}, pullerRoles: { ci: "ci" } };
    const known = (await run(args, async (cache) => {
      const outputs = pulumi.all([cache.cacheRules, cache.pullPolicyJson, cache.clients, cache.image("org/app:1")]);
      return new Promise((resolve) => outputs.apply(resolve));
    })) as [Record<string, { images?: string[] }[]>, string, { mutatingAdmissionPolicy: string }, string];
    const [rules, policy, clients, image] = known;
    assert.deepEqual(
      rules["us-east-1"]?.map((rule) => rule.images),
      [images, undefined],
    );
    const entering = `arn:aws:ecr:us-east-1:${ACCOUNT}:repository/dockerhub/library/*`;
    assert.equal(inputsOf("RolePolicy", "cache-pull-ci").policy, policy);
    for (const text of [policy, String(inputsOf("RegistryPolicy", "cache").policy)]) {
      const { Statement } = JSON.parse(text) as { Statement: { Action: string[]; Resource: string[] }[] };
      const creating = Statement.filter(({ Action }) => Action.includes("ecr:CreateRepository"));
      assert.deepEqual(
        creating.flatMap(({ Resource }) => Resource).filter((arn) => arn.includes("dockerhub")),
        [entering],
      );
    }
    assert.match(clients.mutatingAdmissionPolicy, /\^\(library/);
    assert.equal(image, "org/app:1");
  });

  it("refuses a role's policy that is longer than IAM takes, and warns of a document for any use", () => {
    assert.equal(sizeWarning("a".repeat(6144)), undefined);
    assert.match(
      sizeWarning("a".repeat(6145)) ?? "",
      /^pullPolicyJson has 6145 characters, and a managed policy at most 6144\./,
    );
    assert.equal(rolePolicy("a".repeat(10_240), "ci"), "a".repeat(10_240));
    assert.throws(() => rolePolicy("a".repeat(10_241), "ci"), {
      message: /^The policy that lets ci pull would have 10241 characters; IAM allows a role 10240 /,
    });
  });

  it("gives URLs that wait for the rules", async () => {
    const resources = await run({ registries: { quay: {} } }, (cache) =>
      (cache.urls as unknown as { allResources(): Promise<Set<pulumi.Resource>> }).allResources(),
    );
    const urns = [...((await resources) as Set<pulumi.Resource>)].map(({ urn }) => urn);
    const waits = await Promise.all(urns.map((urn) => new Promise<string>((resolve) => urn.apply(resolve))));
    assert.ok(
      waits.some((urn) => urn.includes("PullThroughCacheRule")),
      waits.join(", "),
    );
  });
});
