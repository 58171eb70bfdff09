import assert from "node:assert/strict";
import type { PullThroughCacheArgs } from "../../../component/args";
import { PullThroughCache } from "../../../component/index";
import { promiseOf } from "../../support/promise";
import { ACCOUNT, Monitor, REGION } from "./monitor";

const host = (region: string) => `${ACCOUNT}.dkr.ecr.${region}.amazonaws.com`;

describe("the component in a program", () => {
  let monitor: Monitor;
  afterEach(() => monitor.end());

  async function create(args: PullThroughCacheArgs): Promise<PullThroughCache> {
    monitor = await Monitor.start({}, { isEngine: true });
    return new PullThroughCache("cache", args);
  }

  it("names images in the home Region, or in another one of the cache", async () => {
    const cache = await create({ registries: { quay: {} }, regions: [REGION, "eu-west-1"] });
    const named = (region?: string) => promiseOf(cache.image("quay.io/org/app:1", region));
    assert.equal(await named(), `${host(REGION)}/quay/org/app:1`);
    assert.equal(await named("eu-west-1"), `${host("eu-west-1")}/quay/org/app:1`);
    await assert.rejects(named("eu-west-2"), {
      message: `image of PullThroughCache "cache": the cache is not in the Region "eu-west-2"; it is in ${REGION}, eu-west-1.`,
    });
    assert.throws(() => cache.image(undefined as unknown as string), {
      message: 'image: the name of the image is missing: write image("nginx:1.27").',
    });
    assert.throws(() => cache.image(1 as unknown as string), {
      message: "image: the name of the image must be a string, not a number.",
    });
    await assert.rejects(promiseOf(cache.image(Promise.resolve({}) as unknown as Promise<string>)), {
      message: "image: the name of the image must be a string, not a map.",
    });
    assert.throws(() => cache.image("nginx", Promise.resolve(REGION) as unknown as string), {
      message: 'image of PullThroughCache "cache": the Region must be a plain string, not a promise.',
    });
    await assert.rejects(promiseOf(cache.image("Not An Image")), {
      name: "Error",
      message: /^image: invalid image reference "Not An Image": /,
    });
    assert.deepEqual((await promiseOf(cache.clients)).environment, { CACHE_QUAY_IO: `${host(REGION)}/quay` });
  });

  it("rewrites the images of the stack in the Region that it is told", async () => {
    const pod = (image: string) => ({ spec: { containers: [{ image }] } });
    for (const [region, used] of [
      [undefined, REGION],
      ["eu-west-1", "eu-west-1"],
    ] as const) {
      const rewriteImages = { region, types: { exclude: ["aws:*"] } };
      await create({ registries: { quay: {} }, regions: [REGION, "eu-west-1"], rewriteImages });
      const [transform, ...more] = monitor.stackTransforms;
      assert.deepEqual(more, []);
      const rewritten = async (type: string, props: object) =>
        (await transform?.({ custom: true, type, name: "a", props, opts: {} } as never))?.props;
      const given = pod("quay.io/org/app:1");
      assert.deepEqual(await rewritten("kubernetes:core/v1:Pod", given), pod(`${host(used)}/quay/org/app:1`));
      const excluded = { primaryContainer: { image: "quay.io/org/app:1" } };
      assert.equal(await rewritten("aws:ecs/expressGatewayService:ExpressGatewayService", excluded), undefined);
      await monitor.end();
    }
    await create({ registries: { quay: {} } });
    assert.deepEqual(monitor.stackTransforms, []);
  });

  it("warns of settings that deserve a second look, and of a policy that is too long for its most common use", async () => {
    const repositories = Array.from({ length: 200 }, (_, index) => `team/${"i".repeat(30)}${index}`);
    await create({ registries: { quay: { repositories, lifecycle: { archiveUnpulledAfterDays: 30 } } } });
    await monitor.end();
    const [archive = "", size = "", ...more] = [...monitor.log].sort().reverse();
    assert.match(
      archive,
      /^registries\.quay\.lifecycle\.archiveUnpulledAfterDays: moves images to archive storage: .* takes up to 20 minutes\.$/,
    );
    assert.match(size, /^pullPolicyJson has \d+ characters, and a managed policy at most 6144\./);
    assert.deepEqual(more, []);
  });
});
