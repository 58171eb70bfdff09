import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { arnInPlace } from "../../../component/resources/late/arns";
import type { Scope } from "../../../component/resources/scope";
import { credentialArn } from "../../../component/schema/aws";

const ACCOUNT = "111122223333";
const arn = (region: string, account = ACCOUNT) =>
  `arn:aws:secretsmanager:${region}:${account}:secret:ecr-pullthroughcache/hub-AbCdEf`;

describe("an ARN that ECR has to find", () => {
  const ecr = { partition: "aws", dnsSuffix: "amazonaws.com", accountId: ACCOUNT, regions: ["us-east-1", "eu-west-1"] };
  const scope = { ecr: pulumi.output(ecr) } as unknown as Scope;
  const checked = (given: string, regional?: { region: string | undefined }) => {
    const wanted = { what: "the secret", schema: credentialArn, regional };
    return (
      arnInPlace(scope, { arn: given, path: ["credentialArn"] }, wanted) as unknown as { promise(): Promise<string> }
    ).promise();
  };

  it("is accepted in the cache's account and Region; the Region is the provider's unless another is given", async () => {
    assert.equal(await checked(arn("us-east-1"), { region: undefined }), arn("us-east-1"));
    assert.equal(await checked(arn("eu-west-1"), { region: "eu-west-1" }), arn("eu-west-1"));
    assert.equal(await checked(arn("ap-south-1")), arn("ap-south-1"), "what is global has no Region");
  });

  it("is refused in another account or Region", async () => {
    await assert.rejects(
      checked(arn("us-east-1", "444455556666"), { region: undefined }),
      /444455556666.* 111122223333/,
    );
    await assert.rejects(checked(arn("eu-west-1"), { region: undefined }), /eu-west-1.* us-east-1/);
    await assert.rejects(checked(arn("us-east-1"), { region: "eu-west-1" }), /us-east-1.* eu-west-1/);
  });
});
