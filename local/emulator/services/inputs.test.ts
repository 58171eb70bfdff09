import { GetResourceCommand } from "@aws-sdk/client-cloudcontrol";
import { calls, type Step } from "../testing/steps";
import { refused, TestCloud } from "../testing/support";

const x = (length: number) => "x".repeat(length);
const all = (exception: string, ...members: string[]) => {
  const each = members.map((member) => `Value at '${member}' failed to satisfy constraint: [^;]+`).join("; ");
  const errors = members.length === 1 ? "error" : "errors";
  return [exception, new RegExp(`^${members.length} validation ${errors} detected: ${each}$`)] as const;
};

/** Source: AWS's API models; what each service answers to an input that breaks its model. */
describe("emulator: inputs that AWS's model does not allow", () => {
  const cloud = TestCloud.forSuite();

  it("are refused for another type before anything else, by all services with JSON", async () => {
    const wrong = (operation: string, input: object): Step => [operation, input, "SerializationException"];
    await calls(cloud.ecr(), [
      wrong("describeRepositories", { repositoryNames: "text" }),
      wrong("describeRepositories", { repositoryNames: [1], registryId: "1" }),
      wrong("deleteRepository", { repositoryName: "app", force: "text" }),
    ]);
    await calls(cloud.secrets(), [wrong("describeSecret", { SecretId: 1 })]);
    await calls(cloud.events(), [wrong("describeRule", { Name: {} })]);
  });

  it("are refused for all broken constraints, but by ECR for the first", async () => {
    const first = /^Invalid parameter at 'registryId' failed to satisfy constraint: '[^']+'$/;
    await calls(cloud.ecr(), [
      ["describeImages", { repositoryName: "A", registryId: "1" }, "InvalidParameterException", first],
    ]);
    await calls(cloud.iam(), [
      ["getRole", { RoleName: x(65) }, ...all("ValidationError", "roleName")],
      ["updateRole", { RoleName: x(65), Description: x(1001) }, ...all("ValidationError", "roleName", "description")],
    ]);
    await calls(cloud.secrets(), [
      ["getSecretValue", { SecretId: "", VersionId: "a" }, ...all("ValidationException", "secretId", "versionId")],
    ]);
    await calls(cloud.scheduler(), [
      ["deleteSchedule", { Name: "a b", ClientToken: "a b" }, ...all("ValidationException", "name", "clientToken")],
    ]);
    const resource = cloud.cloudControl().send(new GetResourceCommand({ TypeName: x(197), Identifier: "" }));
    await refused(resource, ...all("ValidationException", "typeName", "identifier", "identifier"));
  });
});
