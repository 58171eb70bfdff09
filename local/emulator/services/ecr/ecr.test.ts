import assert from "node:assert/strict";
import {
  CreateRepositoryCommand,
  CreateRepositoryCreationTemplateCommand,
  type CreateRepositoryCreationTemplateCommandInput,
  DeleteRegistryPolicyCommand,
  DeleteRepositoryCommand,
  DeleteRepositoryCreationTemplateCommand,
  DescribeRepositoriesCommand,
  DescribeRepositoryCreationTemplatesCommand,
  type EncryptionConfiguration,
  GetRegistryPolicyCommand,
  GetRegistryScanningConfigurationCommand,
  ListTagsForResourceCommand,
  PutRegistryPolicyCommand,
  PutRegistryScanningConfigurationCommand,
  type RegistryScanningRule,
  type ScanType,
  SetRepositoryPolicyCommand,
  type Tag,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateRepositoryCreationTemplateCommand,
  type UpdateRepositoryCreationTemplateCommandInput,
} from "@aws-sdk/client-ecr";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { ACCOUNT, allow, type Keys, OTHER_ACCOUNT, REGION, refused, TestCloud, trust } from "../../testing/support";

describe("emulator: templates, repositories and registry settings", () => {
  const cloud = TestCloud.forSuite();

  async function role(RoleName: string, trusted: string = trust({ Service: "ecr.amazonaws.com" })): Promise<string> {
    const command = new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trusted });
    return (await cloud.iam().send(command)).Role?.Arn ?? "";
  }

  /** Keys of a role that has one policy. */
  async function session(RoleName: string, PolicyDocument: string): Promise<Keys> {
    const arn = await role(RoleName, trust({ AWS: ACCOUNT }));
    await cloud.iam().send(new PutRolePolicyCommand({ RoleName, PolicyName: "all", PolicyDocument }));
    return cloud.assume(arn);
  }

  describe("repository creation templates", () => {
    const create = (more: Partial<CreateRepositoryCreationTemplateCommandInput>) =>
      cloud
        .ecr()
        .send(
          new CreateRepositoryCreationTemplateCommand({ prefix: "cache", appliedFor: ["PULL_THROUGH_CACHE"], ...more }),
        );

    it("fills in AWS's defaults and is one per prefix", async () => {
      const { repositoryCreationTemplate: made } = await create({});
      assert.equal(made?.imageTagMutability, "MUTABLE");
      assert.deepEqual(made?.encryptionConfiguration, { encryptionType: "AES256" });
      await refused(create({ prefix: "cache/" }), "TemplateAlreadyExistsException");
    });

    it("accepts tags and KMS without a role, as AWS does", async () => {
      await create({ resourceTags: [{ Key: "team", Value: "a" }], encryptionConfiguration: { encryptionType: "KMS" } });
    });

    const kmsKey = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1111-2222`;
    const lifecyclePolicy = JSON.stringify({ rules: [] });
    const refusals: [string, Partial<CreateRepositoryCreationTemplateCommandInput>, string?][] = [
      ["a description of 257 characters", { description: "d".repeat(257) }],
      ["an unknown use", { appliedFor: ["EVERYTHING" as "REPLICATION"] }],
      ["no use at all", { appliedFor: [] }, "ValidationException"],
      ["one use twice", { appliedFor: ["REPLICATION", "REPLICATION"] }, "ValidationException"],
      ["a role's ARN that has more before it", { customRoleArn: `x arn:aws:iam::${ACCOUNT}:role/creator` }],
      ["filters with MUTABLE", { imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD", filter: "v*" }] }],
      ["an exclusion without filters", { imageTagMutability: "IMMUTABLE_WITH_EXCLUSION" }],
      ["a key alias", { encryptionConfiguration: { encryptionType: "KMS", kmsKey: "alias/my-key" } }],
      ["a key with AES256", { encryptionConfiguration: { encryptionType: "AES256", kmsKey } }],
      [
        "a key of another Region",
        { encryptionConfiguration: { encryptionType: "KMS", kmsKey: kmsKey.replace(REGION, "us-east-1") } },
      ],
      ["KMS_DSSE outside of GovCloud", { encryptionConfiguration: { encryptionType: "KMS_DSSE" } }],
      ["a lifecycle policy without rules", { lifecyclePolicy }],
      ["a repository policy with a resource", { repositoryPolicy: allow("ecr:*", { Principal: "*", Resource: "*" }) }],
      ["a repository policy that is not JSON", { repositoryPolicy: "{" }],
      ["a repository policy of 10241 characters", { repositoryPolicy: "p".repeat(10241) }],
      ["a role of another account", { customRoleArn: `arn:aws:iam::${OTHER_ACCOUNT}:role/creator` }],
      ["a reserved tag", { resourceTags: [{ Key: "aws:x", Value: "" }] }, "InvalidTagParameterException"],
      [
        "51 tags",
        { resourceTags: Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: "" })) },
        "TooManyTagsException",
      ],
    ];
    for (const [what, input, name = "InvalidParameterException"] of refusals) {
      it(`refuses ${what}`, () => refused(create(input), name));
    }

    it("changes what an update names and nothing else", async () => {
      await create({ description: "old", resourceTags: [{ Key: "team", Value: "a" }] });
      await cloud.ecr().send(new UpdateRepositoryCreationTemplateCommand({ prefix: "cache", description: "new" }));
      const answer = await cloud.ecr().send(new DescribeRepositoryCreationTemplatesCommand({ prefixes: ["cache"] }));
      const template = answer.repositoryCreationTemplates?.[0];
      assert.equal(template?.description, "new");
      assert.deepEqual(template?.resourceTags, [{ Key: "team", Value: "a" }]);
    });

    it("removes what an update sets to empty, and changes appliedFor and the role", async () => {
      const [customRoleArn, other] = [await role("creator"), await role("other")];
      await create({ customRoleArn, description: "old", resourceTags: [{ Key: "team", Value: "a" }] });
      const update = async (more: Partial<UpdateRepositoryCreationTemplateCommandInput>) => {
        await cloud.ecr().send(new UpdateRepositoryCreationTemplateCommand({ prefix: "cache", ...more }));
        const answer = await cloud.ecr().send(new DescribeRepositoryCreationTemplatesCommand({ prefixes: ["cache"] }));
        return answer.repositoryCreationTemplates?.[0];
      };
      assert.equal((await update({ description: "new" }))?.customRoleArn, customRoleArn);
      assert.equal((await update({ customRoleArn: other }))?.customRoleArn, other);
      assert.equal((await update({ customRoleArn: "" }))?.customRoleArn, undefined);
      assert.deepEqual((await update({ appliedFor: ["REPLICATION"] }))?.appliedFor, ["REPLICATION"]);
      assert.deepEqual((await update({ resourceTags: [] }))?.resourceTags, []);
    });

    it("requires of its creator the permissions for what ECR will do", async () => {
      const customRoleArn = await role("creator");
      const lifecycle = {
        rulePriority: 1,
        selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 3 },
        action: { type: "expire" },
      };
      const whole = {
        prefix: "cache",
        appliedFor: ["PULL_THROUGH_CACHE" as const],
        customRoleArn,
        lifecyclePolicy: JSON.stringify({ rules: [lifecycle] }),
        repositoryPolicy: allow("ecr:BatchGetImage", { Principal: { AWS: OTHER_ACCOUNT } }),
      };
      const needed = [
        "ecr:CreateRepositoryCreationTemplate",
        "ecr:CreateRepository",
        "ecr:PutLifecyclePolicy",
        "ecr:SetRepositoryPolicy",
        "iam:PassRole",
        "iam:CreateServiceLinkedRole",
      ];
      for (const missing of needed) {
        const actions = needed.filter((action) => action !== missing);
        const keys = await session(`without-${missing.replace(":", "-")}`, allow(actions, { Resource: "*" }));
        const call = cloud.ecr({ keys }).send(new CreateRepositoryCreationTemplateCommand(whole));
        await refused(call, "AccessDeniedException", new RegExp(missing));
      }
      const keys = await session("with-all", allow(needed, { Resource: "*" }));
      await cloud.ecr({ keys }).send(new CreateRepositoryCreationTemplateCommand(whole));
    });

    it("requires the permission to create repositories below the prefix, at the creation and at an update", async () => {
      const templates = ["ecr:CreateRepositoryCreationTemplate", "ecr:UpdateRepositoryCreationTemplate"];
      const statements = [
        { Effect: "Allow", Action: [...templates, "iam:CreateServiceLinkedRole"], Resource: "*" },
        {
          Effect: "Allow",
          Action: ["ecr:CreateRepository", "ecr:PutLifecyclePolicy", "ecr:SetRepositoryPolicy"],
          Resource: `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/cache/*`,
        },
      ];
      const keys = await session("below", JSON.stringify({ Version: "2012-10-17", Statement: statements }));
      const ecr = cloud.ecr({ keys });
      const appliedFor = ["PULL_THROUGH_CACHE" as const];
      for (const prefix of ["cache/", "cache/team"]) await ecr.createRepositoryCreationTemplate({ prefix, appliedFor });
      await ecr.updateRepositoryCreationTemplate({ prefix: "cache/", description: "new", appliedFor });
      const denied = (resource: string) => new RegExp(`ecr:CreateRepository on resource: .*:repository/${resource}$`);
      for (const [prefix, resource] of [
        ["other", "other/\\*"],
        ["ROOT", "\\*"],
      ] as const) {
        await create({ prefix });
        const make = ecr.createRepositoryCreationTemplate({ prefix, appliedFor });
        await refused(make, "AccessDeniedException", denied(resource));
        const update = ecr.updateRepositoryCreationTemplate({ prefix });
        await refused(update, "AccessDeniedException", denied(resource));
      }
    });

    it("accepts a role only if it exists", () =>
      refused(create({ customRoleArn: `arn:aws:iam::${ACCOUNT}:role/nobody` }), "InvalidParameterException"));

    it("takes a role by the ARN of its partition", async () => {
      await role("creator");
      const govCloud = cloud.ecr({ region: "us-gov-west-1" });
      const customRoleArn = `arn:aws-us-gov:iam::${ACCOUNT}:role/creator`;
      const input = { prefix: "cache", appliedFor: ["PULL_THROUGH_CACHE" as const], customRoleArn };
      const made = await govCloud.createRepositoryCreationTemplate(input);
      assert.equal(made.repositoryCreationTemplate?.customRoleArn, customRoleArn);
    });

    it("is not found after its deletion", async () => {
      await create({});
      const remove = () => cloud.ecr().send(new DeleteRepositoryCreationTemplateCommand({ prefix: "cache" }));
      await remove();
      await refused(remove(), "TemplateNotFoundException");
      const described = await cloud.ecr().send(new DescribeRepositoryCreationTemplatesCommand({ prefixes: ["cache"] }));
      assert.deepEqual(described.repositoryCreationTemplates, []);
    });
  });

  describe("repositories", () => {
    const create = (repositoryName: string) => cloud.ecr().send(new CreateRepositoryCommand({ repositoryName }));
    const arn = `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/team/app`;

    it("lives from creation to deletion, with tags", async () => {
      const { repository } = await create("team/app");
      assert.equal(repository?.repositoryArn, arn);
      assert.equal(repository?.repositoryUri, `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/team/app`);
      await refused(create("team/app"), "RepositoryAlreadyExistsException");
      const tags = [{ Key: "team", Value: "a" }, { Key: "cost", Value: "b" }]; // biome-ignore format: short
      await cloud.ecr().send(new TagResourceCommand({ resourceArn: arn, tags }));
      await cloud.ecr().send(new UntagResourceCommand({ resourceArn: arn, tagKeys: ["cost"] }));
      const listed = await cloud.ecr().send(new ListTagsForResourceCommand({ resourceArn: arn }));
      assert.deepEqual(listed.tags, [{ Key: "team", Value: "a" }]);
      await cloud.ecr().send(new DeleteRepositoryCommand({ repositoryName: "team/app" }));
      const described = cloud.ecr().send(new DescribeRepositoriesCommand({ repositoryNames: ["team/app"] }));
      await refused(described, "RepositoryNotFoundException");
    });

    it("does not find names like Object's own properties", () =>
      refused(
        cloud.ecr().send(new DescribeRepositoriesCommand({ repositoryNames: ["constructor"] })),
        "RepositoryNotFoundException",
      ));

    it("pages", async () => {
      for (const name of ["aa", "bb", "cc"]) await create(name);
      const first = await cloud.ecr().send(new DescribeRepositoriesCommand({ maxResults: 2 }));
      const second = await cloud
        .ecr()
        .send(new DescribeRepositoriesCommand({ maxResults: 2, nextToken: first.nextToken }));
      assert.deepEqual([first.repositories?.length, second.repositories?.length], [2, 1]);
      assert.equal(second.nextToken, undefined);
    });

    it("is encrypted as its settings say, in GovCloud also twice", async () => {
      const region = "us-gov-west-1";
      const key = (at: string, partition = "aws") => `arn:${partition}:kms:${at}:${ACCOUNT}:key/1111-2222`;
      const make = async (encryptionConfiguration: EncryptionConfiguration, at = REGION) => {
        const repositoryName = "team/app";
        const ecr = cloud.ecr({ region: at });
        const { repository } = await ecr.createRepository({ repositoryName, encryptionConfiguration });
        await ecr.deleteRepository({ repositoryName });
        assert.equal(repository?.repositoryUri?.split("/")[0], `${ACCOUNT}.dkr.ecr.${at}.amazonaws.com`);
        const partition = at === region ? "aws-us-gov" : "aws";
        assert.equal(repository.repositoryArn, `arn:${partition}:ecr:${at}:${ACCOUNT}:repository/${repositoryName}`);
        return repository.encryptionConfiguration;
      };
      for (const encryption of [
        { encryptionType: "AES256" },
        { encryptionType: "KMS" },
        { encryptionType: "KMS", kmsKey: key(REGION) },
        { encryptionType: "KMS", kmsKey: "alias/mine" },
      ] satisfies EncryptionConfiguration[]) {
        assert.deepEqual(await make(encryption), encryption);
      }
      const twice = { encryptionType: "KMS_DSSE" as const, kmsKey: key(region, "aws-us-gov") };
      assert.deepEqual(await make(twice, region), twice);
      for (const encryption of [
        { encryptionType: "KMS_DSSE" },
        { encryptionType: "AES256", kmsKey: key(REGION) },
        { encryptionType: "KMS", kmsKey: key("us-east-1") },
      ] satisfies EncryptionConfiguration[]) {
        await refused(make(encryption), "InvalidParameterException");
      }
    });

    it("takes tags by its ARN, of which there must be one", async () => {
      await create("team/app");
      const tag = (tags: Tag[], resourceArn = arn) => cloud.ecr().tagResource({ resourceArn, tags });
      await refused(tag([]), "InvalidParameterException", /no tag/);
      const other = arn.replace(ACCOUNT, OTHER_ACCOUNT);
      for (const resourceArn of [`x${arn}`, arn.replace(":ecr:", ":ecr-public:")]) {
        await refused(tag([{ Key: "team", Value: "a" }], resourceArn), "InvalidParameterException", /no repository/);
      }
      await refused(tag([{ Key: "team", Value: "a" }], other), "AccessDeniedException");
      const many = (count: number) => Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: "" }));
      await tag(many(50));
      await refused(tag([{ Key: "more", Value: "" }]), "TooManyTagsException");
      await refused(tag([{ Key: "aws:x", Value: "" }]), "InvalidTagParameterException");
    });

    it("refuses a policy without principals", async () => {
      await create("team/app");
      const set = new SetRepositoryPolicyCommand({
        repositoryName: "team/app",
        policyText: allow("ecr:BatchGetImage"),
      });
      await refused(cloud.ecr().send(set), "InvalidParameterException", /Principal/);
    });
  });

  describe("registry policy", () => {
    const statement = { Principal: { AWS: OTHER_ACCOUNT }, Resource: "*" };
    const put = (policyText: string) => cloud.ecr().send(new PutRegistryPolicyCommand({ policyText }));

    it("is one document that is put, read and deleted", async () => {
      await refused(cloud.ecr().send(new GetRegistryPolicyCommand({})), "RegistryPolicyNotFoundException");
      const policyText = allow(["ecr:CreateRepository", "ecr:BatchImportUpstreamImage"], statement);
      await put(policyText);
      assert.equal((await cloud.ecr().send(new GetRegistryPolicyCommand({}))).policyText, policyText);
      await cloud.ecr().send(new DeleteRegistryPolicyCommand({}));
      await refused(cloud.ecr().send(new DeleteRegistryPolicyCommand({})), "RegistryPolicyNotFoundException");
    });

    it("refuses what is not a registry policy", async () => {
      await refused(put("{}"), "InvalidParameterException");
      await refused(
        put(allow("s3:GetObject", statement)),
        "InvalidParameterException",
        /only actions of ecr|vendor|Missing|must/,
      );
      const { Action: _, ...rest } = JSON.parse(allow("", statement)).Statement[0];
      for (const name of ["Action", "NotAction"]) {
        const policy = (action: string) =>
          JSON.stringify({ Version: "2012-10-17", Statement: [{ ...rest, Effect: "Deny", [name]: action }] });
        for (const action of ["*", "ECR:CreateRepository", "ecr:*"]) await put(policy(action));
        for (const action of ["ecrx:Get*", "xecr:Get*"]) {
          await refused(put(policy(action)), "InvalidParameterException", /only actions of ecr|vendor|Missing|must/);
        }
      }
      await refused(
        put(allow("ecr:CreateRepository", { Principal: statement.Principal })),
        "InvalidParameterException",
      );
      await refused(put(allow("ecr:*", { ...statement, Sid: "x".repeat(10240) })), "InvalidParameterException");
    });
  });

  describe("registry scanning", () => {
    const rule = (scanFrequency: string, ...filters: string[]) =>
      ({
        scanFrequency,
        repositoryFilters: filters.map((filter) => ({ filter, filterType: "WILDCARD" })),
      }) as RegistryScanningRule;
    const put = (scanType: ScanType, ...rules: RegistryScanningRule[]) =>
      cloud.ecr().send(new PutRegistryScanningConfigurationCommand({ scanType, rules }));

    it("is BASIC without rules by default", async () => {
      const answer = await cloud.ecr().send(new GetRegistryScanningConfigurationCommand({}));
      assert.deepEqual(answer.scanningConfiguration, { scanType: "BASIC", rules: [] });
    });

    it("requires permission to turn Amazon Inspector on and off", async () => {
      const put = (keys: Keys, scanType: ScanType) =>
        cloud.ecr({ keys }).send(new PutRegistryScanningConfigurationCommand({ scanType, rules: [] }));
      const basic = await session("basic", allow("ecr:PutRegistryScanningConfiguration", { Resource: "*" }));
      await put(basic, "BASIC");
      await refused(
        put(basic, "ENHANCED"),
        "AccessDeniedException",
        /inspector2:ListAccountPermissions on resource: \*$/,
      );
      const actions = [
        "ecr:PutRegistryScanningConfiguration",
        "inspector2:ListAccountPermissions",
        "inspector2:Enable",
        "iam:CreateServiceLinkedRole",
      ];
      for (const missing of actions.slice(1)) {
        const others = actions.filter((action) => action !== missing);
        const keys = await session(`without-${missing.split(":")[1]}`, allow(others, { Resource: "*" }));
        await refused(put(keys, "ENHANCED"), "AccessDeniedException", new RegExp(missing));
      }
      await put(await session("enhanced", allow(actions, { Resource: "*" })), "ENHANCED");
      await cloud.iam().getRole({ RoleName: "AWSServiceRoleForAmazonInspector2" });
      await refused(put(basic, "BASIC"), "AccessDeniedException", /inspector2:Disable on resource: \*$/);
      const disabling = allow(["ecr:PutRegistryScanningConfiguration", "inspector2:Disable"], { Resource: "*" });
      await put(await session("disabling", disabling), "BASIC");
      await put(basic, "BASIC");
    });

    it("refuses what AWS refuses", async () => {
      await refused(put("BASIC", rule("CONTINUOUS_SCAN", "*")), "ValidationException");
      await refused(put("ENHANCED", rule("MANUAL", "*")), "ValidationException");
      const push = rule("SCAN_ON_PUSH", "*");
      await refused(put("BASIC", push, push, push), "InvalidParameterException");
      await refused(put("BASIC", push, push), "ValidationException");
      for (const filter of ["ecr-public/", "a--b", "Upper", "", `${"a".repeat(40)}!`]) {
        await refused(put("BASIC", rule("SCAN_ON_PUSH", filter)), "InvalidParameterException");
      }
    });
  });
});
