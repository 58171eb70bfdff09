import type { Properties } from "../../wire";
import { eventually, says, unlessMissing } from "../errors";
import { isEmpty } from "../fields";
import { type Ask, type Kinds, only, PREFIX, REPLACES, within } from "./kind";

const MISSING = ["NoSuchEntityException"];

type Caller = Pick<Ask, "call">;
type Inline = { readonly name: string; readonly policy: string };

/** The types of IAM. Sources: hashicorp/terraform-provider-aws, internal/service/iam. */
export const IAM: Kinds = {
  "aws:iam/role:Role": {
    title: "IAM Role",
    service: "iam",
    model: "CreateRole",
    fields: {
      assumeRolePolicy: { api: "AssumeRolePolicyDocument", form: "json" },
      name: { ...REPLACES, api: "RoleName" },
      namePrefix: PREFIX,
      description: {},
      forceDetachPolicies: { default: false, writeOnly: true },
      inlinePolicies: { form: "set", apart: true },
      managedPolicyArns: { form: "set", apart: true },
      maxSessionDuration: { default: 3600 },
      path: { ...REPLACES, default: "/" },
      permissionsBoundary: {},
    },
    outputs: { uniqueId: "RoleId" },
    missing: MISSING,
    tags: { member: "RoleName", by: "id", noun: "Role" },
    nameLength: 64,
    imported: { forceDetachPolicies: false },
    awaited: true,
    async create({ call, inputs, sent, exists }) {
      await eventually(isUnknownPrincipal, () => call("createRole", sent));
      exists(String(sent.RoleName));
      await setInline({ call }, sent.RoleName, [], inputs.inlinePolicies);
      await setManaged({ call }, sent.RoleName, [], inputs.managedPolicyArns);
      return sent.RoleName;
    },
    async read({ call, id }) {
      const role = within(await call("getRole", { RoleName: id }), "Role");
      const created = role.CreateDate as Date;
      return {
        ...role,
        CreateDate: created.toISOString().replace(/\.\d+Z$/, "Z"),
        AssumeRolePolicyDocument: decodeURIComponent(String(role.AssumeRolePolicyDocument)),
        PermissionsBoundary: within(role, "PermissionsBoundary").PermissionsBoundaryArn,
        InlinePolicies: await inlineOf({ call }, id),
        ManagedPolicyArns: await managedOf({ call }, id),
      };
    },
    async update({ call, id, state, inputs, sent, changed }) {
      const RoleName = id;
      if (changed.has("assumeRolePolicy"))
        await eventually(isUnknownPrincipal, () =>
          call("updateAssumeRolePolicy", { RoleName, PolicyDocument: sent.AssumeRolePolicyDocument }),
        );
      if (changed.has("description"))
        await call("updateRoleDescription", { RoleName, Description: sent.Description ?? "" });
      if (changed.has("maxSessionDuration"))
        await call("updateRole", { RoleName, MaxSessionDuration: sent.MaxSessionDuration });
      if (changed.has("permissionsBoundary")) {
        const { PermissionsBoundary } = sent;
        if (PermissionsBoundary === undefined) await call("deleteRolePermissionsBoundary", { RoleName });
        else await call("putRolePermissionsBoundary", { RoleName, PermissionsBoundary });
      }
      if (changed.has("inlinePolicies")) await setInline({ call }, id, state.inlinePolicies, inputs.inlinePolicies);
      if (changed.has("managedPolicyArns"))
        await setManaged({ call }, id, state.managedPolicyArns, inputs.managedPolicyArns);
    },
    async delete({ call, id, state }) {
      await call("listInstanceProfilesForRole", { RoleName: id });
      // Policies of other resources are deleted by those resources, unless forced or seen by a refresh. Until then IAM
      // refuses to delete the role. Source: role.go `deleteRole`.
      const removes = (property: string) => state.forceDetachPolicies === true || !isEmpty(state[property]);
      if (removes("managedPolicyArns")) await setManaged({ call }, id, await managedOf({ call }, id), []);
      if (removes("inlinePolicies")) await setInline({ call }, id, await inlineOf({ call }, id), []);
      await eventually(
        (error) => says(error, "DeleteConflictException", /./),
        () => call("deleteRole", { RoleName: id }),
      );
    },
  },
  "aws:iam/rolePolicy:RolePolicy": {
    title: "IAM Role Policy",
    service: "iam",
    model: "PutRolePolicy",
    fields: {
      role: { ...REPLACES, api: "RoleName" },
      policy: { api: "PolicyDocument", form: "policy" },
      name: { ...REPLACES, api: "PolicyName" },
      namePrefix: PREFIX,
    },
    missing: MISSING,
    awaited: true,
    async create({ call, sent }) {
      await call("putRolePolicy", sent);
      return `${sent.RoleName}:${sent.PolicyName}`;
    },
    async read({ call, id }) {
      const [RoleName, PolicyName] = id.split(":");
      return decoded(await call("getRolePolicy", { RoleName, PolicyName }), "PolicyDocument");
    },
    update: ({ call, sent }) => call("putRolePolicy", sent),
    delete: ({ call, id }) => {
      const [RoleName, PolicyName] = id.split(":");
      return call("deleteRolePolicy", { RoleName, PolicyName });
    },
  },
  "aws:iam/policy:Policy": {
    title: "IAM Policy",
    service: "iam",
    model: "CreatePolicy",
    fields: {
      policy: { api: "PolicyDocument", form: "policy" },
      name: { ...REPLACES, api: "PolicyName" },
      namePrefix: PREFIX,
      description: REPLACES,
      path: { ...REPLACES, default: "/" },
    },
    missing: MISSING,
    tags: { member: "PolicyArn", by: "id", noun: "Policy" },
    awaited: true,
    create: async ({ call, sent }) => within(await call("createPolicy", sent), "Policy").Arn,
    async read({ call, id }) {
      const policy = within(await call("getPolicy", { PolicyArn: id }), "Policy");
      const version = await call("getPolicyVersion", { PolicyArn: id, VersionId: policy.DefaultVersionId });
      const { Document } = decoded(within(version, "PolicyVersion"), "Document");
      return { ...policy, PolicyDocument: Document };
    },
    async update({ call, id, sent, changed }) {
      if (!changed.has("policy")) return;
      const versions = await versionsOf({ call }, id);
      // IAM keeps five versions of a policy.
      if (versions.length >= 4) await call("deletePolicyVersion", { PolicyArn: id, VersionId: versions.at(-1) });
      await call("createPolicyVersion", { PolicyArn: id, ...only(sent, "PolicyDocument"), SetAsDefault: true });
    },
    async delete({ call, id }) {
      for (const VersionId of await versionsOf({ call }, id))
        await call("deletePolicyVersion", { PolicyArn: id, VersionId });
      await call("deletePolicy", { PolicyArn: id });
    },
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    title: "IAM Role Policy Attachment",
    service: "iam",
    model: "AttachRolePolicy",
    fields: { role: { ...REPLACES, api: "RoleName" }, policyArn: REPLACES },
    missing: MISSING,
    deleteBeforeReplace: true,
    awaited: true,
    async create({ call, sent }) {
      await call("attachRolePolicy", sent);
      return `${sent.RoleName}/${sent.PolicyArn}`;
    },
    async read({ call, id }) {
      const { RoleName, PolicyArn } = attachmentOf(id);
      return (await managedOf({ call }, RoleName)).includes(PolicyArn) ? { RoleName, PolicyArn } : undefined;
    },
    delete: ({ call, id }) => call("detachRolePolicy", attachmentOf(id)),
  },
};

