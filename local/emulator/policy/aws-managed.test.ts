import assert from "node:assert/strict";
import { MANAGED_POLICY_ARNS, managedPolicyDocument } from "./aws-managed";

/** Which policies allow which actions. Source: the newest version of each in AWS's managed policy reference. */
const ACTIONS: Readonly<Record<string, readonly (readonly [policies: string, ...actions: string[]])[]>> = {
  ecr: [
    ["pull read power task", "GetAuthorizationToken", "BatchGetImage", "GetDownloadUrlForLayer"],
    ["pull", "BatchImportUpstreamImage"],
    ["read power task", "BatchCheckLayerAvailability"],
    ["read power", "GetRepositoryPolicy", "DescribeRepositories", "ListImages", "DescribeImages"],
    ["read power", "GetLifecyclePolicy", "GetLifecyclePolicyPreview", "ListTagsForResource"],
    ["read power", "DescribeImageScanFindings"],
    ["power", "InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload", "PutImage"],
  ],
  logs: [["task", "CreateLogStream", "PutLogEvents"]],
};
const ARNS: Readonly<Record<string, string>> = {
  pull: "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
  read: "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly",
  power: "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser",
  task: "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
};

describe("emulator: AWS's managed policies", () => {
  const statements = (arn: string) =>
    (
      JSON.parse(managedPolicyDocument(arn) ?? "{}") as {
        Statement: { Effect: string; Action: string[]; Resource: string }[];
      }
    ).Statement;

  for (const [name, arn] of Object.entries(ARNS)) {
    it(`${arn.split("/").at(-1)} allows the same actions as AWS's policy, on everything`, () => {
      const wanted = Object.entries(ACTIONS).flatMap(([service, rows]) =>
        rows
          .filter(([policies]) => policies.split(" ").includes(name))
          .flatMap(([, ...actions]) => actions.map((action) => `${service}:${action}`)),
      );
      const [statement, ...others] = statements(arn);
      assert.deepEqual([statement?.Effect, statement?.Resource, others], ["Allow", "*", []]);
      assert.deepEqual([...(statement?.Action ?? [])].sort(), wanted.sort());
    });
  }

  it("are these and AdministratorAccess, and no others", () => {
    const admin = "arn:aws:iam::aws:policy/AdministratorAccess";
    assert.deepEqual([...MANAGED_POLICY_ARNS].sort(), [...Object.values(ARNS), admin].sort());
    assert.deepEqual(statements(admin), [{ Effect: "Allow", Action: ["*"], Resource: "*" }]);
    for (const arn of ["arn:aws:iam::aws:policy/Other", "constructor"])
      assert.equal(managedPolicyDocument(arn), undefined);
  });
});
