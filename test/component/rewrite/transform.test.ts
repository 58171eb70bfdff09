import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { CacheRule } from "../../../component/images";
import type { RewriteOptions } from "../../../component/rewrite";
import { RewriteReport } from "../../../component/rewrite/report";
import { createTransform, imageTransform } from "../../../component/rewrite/transform";
import { BEFORE, expectUntouched, HUB, inspect, mockPreview, type Props, RULES, rewrite } from "./support";

describe("imageTransform", () => {
  before(mockPreview);

  describe("Outputs", () => {
    const POD = "kubernetes:core/v1:Pod";

    it("secrets stay secret, at any depth, and nothing else becomes secret", async () => {
      const env = pulumi.secret([{ name: "TOKEN", value: "t" }]);
      const { props } = await rewrite(POD, {
        spec: { containers: [{ image: pulumi.secret("nginx:1"), env }, { image: "redis" }] },
      });
      const [first, second] = (props as { spec: { containers: Props[] } }).spec.containers;
      assert.deepEqual(await inspect(first?.image), { value: `${HUB}/library/nginx:1`, secret: true });
      assert.equal(first?.env, env);
      assert.equal(second?.image, `${HUB}/library/redis`);
    });

    it("a whole secret spec", async () => {
      const { props } = await rewrite(POD, { spec: pulumi.secret({ containers: [{ image: "nginx:1" }] }) });
      const expected = { value: { containers: [{ image: `${HUB}/library/nginx:1` }] }, secret: true };
      assert.deepEqual(await inspect(props?.spec), expected);
    });

    it("an Output without an image to rewrite stays the same object", () =>
      expectUntouched(POD, { spec: pulumi.secret({ containers: [{ image: "ghcr.io/a/b" }] }) }));

    it("unknown images stay, known ones beside them change", async () => {
      const unknown = pulumi.output(pulumi.unknown);
      const { props, infos } = await rewrite(POD, { spec: { containers: [{ image: unknown }, { image: "redis" }] } });
      assert.deepEqual(props, { spec: { containers: [{ image: unknown }, { image: `${HUB}/library/redis` }] } });
      assert.deepEqual(infos, ["1 of 1 container images are pulled through the cache; 1 not known before the update."]);
    });

    it("rules that are an Output", async () => {
      const { props } = await rewrite(POD, { spec: { containers: [{ image: "redis" }] } }, {}, pulumi.output(RULES));
      assert.deepEqual(props, { spec: { containers: [{ image: `${HUB}/library/redis` }] } });
    });

    it("rules that are not known make images unknown", async () => {
      const rules = pulumi.output(pulumi.unknown) as unknown as pulumi.Output<CacheRule[]>;
      const before = { spec: { hostname: "h", containers: [{ image: "redis" }] } };
      const { props, infos } = await rewrite(POD, before, {}, rules);
      assert.match(infos.join(), /; 1 not known before the update\.$/);
      const { spec } = props as { spec: { hostname: string; containers: Props[] } };
      assert.equal(spec.hostname, "h");
      assert.deepEqual(await inspect(spec.containers[0]?.image), { secret: false, unknown: true });
      const task = await rewrite(
        "aws:ecs/taskDefinition:TaskDefinition",
        { containerDefinitions: '[{"name":"a","image":"redis"},{"name":"b"}]' },
        {},
        rules,
      );
      assert.deepEqual(await inspect(task.props?.containerDefinitions), { secret: false, unknown: true });
    });

    it("rules that are not known keep images in a dry run, and what is no image anyway", async () => {
      const rules = pulumi.output(pulumi.unknown) as unknown as pulumi.Output<CacheRule[]>;
      const before = { spec: { containers: [{ image: "redis" }, { image: "auto" }] } };
      const { props, infos } = await rewrite(POD, before, { dryRun: true }, rules);
      assert.equal(props, undefined);
      assert.deepEqual(infos, [
        "Dry run: 0 of 0 container images would be pulled through the cache; 1 not known before the update.",
      ]);
    });

    it("does not wait for rules where there are no images", () => {
      const never = pulumi.output(new Promise<CacheRule[]>(() => {}));
      const transform = createTransform(never, {}, new RewriteReport({ info() {}, warn() {} }, false));
      const args = { custom: true, type: "aws:s3/bucket:Bucket", name: "b", props: {}, opts: {} };
      assert.equal(transform(args), undefined);
    });
  });

  describe("malformed images", () => {
    const pod = (image: unknown) => ({ spec: { containers: [{ image }, { image: "redis" }] } });

    it("stay, with a warning that names resource and place; the others change", async () => {
      const { props, warnings } = await rewrite("kubernetes:core/v1:Pod", pod("Nginx:1"));
      assert.deepEqual(props, { spec: { containers: [{ image: "Nginx:1" }, { image: `${HUB}/library/redis` }] } });
      assert.deepEqual(warnings, [
        'kubernetes:core/v1:Pod "web" spec.containers[0].image: "Nginx:1" is left as it is: the repository cannot have "N" here, it must be in lower case; write it as [registry/]repository[:tag][@digest].',
      ]);
    });

    it("are shortened to 120 characters", async () => {
      const shownOf = async (length: number) => {
        const { warnings } = await rewrite("kubernetes:core/v1:Pod", pod("N".repeat(length)));
        return /: "(\S+)" is left/.exec(warnings.join())?.[1];
      };
      assert.equal(await shownOf(120), "N".repeat(120));
      assert.equal(await shownOf(121), `${"N".repeat(120)}…`);
    });

    it("are not shown when they are secret", async () => {
      for (const secret of [pod(pulumi.secret("Zecret:1")), pulumi.secret(pod("Zecret:1").spec)]) {
        const { warnings } = await rewrite("kubernetes:core/v1:Pod", "spec" in secret ? secret : { spec: secret });
        assert.deepEqual(warnings, [
          'kubernetes:core/v1:Pod "web" spec.containers[0].image: the image is left as it is: its uppercase is malformed; write it as [registry/]repository[:tag][@digest].',
        ]);
      }
    });
  });

  describe("filters", () => {
    const POD = "kubernetes:core/v1:Pod";
    const pod = (...images: string[]) => ({ spec: { containers: images.map((image) => ({ image })) } });
    const nginx = `${HUB}/library/nginx:1`;
    const app = `${HUB}/org/app:1`;

    for (const [what, options, after] of [
      ["by type, included", { types: { include: ["aws:*"] } }, undefined],
      ["by type, excluded", { types: { exclude: ["kubernetes:core/*:Pod"] } }, undefined],
      ["by type, neither", { types: { include: ["kubernetes:*"], exclude: ["kubernetes:apps/*"] } }, [nginx, app]],
      ["by image as written", { images: { include: ["nginx*"] } }, [nginx, "org/app:1"]],
      ["by image in full", { images: { include: ["docker.io/library/*"] } }, [nginx, "org/app:1"]],
      ["by image, excluded", { images: { exclude: ["docker.io/library/*"] } }, ["nginx:1", app]],
      ["exclude before include", { images: { include: ["*"], exclude: ["org/*:1"] } }, [nginx, "org/app:1"]],
      ["an empty include", { images: { include: [] } }, undefined],
    ] as [string, RewriteOptions, string[] | undefined][]) {
      it(what, async () => {
        const { props } = await rewrite(POD, pod("nginx:1", "org/app:1"), options);
        assert.deepEqual(props, after && pod(...after));
      });
    }
  });

  describe("report", () => {
    const POD = "kubernetes:core/v1:Pod";
    it("one line", async () => {
      const { infos } = await rewrite("kubernetes:core/v1:Pod", { spec: BEFORE });
      assert.deepEqual(infos, ["4 of 5 container images are pulled through the cache; 1 without a rule."]);
    });

    it("counts an image once when two transforms see it", async () => {
      const infos: string[] = [];
      const report = new RewriteReport({ info: (line) => void infos.push(line), warn() {} }, false);
      let props: Props = { spec: BEFORE };
      for (let time = 0; time < 2; time++) {
        const transform = createTransform(RULES, {}, report);
        props = (await transform({ custom: true, type: POD, name: "web", props, opts: {} }))?.props ?? props;
      }
      await report.print();
      assert.deepEqual(infos, ["4 of 5 container images are pulled through the cache; 1 without a rule."]);
    });

    it("counts apart what is in a cache, has no rule, has a digest, is excluded or is left with a warning", async () => {
      const digest = `sha256:${"a".repeat(64)}`;
      const images = [
        "nginx:1",
        `${HUB}/library/nginx:1`,
        `111122223333.dkr-ecr.us-east-1.on.aws/dockerhub/library/nginx:1`,
        `${HUB}/library/nginx@${digest}`,
        "ghcr.io/org/app:1",
        `nginx@${digest}`,
        `nginx:1@${digest}`,
        "org/own:1",
        "Nginx:1",
      ];
      const spec = { containers: images.map((image) => ({ image })) };
      const { props, infos } = await rewrite(POD, { spec }, { images: { exclude: ["org/*"] } });
      const [, ...others] = images.map((image) => ({ image }));
      assert.deepEqual(props, { spec: { containers: [{ image: `${HUB}/library/nginx:1` }, ...others] } });
      assert.deepEqual(infos, [
        "1 of 9 container images are pulled through the cache; 3 already in a cache, 1 without a rule, " +
          "2 left because of their digest, 1 excluded by the options, 1 left with a warning. A cache serves a digest only if it " +
          'already has that image: pull the tag first, and set digests: "rewrite".',
      ]);
    });

    it("counts apart what a cache does not list", async () => {
      const rules = [{ ...(RULES[0] as CacheRule), repositories: ["library/*"] }];
      const spec = { containers: ["nginx:1", "org/app:1", "quay.io/org/app"].map((image) => ({ image })) };
      const { props, infos } = await rewrite("kubernetes:core/v1:Pod", { spec }, {}, rules);
      assert.deepEqual(props, {
        spec: { containers: [`${HUB}/library/nginx:1`, "org/app:1", "quay.io/org/app"].map((image) => ({ image })) },
      });
      assert.deepEqual(infos, [
        "1 of 3 container images are pulled through the cache; 1 without a rule, 1 not listed in repositories.",
      ]);
    });

    it("rewrites digests if the options say so", async () => {
      const image = `nginx:1@sha256:${"a".repeat(64)}`;
      const { props, infos } = await rewrite(POD, { spec: { containers: [{ image }] } }, { digests: "rewrite" });
      assert.deepEqual(props, { spec: { containers: [{ image: `${HUB}/library/${image}` }] } });
      assert.deepEqual(infos, ["1 of 1 container images are pulled through the cache."]);
      assert.throws(
        () => imageTransform(RULES, { digests: "always" as never }),
        /digests must be "leave" or "rewrite"/,
      );
    });

    it("nothing without images", async () => {
      assert.deepEqual((await rewrite(POD, { spec: { containers: [] } })).infos, []);
    });

    it("a dry run changes nothing and says what would change", async () => {
      const { infos } = await expectUntouched(
        POD,
        { spec: { containers: [{ image: "nginx:1" }, { image: "quay.io/a/b" }, { image: pulumi.secret("zzz") }] } },
        { dryRun: true },
      );
      assert.deepEqual(infos, [
        [
          "Dry run: 2 of 3 container images would be pulled through the cache; 1 without a rule.",
          `  ${POD} "web" spec.containers[0].image: nginx:1 -> ${HUB}/library/nginx:1`,
          `  ${POD} "web" spec.containers[2].image: [secret]`,
        ].join("\n"),
      ]);
    });
  });

  it("finds images in plain objects, and leaves others as they are", async () => {
    const plain = Object.assign(Object.create(null), { containers: [{ image: "redis" }] });
    const { props } = await rewrite("kubernetes:core/v1:Pod", { spec: plain });
    assert.deepEqual(props, { spec: { containers: [{ image: `${HUB}/library/redis` }] } });
    class Spec {
      readonly containers = [{ image: "redis" }];
    }
    for (const spec of [
      new Spec(),
      new Date(0),
      null,
      "redis",
      ["redis"],
      Object.create({ containers: plain.containers }),
    ])
      await expectUntouched("kubernetes:core/v1:Pod", { spec });
  });

  it("a second time changes nothing", async () => {
    const { props } = await rewrite("kubernetes:core/v1:Pod", { spec: BEFORE });
    await expectUntouched("kubernetes:core/v1:Pod", props ?? {});
  });

  it("does not change the inputs that it was given", async () => {
    const frozen = { spec: { containers: [Object.freeze({ image: "nginx" })] } };
    const copy = structuredClone(frozen);
    await rewrite("kubernetes:core/v1:Pod", frozen);
    assert.deepEqual(frozen, copy);
  });
});
