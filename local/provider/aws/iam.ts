import type { AwsContext } from "./context";
import { eventually, isAwsError, unlessMissing } from "./errors";
import { isEmpty } from "./fields";
import { fromTagList, type Operations, str, toTagList, updateTags } from "./operations";

const MISSING = ["NoSuchEntityException"];

interface InlinePolicy {
  readonly name: string;
  readonly policy: string;
}

export const role: Operations = {
  async create(aws, inputs, exists) {
    const iam = await aws.iam();
    const name = String(inputs.name);
    await eventually(isUnknownPrincipal, () =>
      iam.createRole({
        RoleName: name,
        AssumeRolePolicyDocument: String(inputs.assumeRolePolicy),
        Description: str(inputs.description),
        MaxSessionDuration: inputs.maxSessionDuration as number | undefined,
        Path: str(inputs.path),
        PermissionsBoundary: str(inputs.permissionsBoundary),
        Tags: toTagList(inputs.tagsAll),
      }),
    );
    exists(name);
    await setInlinePolicies(aws, name, [], (inputs.inlinePolicies ?? []) as InlinePolicy[]);
    await setManagedPolicies(aws, name, [], (inputs.managedPolicyArns ?? []) as string[]);
    return name;
  },
  async read(aws, id) {
    const iam = await aws.iam();
    const found = (await unlessMissing(MISSING, () => iam.getRole({ RoleName: id })))?.Role;
    if (!found) return undefined;
    const { PolicyNames = [] } = await iam.listRolePolicies({ RoleName: id });
    const inlinePolicies = await Promise.all(
      PolicyNames.map(async (name) => {
        const { PolicyDocument = "" } = await iam.getRolePolicy({ RoleName: id, PolicyName: name });
        return { name, policy: decodeURIComponent(PolicyDocument) };
      }),
    );
    const { AttachedPolicies = [] } = await iam.listAttachedRolePolicies({ RoleName: id });
    return {
      name: found.RoleName,
      arn: found.Arn,
      uniqueId: found.RoleId,
      createDate: found.CreateDate?.toISOString().replace(/\.\d+Z$/, "Z"),
      assumeRolePolicy: decodeURIComponent(found.AssumeRolePolicyDocument ?? ""),
      description: found.Description,
      maxSessionDuration: found.MaxSessionDuration,
      path: found.Path,
      permissionsBoundary: found.PermissionsBoundary?.PermissionsBoundaryArn,
      inlinePolicies,
      managedPolicyArns: AttachedPolicies.map(({ PolicyArn }) => PolicyArn),
      tagsAll: fromTagList(found.Tags),
    };
  },
  async update(aws, args) {
    const iam = await aws.iam();
    const { id, state, inputs, changed } = args;
    if (changed.has("assumeRolePolicy")) {
      await eventually(isUnknownPrincipal, () =>
        iam.updateAssumeRolePolicy({ RoleName: id, PolicyDocument: String(inputs.assumeRolePolicy) }),
      );
    }
    if (changed.has("description")) {
      await iam.updateRoleDescription({ RoleName: id, Description: str(inputs.description) ?? "" });
    }
    if (changed.has("maxSessionDuration")) {
      await iam.updateRole({ RoleName: id, MaxSessionDuration: inputs.maxSessionDuration as number | undefined });
    }
    if (changed.has("permissionsBoundary")) {
      const boundary = str(inputs.permissionsBoundary);
      if (boundary === undefined) await iam.deleteRolePermissionsBoundary({ RoleName: id });
      else await iam.putRolePermissionsBoundary({ RoleName: id, PermissionsBoundary: boundary });
    }
    if (changed.has("inlinePolicies")) {
      await setInlinePolicies(
        aws,
        id,
        (state.inlinePolicies ?? []) as InlinePolicy[],
        (inputs.inlinePolicies ?? []) as InlinePolicy[],
      );
    }
    if (changed.has("managedPolicyArns")) {
      await setManagedPolicies(
        aws,
        id,
        (state.managedPolicyArns ?? []) as string[],
        (inputs.managedPolicyArns ?? []) as string[],
      );
    }
    await updateTags(
      args,
      (Tags) => iam.tagRole({ RoleName: id, Tags }),
      (TagKeys) => iam.untagRole({ RoleName: id, TagKeys }),
    );
  },
  async delete(aws, id, state) {
    const iam = await aws.iam();
    await unlessMissing(MISSING, () => iam.listInstanceProfilesForRole({ RoleName: id }));
    // Policies of other resources are deleted by those resources, unless forced or seen by a refresh. Until then IAM
    // refuses to delete the role. Source: internal/service/iam/role.go `deleteRole`.
    const removes = (property: "inlinePolicies" | "managedPolicyArns") =>
      state.forceDetachPolicies === true || !isEmpty(state[property]);
    if (removes("managedPolicyArns")) {
      const found = await unlessMissing(MISSING, () => iam.listAttachedRolePolicies({ RoleName: id }));
      const attached = (found?.AttachedPolicies ?? []).map(({ PolicyArn = "" }) => PolicyArn);
      await setManagedPolicies(aws, id, attached, []);
    }
    if (removes("inlinePolicies")) {
      const found = await unlessMissing(MISSING, () => iam.listRolePolicies({ RoleName: id }));
      const inline = (found?.PolicyNames ?? []).map((name) => ({ name, policy: "" }));
      await setInlinePolicies(aws, id, inline, []);
    }
    await eventually(
      (error) => isAwsError(error, "DeleteConflictException"),
      () => unlessMissing(MISSING, () => iam.deleteRole({ RoleName: id })),
    );
  },
};

