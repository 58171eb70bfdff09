import { fixedName, POLICY_NAME_MAX, ROLE_NAME_MAX } from "../../../component/plan/names";
import type { Call } from "../cloud";
import type { Argument } from "./argument";
import { role, rule, secret, template } from "./calls";
import { CREDENTIAL, ECR_HOST, registry } from "./component-args";
import { policy } from "./policy-documents";
import { accountIn, roleArnSamples, roleOf } from "./role-arns";
import { texts } from "./samples";
import { tagMaps, tagsOf } from "./tags";

const putRolePolicy = (RoleName: string, PolicyName: string): Call => ({
  service: "iam",
  operation: "PutRolePolicy",
  input: { RoleName, PolicyName, PolicyDocument: policy({ Action: "ecr:GetAuthorizationToken", Resource: "*" }) },
});

/** Arguments that name IAM roles, and names and tags of what the component creates in IAM. */
export const ROLES: readonly Argument[] = [
  {
    path: "registries.cache.roleArn",
    args: (roleArn: string) => registry({ registry: ECR_HOST, roleArn }),
    calls: (arn: string) => [...roleOf(arn), rule({ upstreamRegistryUrl: ECR_HOST, customRoleArn: arn })],
    values: roleArnSamples,
    account: accountIn,
  },
  {
    path: "templateRoleArn",
    args: (templateRoleArn: string) => ({ ...registry({ encryption: { type: "KMS" } }), templateRoleArn }),
    calls: (arn: string) => [...roleOf(arn), template({ customRoleArn: arn })],
    values: roleArnSamples,
    account: accountIn,
  },
  {
    path: "pullTimeExclusions",
    args: (arn: string) => ({ ...registry({}), pullTimeExclusions: { scanner: arn } }),
    calls: (principalArn: string) => [
      { service: "ecr", operation: "RegisterPullTimeUpdateExclusion", input: { principalArn } },
    ],
    values: () => texts("ecr", "PrincipalArn"),
  },
  {
    path: "pullerRoles",
    args: (role: string) => ({ ...registry({}), pullerRoles: { puller: role } }),
    calls: (given: string) => (given.startsWith("arn:") ? roleOf(given) : [role({ RoleName: given })]),
    values: () => [...texts("iam", "roleNameType"), ...roleArnSamples()],
  },
  {
    path: "pullerRoles",
    args: (name: string) => ({ ...registry({}), pullerRoles: { [name]: "puller" } }),
    calls: (name: string) => [putRolePolicy("puller", fixedName([`cache-pull-${name}`], POLICY_NAME_MAX))],
    values: () => texts("iam", "policyNameType"),
    before: [role({ RoleName: "puller" })],
  },
  {
    path: "tags",
    args: (tags: { [key: string]: string }) => ({
      registries: { dockerhub: { encryption: { type: "KMS" } } },
      credentials: CREDENTIAL,
      tags,
    }),
    calls: (tags: { [key: string]: string }) => [secret({ Tags: tagsOf(tags) }), role({ Tags: tagsOf(tags) })],
    values: () => [...tagMaps(1), { Team: "a", team: "b" }],
  },
  {
    path: "",
    name: (name: string) => name,
    args: () => ({ ...registry({ encryption: { type: "KMS" } }), pullerRoles: { puller: "puller" } }),
    calls: (name: string) => {
      const roleName = fixedName([name, "template"], ROLE_NAME_MAX);
      return [
        role({ RoleName: roleName }),
        putRolePolicy(roleName, "template"),
        putRolePolicy(roleName, fixedName([`${name}-pull-puller`], POLICY_NAME_MAX)),
      ];
    },
    values: () => texts("iam", "roleNameType"),
    before: [role({})],
  },
];
