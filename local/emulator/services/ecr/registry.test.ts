import assert from "node:assert/strict";
import { GetResourceCommand } from "@aws-sdk/client-cloudcontrol";
import type { ECR } from "@aws-sdk/client-ecr";
import { calls, type Step } from "../../testing/steps";
import { ACCOUNT, allow, OTHER_ACCOUNT, type Place, refused, TestCloud, trust } from "../../testing/support";

const registryId = ACCOUNT;
const [POLICY, SCANNING] = ["AWS::ECR::RegistryPolicy", "AWS::ECR::RegistryScanningConfiguration"];
const [invalid, validation] = ["InvalidParameterException", "ValidationException"];

/** Source: Amazon ECR user guide and API reference; Cloud Control API reference, GetResource. */
describe("emulator: settings of a registry", () => {
  const cloud = TestCloud.forSuite();
  let ecr: ECR;
  beforeEach(() => {
    ecr = cloud.ecr();
  });
  /** What Cloud Control API shows. */
  const shown = async (TypeName = "", Identifier = ACCOUNT, place: Place = {}) => {
    const { ResourceDescription } = await cloud
      .cloudControl(place)
      .send(new GetResourceCommand({ TypeName, Identifier }));
    return JSON.parse(ResourceDescription?.Properties ?? "");
  };
  async function role(): Promise<{ place: Place; permit: (...actions: string[]) => Promise<unknown> }> {
    const RoleName = "admin";
    const { Role } = await cloud.iam().createRole({ RoleName, AssumeRolePolicyDocument: trust({ AWS: ACCOUNT }) });
    return {
      place: { keys: await cloud.assume(Role?.Arn ?? "") },
      permit: (...actions) =>
        cloud.iam().putRolePolicy({ RoleName, PolicyName: "own", PolicyDocument: allow(actions, { Resource: "*" }) }),
    };
  }

  const others = { Principal: { AWS: OTHER_ACCOUNT }, Resource: "*" };

  const put = (text: string, exception?: string): Step => ["putRegistryPolicy", { policyText: text }, exception];
  it("a policy: what ECR takes, and what it refuses", () =>
    calls(ecr, [
      ...["*", "ECR:CreateRepository", "ecr:*"].map((action) => put(allow(action, others))),
      ...["ecrx:Get*", "s3:GetObject"].map((action) => put(allow(action, others), invalid)),
      put(allow("ecr:*", { Principal: others.Principal }), invalid),
      put("{}", invalid),
      put(allow("ecr:*", { ...others, Sid: "x".repeat(10240) }), invalid),
    ]));

  const rule = (scanFrequency: string, filter: string) => ({
    scanFrequency,
    repositoryFilters: [{ filter, filterType: "WILDCARD" }],
  });
  const scan = (scanType: string, rules: object[], exception?: string): Step => [
    "putRegistryScanningConfiguration",
    { scanType, rules },
    exception ?? { registryScanningConfiguration: { scanType, rules } },
  ];
  const read = (scanType: string, rules: object[]): Step => [
    "getRegistryScanningConfiguration",
    {},
    { registryId, scanningConfiguration: { scanType, rules } },
  ];
  const push = rule("SCAN_ON_PUSH", "*");

  it("scanning: BASIC without rules before anybody sets it", async () => {
    await calls(ecr, [read("BASIC", [])]);
    assert.deepEqual(await shown(SCANNING), { RegistryId: ACCOUNT, ScanType: "BASIC", Rules: [] });
    const rules = [rule("CONTINUOUS_SCAN", "prod*")];
    await calls(ecr, [scan("ENHANCED", rules), read("ENHANCED", rules)]);
    const filters = [{ Filter: "prod*", FilterType: "WILDCARD" }];
    const Rules = [{ ScanFrequency: "CONTINUOUS_SCAN", RepositoryFilters: filters }];
    assert.deepEqual(await shown(SCANNING), { RegistryId: ACCOUNT, ScanType: "ENHANCED", Rules });
  });

  it("scanning: what ECR refuses", () =>
    calls(ecr, [
      scan("BASIC", [rule("CONTINUOUS_SCAN", "*")], validation),
      scan("ENHANCED", [rule("MANUAL", "*")], validation),
      scan("BASIC", [push, push], validation),
      scan("BASIC", [push, push, push], invalid),
      ...["ecr-public/", "a--b", "Upper", "", `${"a".repeat(40)}!`].map((filter) =>
        scan("BASIC", [rule("MANUAL", filter)], invalid),
      ),
    ]));

  it("scanning: requires the permissions to turn Amazon Inspector on and off", async () => {
    const { place, permit } = await role();
    const admin = cloud.ecr(place);
    const own = "ecr:PutRegistryScanningConfiguration";
    const needed = ["inspector2:ListAccountPermissions", "inspector2:Enable", "iam:CreateServiceLinkedRole"];
    const input = { scanType: "ENHANCED", rules: [] };
    const denied = (action: string, scanType: string): Step => [
      "putRegistryScanningConfiguration",
      { scanType, rules: [] },
      "AccessDeniedException",
      new RegExp(action),
    ];
    for (const missing of needed) {
      await permit(own, ...needed.filter((action) => action !== missing));
      await calls(admin, [denied(missing, "ENHANCED")]);
    }
    await permit(own, ...needed);
    await calls(admin, [["putRegistryScanningConfiguration", input], denied("inspector2:Disable", "BASIC")]);
    await permit(own, "inspector2:Disable");
    await calls(admin, [scan("BASIC", [])]);
  });

  it("Cloud Control API needs ECR's permission besides its own, and knows these two types", async () => {
    const { place, permit } = await role();
    await refused(shown(SCANNING, ACCOUNT, place), "AccessDeniedException", /cloudformation:GetResource/);
    for (const [type, action] of [
      [SCANNING, "ecr:GetRegistryScanningConfiguration"],
      [POLICY, "ecr:GetRegistryPolicy"],
    ] as const) {
      await permit("cloudformation:GetResource");
      await refused(shown(type, ACCOUNT, place), "AccessDeniedException", new RegExp(`${action} on resource: \\*$`));
    }
    await permit("cloudformation:GetResource", "ecr:GetRegistryScanningConfiguration");
    await shown(SCANNING, ACCOUNT, place);
    for (const type of ["AWS::ECR::Repository", "constructor::constructor::constructor"])
      await refused(shown(type), "TypeNotFoundException");
  });
});