// IAM refuses a principal that was just created until all its servers know it.
function isUnknownPrincipal(error: Error): boolean {
  return says(error, "MalformedPolicyDocumentException", /Invalid principal in policy/);
}

function decoded(answer: Properties, member: string): Properties {
  return { ...answer, [member]: decodeURIComponent(String(answer[member])) };
}

function attachmentOf(id: string): { RoleName: string; PolicyArn: string } {
  const split = id.indexOf("/");
  return { RoleName: id.slice(0, split), PolicyArn: id.slice(split + 1) };
}

/** A policy's versions beside the default one, the newest first. */
async function versionsOf({ call }: Caller, PolicyArn: string): Promise<string[]> {
  const { Versions } = await call("listPolicyVersions", { PolicyArn });
  const versions = Versions as { VersionId: string; IsDefaultVersion: boolean }[];
  return versions.filter(({ IsDefaultVersion }) => !IsDefaultVersion).map(({ VersionId }) => VersionId);
}

async function inlineOf({ call }: Caller, RoleName: string): Promise<Inline[]> {
  const { PolicyNames } = await call("listRolePolicies", { RoleName });
  return Promise.all(
    (PolicyNames as string[]).map(async (PolicyName) => {
      const found = decoded(await call("getRolePolicy", { RoleName, PolicyName }), "PolicyDocument");
      return { name: PolicyName, policy: String(found.PolicyDocument) };
    }),
  );
}

async function managedOf({ call }: Caller, RoleName: string): Promise<string[]> {
  const { AttachedPolicies } = await call("listAttachedRolePolicies", { RoleName });
  return (AttachedPolicies as { PolicyArn: string }[]).map(({ PolicyArn }) => PolicyArn);
}

async function setInline({ call }: Caller, RoleName: unknown, before: unknown, after: unknown): Promise<void> {
  const [old, wanted] = [before, after].map((list) => (list ?? []) as Inline[]) as [Inline[], Inline[]];
  for (const { name } of old.filter((each) => !wanted.some(({ name }) => name === each.name)))
    await unlessMissing(MISSING, () => call("deleteRolePolicy", { RoleName, PolicyName: name }));
  for (const { name, policy } of wanted)
    await call("putRolePolicy", { RoleName, PolicyName: name, PolicyDocument: policy });
}

async function setManaged({ call }: Caller, RoleName: unknown, before: unknown, after: unknown): Promise<void> {
  const [old, wanted] = [before, after].map((list) => (list ?? []) as string[]) as [string[], string[]];
  for (const PolicyArn of old.filter((arn) => !wanted.includes(arn)))
    await unlessMissing(MISSING, () => call("detachRolePolicy", { RoleName, PolicyArn }));
  for (const PolicyArn of wanted.filter((arn) => !old.includes(arn)))
    await call("attachRolePolicy", { RoleName, PolicyArn });
}
