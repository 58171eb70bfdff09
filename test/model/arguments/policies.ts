import { ACCOUNT } from "../cloud";
import type { Argument } from "./argument";
import { template } from "./calls";
import { registry } from "./component-args";
import { policy, trusted } from "./policy-documents";
import { roleArnSamples, roleOf } from "./role-arns";
import { padded, texts } from "./samples";

/** Arguments of the policies of repositories and of the registry. */
export const POLICIES: readonly Argument[] = [
  {
    path: "registries.cache.access.accounts",
    args: (accounts: string[]) => registry({ access: { accounts } }),
    calls: (accounts: string[]) => [
      template({
        repositoryPolicy: policy(trusted(accounts.map((account) => `arn:aws:iam::${account}:root`))),
      }),
    ],
    values: () => texts("ecr", "RegistryId").map((account) => [account]),
  },
  {
    path: "registries.cache.access.roleArns",
    args: (roleArns: string[]) => registry({ access: { roleArns } }),
    calls: (arns: string[]) => [...arns.flatMap(roleOf), template({ repositoryPolicy: policy(trusted(arns)) })],
    values: () => roleArnSamples().map((arn) => [arn]),
  },
  {
    path: "registries.cache.repositoryPolicy",
    args: (repositoryPolicy: string) => registry({ repositoryPolicy }),
    calls: (repositoryPolicy: string) => [template({ repositoryPolicy })],
    values: () => ["", "{}", "[]", "null", ...padded(policy(trusted(ACCOUNT)), 10_240)],
  },
  {
    path: "registryPolicy.statements",
    args: (statements: string[]) => ({ ...registry({}), registryPolicy: { statements } }),
    calls: (statements: string[]) => [
      {
        service: "ecr",
        operation: "PutRegistryPolicy",
        input: { policyText: `{"Version":"2012-10-17","Statement":[${statements.join(",")}]}` },
      },
    ],
    values: () => {
      const statement = { Effect: "Allow", ...trusted(ACCOUNT), Resource: "*" };
      const actions = ["ecr:*", "*", "ECR:CreateRepository", "s3:GetObject", "ecr", "ecr:", ["ecr:A", "iam:B"], []];
      return [
        ...actions.map((Action) => [JSON.stringify({ ...statement, Action })]),
        ...actions.map((NotAction) => [JSON.stringify({ ...statement, Action: undefined, NotAction })]),
        ...padded(JSON.stringify(statement), 10_200).map((text) => [text]),
        [JSON.stringify({ ...statement, Resource: undefined })],
        [JSON.stringify({ Sid: "A", ...statement }), JSON.stringify({ Sid: "B", ...statement })],
        [JSON.stringify({ Sid: "A", ...statement }), JSON.stringify({ Sid: "A", ...statement })],
        ["{}"],
        ["[]"],
      ];
    },
  },
];