export const rolePolicy: Operations = {
  async create(aws, inputs) {
    await putRolePolicy(aws, String(inputs.role), String(inputs.name), String(inputs.policy));
    return `${inputs.role}:${inputs.name}`;
  },
  async read(aws, id) {
    const [RoleName = "", PolicyName = ""] = id.split(":");
    const iam = await aws.iam();
    const found = await unlessMissing(MISSING, () => iam.getRolePolicy({ RoleName, PolicyName }));
    return found && { role: RoleName, name: PolicyName, policy: decodeURIComponent(found.PolicyDocument ?? "") };
  },
  update: (aws, { inputs }) => putRolePolicy(aws, String(inputs.role), String(inputs.name), String(inputs.policy)),
  async delete(aws, id) {
    const [RoleName = "", PolicyName = ""] = id.split(":");
    const iam = await aws.iam();
    await unlessMissing(MISSING, () => iam.deleteRolePolicy({ RoleName, PolicyName }));
  },
};

export const policy: Operations = {
  async create(aws, inputs) {
    const { Policy } = await (await aws.iam()).createPolicy({
      PolicyName: String(inputs.name),
      PolicyDocument: String(inputs.policy),
      Description: str(inputs.description),
      Path: str(inputs.path),
      Tags: toTagList(inputs.tagsAll),
    });
    return String(Policy?.Arn);
  },
  async read(aws, id) {
    const iam = await aws.iam();
    const found = (await unlessMissing(MISSING, () => iam.getPolicy({ PolicyArn: id })))?.Policy;
    if (!found) return undefined;
    const { PolicyVersion } = await iam.getPolicyVersion({ PolicyArn: id, VersionId: found.DefaultVersionId });
    return {
      arn: found.Arn,
      name: found.PolicyName,
      path: found.Path,
      policyId: found.PolicyId,
      description: found.Description,
      attachmentCount: found.AttachmentCount,
      policy: decodeURIComponent(PolicyVersion?.Document ?? ""),
      tagsAll: fromTagList(found.Tags),
    };
  },
  async update(aws, args) {
    const iam = await aws.iam();
    const { id, inputs, changed } = args;
    if (changed.has("policy")) {
      const { Versions = [] } = await iam.listPolicyVersions({ PolicyArn: id });
      const oldest = Versions.filter(({ IsDefaultVersion }) => !IsDefaultVersion).at(-1);
      // IAM keeps five versions of a policy.
      if (Versions.length >= 5 && oldest) await iam.deletePolicyVersion({ PolicyArn: id, VersionId: oldest.VersionId });
      await iam.createPolicyVersion({ PolicyArn: id, PolicyDocument: String(inputs.policy), SetAsDefault: true });
    }
    await updateTags(
      args,
      (Tags) => iam.tagPolicy({ PolicyArn: id, Tags }),
      (TagKeys) => iam.untagPolicy({ PolicyArn: id, TagKeys }),
    );
  },
  async delete(aws, id) {
    const iam = await aws.iam();
    const { Versions = [] } = (await unlessMissing(MISSING, () => iam.listPolicyVersions({ PolicyArn: id }))) ?? {};
    for (const { IsDefaultVersion, VersionId } of Versions) {
      if (!IsDefaultVersion) await iam.deletePolicyVersion({ PolicyArn: id, VersionId });
    }
    await unlessMissing(MISSING, () => iam.deletePolicy({ PolicyArn: id }));
  },
};

export const rolePolicyAttachment: Operations = {
  async create(aws, inputs) {
    await setManagedPolicies(aws, String(inputs.role), [], [String(inputs.policyArn)]);
    return `${inputs.role}/${inputs.policyArn}`;
  },
  async read(aws, id) {
    const [RoleName, PolicyArn] = splitAttachment(id);
    const iam = await aws.iam();
    const found = await unlessMissing(MISSING, () => iam.listAttachedRolePolicies({ RoleName }));
    const attached = found?.AttachedPolicies?.some((candidate) => candidate.PolicyArn === PolicyArn);
    return attached ? { role: RoleName, policyArn: PolicyArn } : undefined;
  },
  async delete(aws, id) {
    const [RoleName, PolicyArn] = splitAttachment(id);
    await setManagedPolicies(aws, RoleName, [PolicyArn], []);
  },
};

// IAM refuses a principal that was just created until all its servers know it.
function isUnknownPrincipal(error: Error): boolean {
  return isAwsError(error, "MalformedPolicyDocumentException") && /Invalid principal in policy/.test(error.message);
}

function splitAttachment(id: string): [role: string, arn: string] {
  const split = id.indexOf("/");
  return [id.slice(0, split), id.slice(split + 1)];
}

async function putRolePolicy(
  aws: AwsContext,
  RoleName: string,
  PolicyName: string,
  PolicyDocument: string,
): Promise<void> {
  await (await aws.iam()).putRolePolicy({ RoleName, PolicyName, PolicyDocument });
}

async function setInlinePolicies(
  aws: AwsContext,
  RoleName: string,
  before: InlinePolicy[],
  after: InlinePolicy[],
): Promise<void> {
  const iam = await aws.iam();
  for (const { name } of before.filter((old) => !after.some((kept) => kept.name === old.name))) {
    await unlessMissing(MISSING, () => iam.deleteRolePolicy({ RoleName, PolicyName: name }));
  }
  for (const { name, policy: document } of after) await putRolePolicy(aws, RoleName, name, document);
}

async function setManagedPolicies(aws: AwsContext, RoleName: string, before: string[], after: string[]): Promise<void> {
  const iam = await aws.iam();
  for (const PolicyArn of before.filter((arn) => !after.includes(arn))) {
    await unlessMissing(MISSING, () => iam.detachRolePolicy({ RoleName, PolicyArn }));
  }
  for (const PolicyArn of after.filter((arn) => !before.includes(arn))) {
    await iam.attachRolePolicy({ RoleName, PolicyArn });
  }
}
