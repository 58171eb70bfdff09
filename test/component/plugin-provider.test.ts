import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { createProvider } from "../../component/plugin-provider";
import { ACCOUNT, Monitor, REGION } from "./resources/monitor";

const TYPE = "pull-through-cache:index:PullThroughCache";
const read = (file: string) => JSON.parse(readFileSync(resolve(__dirname, "../../component", file), "utf8"));
const HOST = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;

/** The plugin that other languages use, called as Pulumi's server for plugins calls it. */
describe("the provider for other languages", () => {
  const provider = createProvider();
  const schema = read("pulumi-schema.json");
  let monitor: Monitor;

  beforeEach(async () => {
    monitor = await Monitor.start();
  });
  afterEach(() => monitor.end());

  const known = <T>(value: pulumi.Input<T>) =>
    new Promise<pulumi.Unwrap<T>>((resolve) => pulumi.output(value).apply(resolve));
  const construct = (name: string, inputs: object) => {
    assert.ok(provider.construct);
    return provider.construct(name, TYPE, inputs as pulumi.Inputs, {});
  };
  const call = async (method: string, self: pulumi.Input<string>, args: object) => {
    assert.ok(provider.call);
    const { outputs } = await provider.call(method, { __self__: self, ...args } as pulumi.Inputs);
    return known(outputs as pulumi.Input<{ [name: string]: unknown }>);
  };
  const invoke = async (token: string, args: object) => {
    assert.ok(provider.invoke);
    return (await provider.invoke(token, args)).outputs as { [name: string]: unknown };
  };

  it("serves the package's schema with the package's version", async () => {
    const { version } = read("package.json");
    assert.equal(provider.version, version);
    assert.deepEqual(JSON.parse((await provider.getSchema?.()) ?? ""), { ...schema, version });
  });

  it("creates the component with all outputs of the schema, and has its methods", async () => {
    const { urn, state } = await construct("cache", { registries: { quay: {} }, regions: [REGION, "eu-west-1"] });
    assert.match(await known(urn), /PullThroughCache::cache$/);
    assert.deepEqual(Object.keys(state), Object.keys(schema.resources[TYPE].properties));
    assert.deepEqual(await known(state.urls), { quay: `${HOST}/quay` });
    const { image, grantPull } = schema.resources[TYPE].methods;
    const reference = "quay.io/org/app:1";
    assert.deepEqual(await call(image, urn, { reference }), { image: `${HOST}/quay/org/app:1` });
    assert.deepEqual(await call(image, urn, { reference: pulumi.output(reference), region: "eu-west-1" }), {
      image: `${HOST.replace(REGION, "eu-west-1")}/quay/org/app:1`,
    });
    const granted = await call(grantPull, urn, { role: "nodes", createRepository: false });
    assert.deepEqual(granted, { policyId: "cache-pull-nodes" });
    const { policy } = monitor.find("RolePolicy", "cache-pull-nodes").inputs;
    assert.doesNotMatch(String(policy), /ecr:CreateRepository/);
  });

  it("refuses wrong arguments of methods at once, and methods of components that it has not created", async () => {
    const { urn } = await construct("wrong", { registries: { quay: {} } });
    const { image } = schema.resources[TYPE].methods;
    for (const reference of ["Not An Image", pulumi.secret("Not An Image")])
      await assert.rejects(call(image, urn, { reference }), /invalid image reference "Not An Image"/);
    await assert.rejects(
      call(image, urn, { reference: "nginx", region: "eu-west-1" }),
      /not in the Region "eu-west-1"/,
    );
    await assert.rejects(
      call(image, "urn:pulumi:stack::project::other::cache", { reference: "nginx" }),
      /^Error: .*image: this program did not create the cache\. .*use the functions cacheImage and clientConfiguration/s,
    );
    await assert.rejects(call(`${TYPE}/pull`, urn, {}), /unknown method .*pull/);
    assert.ok(provider.construct);
    await assert.rejects(provider.construct("x", `${TYPE}s`, {}, {}), /unknown resource type .*PullThroughCaches/);
  });

  it("has the schema's functions, which take the rules of another stack, also as secrets", async () => {
    const rules = [{ upstream: "quay.io", url: `${HOST}/quay` }];
    const [cacheImage = "", clientConfiguration = ""] = Object.keys(schema.functions).filter(
      (token) => !token.includes("/"),
    );
    const args = { reference: "quay.io/org/app:1", rules };
    assert.deepEqual(await invoke(cacheImage, args), { image: `${HOST}/quay/org/app:1` });
    const secret = await pulumi.runtime.serializeProperties("secret", { ...args, rules: pulumi.secret(rules) });
    assert.deepEqual(await invoke(cacheImage, secret), { image: `${HOST}/quay/org/app:1` });
    const { environment } = await invoke(clientConfiguration, { rules });
    assert.deepEqual(environment, { CACHE_QUAY_IO: `${HOST}/quay` });
    await assert.rejects(invoke(`${TYPE}/image`, {}), /unknown function .*image/);
  });
});
