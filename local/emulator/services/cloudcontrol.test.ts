import assert from "node:assert/strict";
import { GetResourceCommand } from "@aws-sdk/client-cloudcontrol";
import { PutRegistryPolicyCommand, PutRegistryScanningConfigurationCommand } from "@aws-sdk/client-ecr";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { ACCOUNT, allow, OTHER_ACCOUNT, type Place, refused, TestCloud, trust } from "../testing/support";

const POLICY = "AWS::ECR::RegistryPolicy";
const SCANNING = "AWS::ECR::RegistryScanningConfiguration";

describe("emulator: AWS Cloud Control API", () => {
  const cloud = TestCloud.forSuite();

  const get = async (TypeName: string, Identifier = ACCOUNT, place: Place = {}) => {
    const answer = await cloud.cloudControl(place).send(new GetResourceCommand({ TypeName, Identifier }));
    assert.equal(answer.TypeName, TypeName);
    assert.equal(answer.ResourceDescription?.Identifier, Identifier);
    return JSON.parse(answer.ResourceDescription?.Properties ?? "null");
  };

  it("reads a Region's scanning configuration, by default BASIC without rules", async () => {
    assert.deepEqual(await get(SCANNING), { RegistryId: ACCOUNT, ScanType: "BASIC", Rules: [] });
    await cloud.ecr().send(
      new PutRegistryScanningConfigurationCommand({
        scanType: "ENHANCED",
        rules: [{ scanFrequency: "CONTINUOUS_SCAN", repositoryFilters: [{ filter: "prod*", filterType: "WILDCARD" }] }],
      }),
    );
    assert.deepEqual(await get(SCANNING), {
      RegistryId: ACCOUNT,
      ScanType: "ENHANCED",
      Rules: [{ ScanFrequency: "CONTINUOUS_SCAN", RepositoryFilters: [{ Filter: "prod*", FilterType: "WILDCARD" }] }],
    });
  });

  it("reads a Region's registry policy as an object, and finds none before there is one", async () => {
    await refused(get(POLICY), "ResourceNotFoundException", /HandlerErrorCode: NotFound/);
    const policyText = allow("ecr:CreateRepository", { Principal: { AWS: OTHER_ACCOUNT }, Resource: "*" });
    await cloud.ecr().send(new PutRegistryPolicyCommand({ policyText }));
    assert.deepEqual(await get(POLICY), { RegistryId: ACCOUNT, PolicyText: JSON.parse(policyText) });
    await refused(get(POLICY, OTHER_ACCOUNT), "ResourceNotFoundException");
    await refused(get(POLICY, ACCOUNT, { region: "us-east-1" }), "ResourceNotFoundException");
  });

  it("refuses other types, and names that the model of the API does not accept", async () => {
    for (const type of ["AWS::ECR::Repository", "constructor::constructor::constructor"])
      await refused(get(type), "TypeNotFoundException");
    for (const type of ["", "A::B::C", "AWS::ECR", `x${POLICY}!`]) await refused(get(type), "ValidationException");
    await refused(get(POLICY, ""), "ValidationException");
    await refused(get(POLICY, "1".repeat(1024)), "ResourceNotFoundException");
    await refused(get(POLICY, "1".repeat(1025)), "ValidationException");
  });

  it("needs ECR's permission besides its own, for all resources", async () => {
    const role = { RoleName: "reader", AssumeRolePolicyDocument: trust({ AWS: ACCOUNT }) };
    const { Role } = await cloud.iam().send(new CreateRoleCommand(role));
    const keys = await cloud.assume(Role?.Arn ?? "");
    const permit = (...actions: string[]) =>
      cloud.iam().send(
        new PutRolePolicyCommand({
          RoleName: "reader",
          PolicyName: "own",
          PolicyDocument: allow(actions, { Resource: "*" }),
        }),
      );
    await refused(get(SCANNING, ACCOUNT, { keys }), "AccessDeniedException", /cloudformation:GetResource/);
    for (const [type, action] of [
      [SCANNING, "ecr:GetRegistryScanningConfiguration"],
      [POLICY, "ecr:GetRegistryPolicy"],
    ] as const) {
      await permit("cloudformation:GetResource");
      const missing = new RegExp(`${action} on resource: \\*$`);
      await refused(get(type, ACCOUNT, { keys }), "AccessDeniedException", missing);
      await permit("cloudformation:GetResource", action);
      if (type === SCANNING) await get(type, ACCOUNT, { keys });
      else await refused(get(type, ACCOUNT, { keys }), "ResourceNotFoundException");
    }
  });
});
