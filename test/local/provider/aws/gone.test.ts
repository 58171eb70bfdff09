import assert from "node:assert/strict";
import { ACCOUNT, REGION, TestCloud, trust } from "../../../../local/emulator/testing/support";
import { TABLE } from "../../../../local/provider/aws/table";
import type { Properties } from "../../../../local/provider/wire";
import { resourceType } from "../support";

const arn = (service: string, resource: string, region = REGION) =>
  `arn:aws:${service}:${region}:${ACCOUNT}:${resource}`;
const SECRET = arn("secretsmanager", "secret:gone-AbCdEf");
const TOPIC = arn("sns", "gone");
const POLICY = arn("iam", "policy/gone", "");

/** The id of a resource that does not exist, and what the state has of it. */
const GONE: { readonly [type: string]: readonly [id: string, state?: Properties] } = {
  PullThroughCacheRule: ["gone", { ecrRepositoryPrefix: "gone" }],
  RepositoryCreationTemplate: ["gone"],
  RegistryPolicy: [ACCOUNT],
  Repository: ["gone", { name: "gone" }],
  LifecyclePolicy: ["gone", { repository: "gone" }],
  RepositoryPolicy: ["gone", { repository: "gone" }],
  Secret: [SECRET, { arn: SECRET, name: "gone" }],
  SecretVersion: [
    `${SECRET}|0123abcd-0000-1111-2222-333344445555`,
    { secretId: SECRET, versionStages: ["AWSCURRENT", "mine"] },
  ],
  SecretPolicy: [SECRET, { secretArn: SECRET }],
  Role: ["gone", { name: "gone", inlinePolicies: [{ name: "p", policy: "{}" }], managedPolicyArns: [POLICY] }],
  RolePolicy: ["gone:p", { role: "gone", name: "p" }],
  Policy: [POLICY, { arn: POLICY }],
  RolePolicyAttachment: [`gone/${POLICY}`, { role: "gone", policyArn: POLICY }],
  EventRule: ["gone", { name: "gone" }],
  EventTarget: ["gone-mail", { rule: "gone", targetId: "mail" }],
  Topic: [TOPIC, { arn: TOPIC }],
  TopicPolicy: [TOPIC, { arn: TOPIC, owner: ACCOUNT }],
  TopicSubscription: [`${TOPIC}:0123abcd-0000-1111-2222-333344445555`, { topic: TOPIC }],
  Schedule: ["default/gone", { name: "gone", groupName: "default" }],
};
const SERVICES = ["ecr", "events", "iam", "scheduler", "secretsmanager", "sns"];

describe("a resource of the local provider that somebody else deleted", () => {
  const cloud = TestCloud.forSuite();
  const typeOf = (name: string) => {
    const token = Object.keys(TABLE).find((each) => each.endsWith(`:${name}`)) ?? "";
    return { title: TABLE[token]?.title, type: resourceType(cloud.url, token, REGION) };
  };

  for (const [name, [id, state = {}]] of Object.entries(GONE)) {
    it(`is read as gone and deleted without an error: ${name}`, async () => {
      const { type } = typeOf(name);
      assert.equal(await type.read(id, state, { some: "input" }), undefined);
      await type.delete(id, state);
    });

    it(`is not taken for gone if AWS refuses to say: ${name}`, async () => {
      const { title, type } = typeOf(name);
      const rules = SERVICES.map((service) => ({ service, operation: "*", kind: "accessDenied" }));
      await cloud.control("PUT", "faults", { rules });
      const refused = (doing: string) => (error: Error) => {
        assert.ok(error.message.startsWith(`${doing} ${title} (${id}): `), error.message);
        assert.match(error.message, /: Not authorized to perform: .*\(injected\)$/);
        return true;
      };
      await assert.rejects(type.read(id, state, { some: "input" }), refused("reading"));
      await assert.rejects(type.delete(id, state), refused("deleting"));
    });
  }

  it("is gone too if only the resource that holds it remains", async () => {
    const AssumeRolePolicyDocument = trust({ Service: "ecr.amazonaws.com" });
    await cloud.iam().createRole({ RoleName: "gone", AssumeRolePolicyDocument });
    await cloud.ecr().createRepository({ repositoryName: "gone" });
    await cloud.events().putRule({ Name: "gone", EventPattern: '{"source":["aws.ecr"]}' });
    for (const name of ["RolePolicy", "RolePolicyAttachment", "LifecyclePolicy", "RepositoryPolicy", "EventTarget"]) {
      const [id, state = {}] = GONE[name] ?? [""];
      assert.equal(await typeOf(name).type.read(id, state, { some: "input" }), undefined, name);
      // EventBridge answers that the target failed, and the real provider then fails too.
      if (name !== "EventTarget") await typeOf(name).type.delete(id, state);
    }
    const [id, state = {}] = GONE.EventTarget ?? [""];
    await assert.rejects(
      typeOf("EventTarget").type.delete(id, state),
      /deleting EventBridge Target .*"TargetId":"mail"/,
    );
  });
});
