import assert from "node:assert/strict";
import {
  GetRegistryPolicyCommand,
  PutAccountSettingCommand,
  PutRegistryPolicyCommand,
  SetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import { AttachRolePolicyCommand } from "@aws-sdk/client-iam";
import { cachesForSuite, FIRST, LOGIN, NGINX, ORGANIZATION, READ } from "../testing/caches";
import { ACCOUNT, allow, type Keys, OTHER_ACCOUNT, REGION, refused, trust } from "../testing/support";

const STRANGER = "777788889999";
const HOST = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;

describe("emulator: permissions to pull", () => {
  const { cloud, rule, template, role, puller } = cachesForSuite();
  const status = async (keys: Keys, name = NGINX, account = ACCOUNT) =>
    (await cloud.pull(name, "latest", { keys, account })).status;

  it("of a first pull are import, create and read", async () => {
    assert.equal(await status(await puller([LOGIN, ...READ, ...FIRST])), 200);
  });

  for (const missing of FIRST) {
    it(`without ${missing} show as "not found"`, async () => {
      const keys = await puller([LOGIN, ...READ, ...FIRST.filter((action) => action !== missing)]);
      assert.equal(await status(keys), 404);
    });
  }

  it("to read are reported as denied", async () => assert.equal(await status(await puller([LOGIN, ...FIRST])), 403));

  it("of AWS's PullOnly policy are enough for later tags, not for a new repository", async () => {
    const arn = await role("node", allow("ecr:DescribeRegistry", { Resource: "*" }));
    const PolicyArn = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly";
    await cloud.iam().send(new AttachRolePolicyCommand({ RoleName: "node", PolicyArn }));
    const keys = await cloud.assume(arn);
    assert.equal(await status(keys), 404);
    await cloud.pull(NGINX, "1.27");
    assert.equal(await status(keys), 200);
  });

  it("end where a policy denies", async () => {
    await cloud.pull(NGINX, "latest");
    const deny = { Effect: "Deny", Principal: "*", Action: "ecr:BatchGetImage" };
    const policyText = JSON.stringify({ Version: "2012-10-17", Statement: [deny] });
    await cloud.ecr().send(new SetRepositoryPolicyCommand({ repositoryName: NGINX, policyText }));
    assert.equal(await status(await puller([LOGIN, ...READ, ...FIRST])), 403);
  });

  it("of excluded principals do not count as pulls", async () => {
    const principalArn = await role("scanner", allow(["ecr:*"], { Resource: "*" }));
    const pulledAt = async () => {
      const { imageDetails = [] } = await cloud.ecr().describeImages({ repositoryName: NGINX });
      return imageDetails.find(({ imageTags }) => imageTags?.includes("latest"))?.lastRecordedPullTime;
    };
    await cloud.ecr().registerPullTimeUpdateExclusion({ principalArn });
    assert.equal(await status(await cloud.assume(principalArn)), 200);
    assert.equal(await pulledAt(), undefined);
    await cloud.ecr().deregisterPullTimeUpdateExclusion({ principalArn });
    assert.equal(await status(await cloud.assume(principalArn)), 200);
    assert.ok(await pulledAt());
  });

  it("limit to prefixes", async () => {
    const arn = `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/quay/*`;
    const document = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: LOGIN, Resource: "*" },
        { Effect: "Allow", Action: [...READ, ...FIRST], Resource: arn },
      ],
    });
    const keys = await cloud.assume(await role("scoped", document));
    assert.equal(await status(keys), 403);
    assert.equal(await status(keys, "quay/argoproj/argocd"), 200);
  });

  describe("across accounts", () => {
    const inOrganization = { Condition: { StringEquals: { "aws:PrincipalOrgID": ORGANIZATION } } };
    const everything = [LOGIN, ...READ, ...FIRST];

    beforeEach(async () => {
      const resource = `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/dockerhub/*`;
      const policyText = allow([...FIRST, ...READ], { Principal: "*", Resource: resource, ...inOrganization });
      await cloud.ecr().send(new PutRegistryPolicyCommand({ policyText }));
      await template({ repositoryPolicy: allow(READ, { Principal: "*", ...inOrganization }) });
    });

    it("work if both sides allow it", async () => {
      const keys = await puller(everything, OTHER_ACCOUNT);
      assert.equal(await status(keys, NGINX, OTHER_ACCOUNT), 200);
    });

    it("fail if the puller's own account does not allow it", async () => {
      const keys = await puller([LOGIN], OTHER_ACCOUNT);
      assert.equal(await status(keys, NGINX, OTHER_ACCOUNT), 403);
    });

    it("fail outside of the organization", async () => {
      assert.equal(await status(await puller(everything, STRANGER), NGINX, STRANGER), 403);
    });

    it("fail for prefixes that are not shared", async () => {
      const keys = await puller(everything, OTHER_ACCOUNT);
      assert.equal(await status(keys, "quay/argoproj/argocd", OTHER_ACCOUNT), 403);
    });

    it("to read are only those of the repository with the registry policy's old scope", async () => {
      const keys = await puller(everything, OTHER_ACCOUNT);
      const setScope = (value: string) =>
        cloud.ecr().send(new PutAccountSettingCommand({ name: "REGISTRY_POLICY_SCOPE", value }));
      await setScope("V1");
      assert.equal(await status(keys, NGINX, OTHER_ACCOUNT), 403);
      await cloud.pull(NGINX, "latest");
      assert.equal(await status(keys, NGINX, OTHER_ACCOUNT), 200);
      const { policyText } = await cloud.ecr().send(new GetRegistryPolicyCommand({}));
      const put = () => cloud.ecr().send(new PutRegistryPolicyCommand({ policyText }));
      await refused(put(), "InvalidParameterException", /scope V1/);
      await setScope("V2");
      await put();
    });

    it("serve only cached images without the registry's permission to import", async () => {
      const policyText = allow("ecr:ReplicateImage", { Principal: { AWS: STRANGER }, Resource: "*" });
      await cloud.ecr().send(new PutRegistryPolicyCommand({ policyText }));
      const keys = await puller(everything, OTHER_ACCOUNT);
      assert.equal(await status(keys, NGINX, OTHER_ACCOUNT), 403);
      await cloud.pull(NGINX, "latest");
      assert.equal(await status(keys, NGINX, OTHER_ACCOUNT), 200);
    });

    it("need the registry policy to read, too, as long as the repository does not exist", async () => {
      const policyText = allow(FIRST, { Principal: "*", Resource: "*", ...inOrganization });
      await cloud.ecr().send(new PutRegistryPolicyCommand({ policyText }));
      const keys = await puller(everything, OTHER_ACCOUNT);
      assert.equal(await status(keys, NGINX, OTHER_ACCOUNT), 403);
      await cloud.pull(NGINX, "latest");
      assert.equal(await status(keys, NGINX, OTHER_ACCOUNT), 200);
    });
  });

  describe("of Lambda", () => {
    async function status(tag: string): Promise<number> {
      const body = { service: "lambda.amazonaws.com", region: REGION };
      const { token } = await cloud.control<{ token: string }>("POST", "service-token", body);
      const basic = Buffer.from(`AWS:${token}`).toString("base64");
      return (await cloud.get(HOST, `/v2/${NGINX}/manifests/${tag}`, basic)).status;
    }

    it("are enough for cached images, but never to import", async () => {
      await template({ repositoryPolicy: allow(READ, { Principal: { Service: "lambda.amazonaws.com" } }) });
      assert.equal(await status("latest"), 403);
      await cloud.pull(NGINX, "latest");
      assert.equal(await status("latest"), 200);
      assert.equal(await status("1.27"), 404);
    });

    it("do not include imports, whatever the registry policy says", async () => {
      const policyText = allow([...FIRST, ...READ], { Principal: "*", Resource: "*" });
      await cloud.ecr().send(new PutRegistryPolicyCommand({ policyText }));
      assert.equal(await status("latest"), 404);
    });
  });

  describe("from another account's ECR", () => {
    const NAME = "platform/quay/argoproj/argocd";
    const ACTIONS = [
      ...READ,
      LOGIN,
      "ecr:BatchImportUpstreamImage",
      "ecr:GetImageCopyStatus",
      "ecr:InitiateLayerUpload",
      "ecr:UploadLayerPart",
      "ecr:CompleteLayerUpload",
      "ecr:PutImage",
    ];
    const trusts = trust({ Service: "pullthroughcache.ecr.amazonaws.com" });
    const offered = [...READ, "ecr:BatchImportUpstreamImage", "ecr:GetImageCopyStatus"];

    async function prepare(actions: string[], trusted: string, granted: string[]): Promise<void> {
      await rule({ ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" }, { account: OTHER_ACCOUNT });
      await cloud.pull("quay/argoproj/argocd", "latest", { account: OTHER_ACCOUNT, registry: OTHER_ACCOUNT });
      const Principal = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
      const policyText = allow(granted, { Principal, Resource: `arn:aws:ecr:${REGION}:${OTHER_ACCOUNT}:repository/*` });
      await cloud.ecr({ account: OTHER_ACCOUNT }).send(new PutRegistryPolicyCommand({ policyText }));
      const customRoleArn = await role("platform", allow(actions, { Resource: "*" }), { trusts: trusted });
      const upstreamRegistryUrl = `${OTHER_ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
      await rule({ ecrRepositoryPrefix: "platform", upstreamRegistryUrl, customRoleArn });
    }

    it("works with AWS's role and the upstream's policy", async () => {
      await prepare(ACTIONS, trusts, offered);
      assert.equal((await cloud.pull(NAME, "latest")).status, 200);
    });

    const without = (list: string[], missing: string) => list.filter((action) => action !== missing);
    const broken: [string, string[], string, string[]][] = [
      ["the role trusts ecr.amazonaws.com only", ACTIONS, trust({ Service: "ecr.amazonaws.com" }), offered],
      ...ACTIONS.map((action): [string, string[], string, string[]] => [
        `the role lacks ${action}`,
        without(ACTIONS, action),
        trusts,
        offered,
      ]),
      ...offered.map((action): [string, string[], string, string[]] => [
        `the upstream does not offer ${action}`,
        ACTIONS,
        trusts,
        without(offered, action),
      ]),
    ];
    for (const [what, actions, trusted, granted] of broken) {
      it(`fails when ${what}`, async () => {
        await prepare(actions, trusted, granted);
        assert.equal((await cloud.pull(NAME, "latest")).status, 403);
      });
    }
  });
});
