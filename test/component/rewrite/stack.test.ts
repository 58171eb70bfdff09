import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { transformStack } from "../../../component/rewrite/stack";
import { Monitor } from "../resources/monitor";

class Declared extends pulumi.CustomResource {
  constructor(type: string, name: string, options?: pulumi.CustomResourceOptions) {
    super(type, name, { spec: "as it is" }, options);
  }
}

describe("a transform of the whole stack", () => {
  const transform: pulumi.ResourceTransform = () => undefined;
  const own: pulumi.ResourceTransform = () => undefined;

  it("adds a transform to each workload, because otherwise the engine ignores the dependencies that it adds", async () => {
    const monitor = await Monitor.start({}, { isEngine: true });
    await pulumi.runtime.runInPulumiStack(async () => {
      transformStack(transform, {});
      new Declared("kubernetes:core/v1:Pod", "pod");
      new Declared("kubernetes:core/v1:Pod", "own", { transforms: [own], retainOnDelete: true });
      new Declared("aws:s3/bucket:Bucket", "bucket");
    });
    await monitor.end();
    assert.equal(monitor.stackTransforms.length, 1);
    assert.equal(monitor.find("Pod", "pod").transforms.length, 1);
    assert.equal(monitor.find("Bucket", "bucket").transforms.length, 0);
    const { transforms, retainOnDelete, inputs } = monitor.find("Pod", "own");
    assert.deepEqual([transforms.length, transforms[0], retainOnDelete, inputs], [2, own, true, { spec: "as it is" }]);
    const changes = transforms.map((one) => one({} as pulumi.ResourceTransformArgs));
    assert.deepEqual(changes, [undefined, undefined]);
  });

  it("runs after those of components before it, and not on what is there before it", async () => {
    const monitor = await Monitor.start({}, { isEngine: true });
    const adds =
      (name: string, more: object = {}): pulumi.ResourceTransform =>
      ({ props }) => ({ props: { by: [...(props.by ?? []), name] }, opts: undefined as never, ...more });
    await pulumi.runtime.runInPulumiStack(async () => {
      transformStack(adds("first", { opts: { protect: true } }), {});
      new Declared("kubernetes:core/v1:Pod", "between");
      transformStack(adds("second"), {});
      transformStack(() => undefined, {});
    });
    await monitor.end();
    const [run, ...more] = monitor.stackTransforms;
    assert.deepEqual(more, []);
    const on = (name: string) =>
      run?.({ type: "kubernetes:core/v1:Pod", name, props: {}, opts: {} } as pulumi.ResourceTransformArgs);
    assert.deepEqual(await on("between"), { props: { by: ["first"] }, opts: { protect: true } });
    assert.deepEqual(await on("from a chart"), { props: { by: ["first", "second"] }, opts: { protect: true } });
  });

  it("is registered in a plugin too, which has no stack", async () => {
    const monitor = await Monitor.start({}, { isEngine: true });
    transformStack(transform, {});
    new Declared("kubernetes:core/v1:Pod", "pod");
    await monitor.end();
    assert.deepEqual(monitor.stackTransforms, [transform]);
    assert.deepEqual(monitor.find("Pod", "pod").transforms, []);
  });
});
