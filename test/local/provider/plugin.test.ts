import assert from "node:assert/strict";
import { awsPlugin } from "../../../local/provider/aws/plugin";
import { TABLE } from "../../../local/provider/aws/table";
import { typeOf } from "./offline";

describe("local AWS provider", () => {
  it("lists its types if it does not have the requested one", () => {
    assert.throws(
      () => typeOf("aws:s3/bucket:Bucket"),
      /does not have aws:s3\/bucket:Bucket; it has .*PullThroughCacheRule/,
    );
  });

  it("has operations for every row of its table", () => {
    for (const token of Object.keys(TABLE)) assert.doesNotThrow(() => typeOf(token), token);
  });

  it("records workload resources as they are given", async () => {
    const type = typeOf("aws:ecs/taskDefinition:TaskDefinition");
    const { id, state } = await type.create({ family: "web", containerDefinitions: "[]" });
    assert.notEqual(id, "");
    assert.equal(state.containerDefinitions, "[]");
    assert.deepEqual(type.diff({ oldInputs: { family: "web" }, inputs: { family: "api" }, state }).replaces, [
      "family",
    ]);
  });

  it("replaces every resource when its Region or profile changes, and does nothing before it is configured", async () => {
    const plugin = awsPlugin();
    assert.deepEqual(plugin.identitySettings, ["region", "profile"]);
    await assert.rejects(
      plugin.invoke("aws:index/getRegion:getRegion", {}),
      /^Error: the AWS provider is not configured$/,
    );
  });
});
