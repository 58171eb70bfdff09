import assert from "node:assert/strict";
import { openCloud } from "../../cloud";
import { createCachedRepository, templateFor } from "../../oci/create-repository";
import { readToken } from "../../oci/token";
import { upstreamCredential } from "../../oci/upstream-access";
import type { RepositoryCreationTemplate } from "../../state/model";
import { ACCOUNT, allow, OTHER_ACCOUNT, REGION, trust } from "../../testing/support";
import { UpstreamDenied } from "../../upstream/client";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/ecr`;
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/own`;
const NAME = "hub/a";
const TAG = { Key: "a", Value: "b" };

describe("emulator: roles that ECR assumes", () => {
  let { cloud } = openCloud({});
  beforeEach(() => {
    ({ cloud } = openCloud({}));
  });

  function putRole(service: string, ...policies: string[]): void {
    cloud.store.global(ACCOUNT).roles.set("ecr", {
      RoleName: "ecr",
      Path: "/",
      Arn: ROLE,
      RoleId: "AROA1",
      CreateDate: 0,
      AssumeRolePolicyDocument: trust({ Service: service }),
      MaxSessionDuration: 3600,
      inlinePolicies: new Map(policies.map((policy, index) => [String(index), policy])),
      attachedPolicies: [],
      Tags: [],
    });
  }
  const on = (Resource: string, ...actions: string[]) => allow(actions, { Resource });

  describe("to create a repository", () => {
    const place = { account: ACCOUNT, region: REGION, name: NAME };
    const template = (more: Partial<RepositoryCreationTemplate> = {}): RepositoryCreationTemplate => ({
      prefix: "hub",
      encryptionConfiguration: { encryptionType: "AES256" },
      resourceTags: [],
      imageTagMutability: "MUTABLE",
      appliedFor: ["PULL_THROUGH_CACHE"],
      createdAt: 0,
      updatedAt: 0,
      ...more,
    });
    const put = (more: Partial<RepositoryCreationTemplate>) => {
      const { templates } = cloud.store.region(ACCOUNT, REGION);
      templates.set(more.prefix ?? "hub", template(more));
    };
    const missing = {
      code: "NAME_UNKNOWN",
      status: 404,
      message: `The repository with name '${NAME}' does not exist in the registry with id '${ACCOUNT}'`,
    };

    it("copy all of the template", () => {
      putRole("ecr.amazonaws.com", on("*", "ecr:*", "kms:*"));
      const given = template({
        customRoleArn: ROLE,
        encryptionConfiguration: { encryptionType: "KMS", kmsKey: KEY },
        resourceTags: [{ Key: "team", Value: "a" }],
        imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters: [{ filter: "dev-*", filterType: "WILDCARD" }],
        repositoryPolicy: "{}",
        lifecyclePolicy: '{"rules":[]}',
      });
      put(given);
      const { createdAt, ...made } = createCachedRepository(cloud, place);
      assert.ok(Math.abs(createdAt - Date.now()) < 60_000);
      assert.deepEqual(made, {
        repositoryArn: `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/${NAME}`,
        registryId: ACCOUNT,
        repositoryName: NAME,
        repositoryUri: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/${NAME}`,
        imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters: given.imageTagMutabilityExclusionFilters,
        imageScanningConfiguration: { scanOnPush: false },
        encryptionConfiguration: given.encryptionConfiguration,
        policyText: "{}",
        lifecyclePolicyText: '{"rules":[]}',
        tags: given.resourceTags,
        images: new Map(),
        imageTags: new Map(),
      });
    });

    it("are needed only for tags and keys", () => {
      createCachedRepository(cloud, place);
      put({});
      createCachedRepository(cloud, place);
      const needing: Partial<RepositoryCreationTemplate>[] = [
        { resourceTags: [TAG] },
        { encryptionConfiguration: { encryptionType: "KMS" } },
      ];
      for (const more of needing) {
        put(more);
        assert.throws(() => createCachedRepository(cloud, place), missing);
      }
      put({ customRoleArn: ROLE });
      assert.throws(() => createCachedRepository(cloud, place), missing, "a role that does not exist");
      putRole("ecr.amazonaws.com", on("*", "ecr:CreateRepository"));
      createCachedRepository(cloud, place);
      putRole("pullthroughcache.ecr.amazonaws.com", on("*", "ecr:CreateRepository"));
      assert.throws(() => createCachedRepository(cloud, place), missing, "a role that trusts another service");
    });

    it("need each permission on the repository and on the key", () => {
      const repository = `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/${NAME}`;
      const kms = ["kms:CreateGrant", "kms:RetireGrant", "kms:DescribeKey"];
      const creates = (ecr: string[], keyActions: string[] = [], key = KEY, resource = repository) => {
        putRole("ecr.amazonaws.com", on(resource, ...ecr), on(key, "kms:None", ...keyActions));
        try {
          createCachedRepository(cloud, place);
          return true;
        } catch (error) {
          assert.deepEqual({ ...(error as object), message: (error as Error).message }, missing);
          return false;
        }
      };
      put({ customRoleArn: ROLE, resourceTags: [TAG] });
      assert.equal(creates(["ecr:CreateRepository", "ecr:TagResource"]), true);
      for (const only of ["ecr:CreateRepository", "ecr:TagResource"]) assert.equal(creates([only]), false, only);
      assert.equal(creates(["ecr:*"], [], KEY, `${repository}/b`), false, "of another repository");
      put({ customRoleArn: ROLE, encryptionConfiguration: { encryptionType: "KMS", kmsKey: KEY } });
      const create = ["ecr:CreateRepository"];
      assert.equal(creates(create, kms), true);
      for (const action of kms)
        assert.equal(
          creates(
            create,
            kms.filter((each) => each !== action),
          ),
          false,
          action,
        );
      assert.equal(creates(create, kms, `${KEY}x`), false, "of another key");
      for (const encryptionType of ["KMS", "KMS_DSSE"] as const) {
        put({ customRoleArn: ROLE, encryptionConfiguration: { encryptionType } });
        assert.equal(creates(create, kms, `arn:aws:kms:${REGION}:${ACCOUNT}:key/aws-ecr`), true);
        assert.equal(creates(create, []), false);
      }
    });

    it("are those of the longest template that is for pulls", () => {
      for (const [prefix, appliedFor] of [
        ["ROOT", ["PULL_THROUGH_CACHE"]],
        ["hub", ["REPLICATION", "PULL_THROUGH_CACHE"]],
        ["hub/a/b", ["REPLICATION"]],
        ["hubs", ["PULL_THROUGH_CACHE"]],
      ] as const)
        put({ prefix, appliedFor: [...appliedFor] });
      const prefixFor = (name: string, region = REGION) => templateFor(cloud, { ...place, name, region })?.prefix;
      assert.deepEqual(
        ["hub/a/b/c", "hub/a", "x/y"].map((name) => prefixFor(name)),
        ["hub", "hub", "ROOT"],
      );
      assert.equal(prefixFor("hub/a", "us-east-1"), undefined);
    });
  });

  describe("to pull from another account's registry", () => {
    const UPSTREAM = `arn:aws:ecr:us-east-1:${OTHER_ACCOUNT}:repository/a`;
    const local = ["InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload", "PutImage"];
    const remote = ["BatchGetImage", "GetDownloadUrlForLayer", "BatchImportUpstreamImage", "GetImageCopyStatus"];
    const ecr = (actions: string[]) => actions.map((action) => `ecr:${action}`);
    const all = {
      login: ["GetAuthorizationToken"],
      local,
      remote,
      offered: remote,
      service: "pullthroughcache.ecr.amazonaws.com",
      repository: `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/${NAME}`,
    };
    const credential = (given: Partial<typeof all> = {}) => {
      const { login, local, remote, offered, service, repository } = { ...all, ...given };
      putRole(
        service,
        on("*", "ecr:None", ...ecr(login)),
        on(repository, "ecr:None", ...ecr(local)),
        on(UPSTREAM, "ecr:None", ...ecr(remote)),
      );
      const Principal = { AWS: ROLE };
      const policy = allow(["ecr:None", ...ecr(offered)], { Principal, Resource: UPSTREAM });
      cloud.store.region(OTHER_ACCOUNT, "us-east-1").registryPolicy = policy;
      return upstreamCredential(cloud, {
        account: ACCOUNT,
        region: REGION,
        rule: {
          ecrRepositoryPrefix: "hub",
          upstreamRegistryUrl: `${OTHER_ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com`,
          upstreamRegistry: "ecr",
          customRoleArn: ROLE,
          createdAt: 0,
          updatedAt: 0,
        },
        repository: NAME,
        upstreamRepository: "a",
      });
    };
    const refused = (given: Partial<typeof all>, message: string) =>
      assert.throws(
        () => credential(given),
        (error) => error instanceof UpstreamDenied && error.message === message,
        message,
      );

    it("give a token of the role, for the upstream's Region", () => {
      const { username, password = "" } = credential() ?? {};
      assert.equal(username, "AWS");
      const claims = readToken(password, cloud.tokenKey);
      assert.equal(claims?.region, "us-east-1");
      assert.deepEqual(claims.principal, {
        kind: "session",
        account: ACCOUNT,
        arn: `arn:aws:sts::${ACCOUNT}:assumed-role/ecr/ecr`,
        roleArn: ROLE,
        roleId: "AROA1",
        sessionName: "ecr",
      });
    });

    it("need each permission of the role, on the own and the other repository, and each that the other side offers", () => {
      const lacks = (action: string) => `the rule's role or the upstream's policy does not allow ecr:${action}`;
      const without = (list: string[], action: string) => list.filter((each) => each !== action);
      refused({ login: [] }, lacks("GetAuthorizationToken"));
      for (const action of local) refused({ local: without(local, action) }, lacks(action));
      for (const action of remote) refused({ remote: without(remote, action) }, lacks(action));
      for (const action of remote) refused({ offered: without(remote, action) }, lacks(action));
      refused({ repository: `${all.repository}x` }, lacks("InitiateLayerUpload"));
      refused({ service: "ecr.amazonaws.com" }, "ECR cannot assume the rule's role");
    });
  });
});
