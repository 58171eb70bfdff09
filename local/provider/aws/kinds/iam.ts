import type { Properties } from "../../wire";
import { unlessMissing } from "../errors";
import { isEmpty } from "../fields";
import { type Ask, kindsOf, only, PREFIX, REPLACES, within } from "./kind";

const MISSING = ["NoSuchEntityException"];
const OF_ROLE = { ...REPLACES, api: "RoleName" } as const;

type Call = Ask["call"];
type Inline = { readonly name: string; readonly policy: string };

/** The types of IAM. Sources: hashicorp/terraform-provider-aws, internal/service/iam. */
export const IAM = kindsOf("IAM", { service: "iam", missing: MISSING } as const, {
  "aws:iam/role:Role": {
    creates: "createRole",
    fields: {
      assumeRolePolicy: { api: "AssumeRolePolicyDocument", form: "json" },
      name: OF_ROLE,
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
    transient: [
      // IAM refuses a principal that was just created until all its servers know it.
      ["MalformedPolicyDocumentException", /Invalid principal in policy/],
      ["DeleteConflictException", /./],
    ],
    tags: { member: "RoleName", by: "id", noun: "Role" },
    nameLength: 64,
    imported: { forceDetachPolicies: false },
    awaited: true,
    id: ({ RoleName }) => RoleName,
    async complete({ call, id, inputs }) {
      await setInline(call, id, [], inputs.inlinePolicies);
      await setManaged(call, id, [], inputs.managedPolicyArns);
    },
    async read({ call, id }) {
      const role = within(await call("getRole", { RoleName: id }), "Role");
      return {
        ...decoded(role, "AssumeRolePolicyDocument"),
        CreateDate: (role.CreateDate as Date).toISOString().replace(/\.\d+Z$/, "Z"),
        PermissionsBoundary: within(role, "PermissionsBoundary").PermissionsBoundaryArn,
        InlinePolicies: await inlineOf(call, id),
        ManagedPolicyArns: await managedOf(call, id),
      };
    },
    async update({ call, id, state, inputs, sent, changed }) {
      const {
        AssumeRolePolicyDocument: PolicyDocument,
        Description = "",
        MaxSessionDuration,
        PermissionsBoundary,
      } = sent;
      const RoleName = id;
      if (changed.has("assumeRolePolicy")) await call("updateAssumeRolePolicy", { RoleName, PolicyDocument });
      if (changed.has("description")) await call("updateRoleDescription", { RoleName, Description });
      if (changed.has("maxSessionDuration")) await call("updateRole", { RoleName, MaxSessionDuration });
      if (changed.has("permissionsBoundary")) {
        if (PermissionsBoundary === undefined) await call("deleteRolePermissionsBoundary", { RoleName });
        else await call("putRolePermissionsBoundary", { RoleName, PermissionsBoundary });
      }
      if (changed.has("inlinePolicies")) await setInline(call, id, state.inlinePolicies, inputs.inlinePolicies);
      if (changed.has("managedPolicyArns"))
        await setManaged(call, id, state.managedPolicyArns, inputs.managedPolicyArns);
    },
    async delete({ call, id, state }) {
      await call("listInstanceProfilesForRole", { RoleName: id });
      // Policies of other resources are deleted by those resources, unless forced or seen by a refresh. Until then IAM
      // refuses to delete the role. Source: role.go `deleteRole`.
      const removes = (property: string) => state.forceDetachPolicies === true || !isEmpty(state[property]);
      if (removes("managedPolicyArns")) await setManaged(call, id, await managedOf(call, id), []);
      if (removes("inlinePolicies")) await setInline(call, id, await inlineOf(call, id), []);
      await call("deleteRole", { RoleName: id });
    },
  },
  "aws:iam/rolePolicy:RolePolicy": {
    creates: "putRolePolicy",
    fields: {
      role: OF_ROLE,
      policy: { api: "PolicyDocument", form: "policy" },
      name: { ...REPLACES, api: "PolicyName" },
      namePrefix: PREFIX,
    },
    awaited: true,
    id: ({ RoleName, PolicyName }) => `${RoleName}:${PolicyName}`,
    read: async ({ call, id }) => decoded(await call("getRolePolicy", inlineNamed(id)), "PolicyDocument"),
    update: ({ call, sent }) => call("putRolePolicy", sent),
    delete: ({ call, id }) => call("deleteRolePolicy", inlineNamed(id)),
  },
  "aws:iam/policy:Policy": {
    creates: "createPolicy",
    fields: {
      policy: { api: "PolicyDocument", form: "policy" },
      name: { ...REPLACES, api: "PolicyName" },
      namePrefix: PREFIX,
      description: REPLACES,
      path: { ...REPLACES, default: "/" },
    },
    tags: { member: "PolicyArn", by: "id", noun: "Policy" },
    awaited: true,
    id: (made) => within(made, "Policy").Arn,
    async read({ call, id }) {
      const policy = within(await call("getPolicy", { PolicyArn: id }), "Policy");
      const version = await call("getPolicyVersion", { PolicyArn: id, VersionId: policy.DefaultVersionId });
      const { Document } = decoded(within(version, "PolicyVersion"), "Document");
      return { ...policy, PolicyDocument: Document };
    },
    async update({ call, id, sent, changed }) {
      if (!changed.has("policy")) return;
      const versions = await versionsOf(call, id);
      // IAM keeps five versions of a policy.
      if (versions.length >= 4) await call("deletePolicyVersion", { PolicyArn: id, VersionId: versions.at(-1) });
      await call("createPolicyVersion", { PolicyArn: id, ...only(sent, "PolicyDocument"), SetAsDefault: true });
    },
    async delete({ call, id }) {
      for (const VersionId of await versionsOf(call, id))
        await call("deletePolicyVersion", { PolicyArn: id, VersionId });
      await call("deletePolicy", { PolicyArn: id });
    },
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    creates: "attachRolePolicy",
    fields: { role: OF_ROLE, policyArn: REPLACES },
    deleteBeforeReplace: true,
    awaited: true,
    id: ({ RoleName, PolicyArn }) => `${RoleName}/${PolicyArn}`,
    async read({ call, id }) {
      const { RoleName, PolicyArn } = attachmentNamed(id);
      return (await managedOf(call, RoleName)).includes(PolicyArn) ? { RoleName, PolicyArn } : undefined;
    },
    delete: ({ call, id }) => call("detachRolePolicy", attachmentNamed(id)),
  },
});

function decoded(answer: Properties, member: string): Properties {
  return { ...answer, [member]: decodeURIComponent(String(answer[member])) };
}

function inlineNamed(id: string): object {
  const [RoleName, PolicyName] = id.split(":");
  return { RoleName, PolicyName };
}

function attachmentNamed(id: string): { RoleName: string; PolicyArn: string } {
  const split = id.indexOf("/");
  return { RoleName: id.slice(0, split), PolicyArn: id.slice(split + 1) };
}

/** A policy's versions beside the default one, the newest first. */
async function versionsOf(call: Call, PolicyArn: string): Promise<string[]> {
  const { Versions } = await call("listPolicyVersions", { PolicyArn });
  const versions = Versions as { VersionId: string; IsDefaultVersion: boolean }[];
  return versions.filter(({ IsDefaultVersion }) => !IsDefaultVersion).map(({ VersionId }) => VersionId);
}

async function inlineOf(call: Call, RoleName: string): Promise<Inline[]> {
  const { PolicyNames } = await call("listRolePolicies", { RoleName });
  return Promise.all(
    (PolicyNames as string[]).map(async (name) => {
      const found = decoded(await call("getRolePolicy", { RoleName, PolicyName: name }), "PolicyDocument");
      return { name, policy: String(found.PolicyDocument) };
    }),
  );
}

async function managedOf(call: Call, RoleName: string): Promise<string[]> {
  const { AttachedPolicies } = await call("listAttachedRolePolicies", { RoleName });
  return (AttachedPolicies as { PolicyArn: string }[]).map(({ PolicyArn }) => PolicyArn);
}

async function setInline(call: Call, RoleName: string, before: unknown, after: unknown): Promise<void> {
  const [old, wanted] = [before, after].map((list) => (list ?? []) as Inline[]) as [Inline[], Inline[]];
  for (const { name } of old.filter((each) => !wanted.some(({ name }) => name === each.name)))
    await unlessMissing(MISSING, () => call("deleteRolePolicy", { RoleName, PolicyName: name }));
  for (const { name, policy } of wanted)
    await call("putRolePolicy", { RoleName, PolicyName: name, PolicyDocument: policy });
}

async function setManaged(call: Call, RoleName: string, before: unknown, after: unknown): Promise<void> {
  const [old, wanted] = [before, after].map((list) => (list ?? []) as string[]) as [string[], string[]];
  for (const PolicyArn of old.filter((arn) => !wanted.includes(arn)))
    await unlessMissing(MISSING, () => call("detachRolePolicy", { RoleName, PolicyArn }));
  for (const PolicyArn of wanted.filter((arn) => !old.includes(arn)))
    await call("attachRolePolicy", { RoleName, PolicyArn });
}
