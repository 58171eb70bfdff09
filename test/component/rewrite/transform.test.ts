import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { CacheRule } from "../../../component/images";
import type { RewriteOptions } from "../../../component/rewrite";
import { RewriteReport } from "../../../component/rewrite/report";
import { createTransform, imageTransform } from "../../../component/rewrite/transform";
import { CACHED, expectProps, expectUntouched, HUB, inspect, mockPreview, NGINX, pod, RULES, rewrite } from "./support";

const POD = "kubernetes:core/v1:Pod";
const UNKNOWN = pulumi.output(pulumi.unknown);
const UNKNOWN_RULES = UNKNOWN as unknown as pulumi.Output<CacheRule[]>;

describe("imageTransform", () => {
  before(mockPreview);

  describe("Outputs", () => {
    it("secrets stay secret, at any depth, and nothing else becomes secret", async () => {
      const env = pulumi.secret([{ name: "TOKEN", value: "t" }]);
      const { props } = await rewrite(POD, {
        spec: { containers: [{ image: pulumi.secret(NGINX), env }, { image: "redis" }] },
      });
      const [first, second] = (props as ReturnType<typeof pod>).spec.containers;
      assert.deepEqual(await inspect(first?.image), { value: CACHED, secret: true });
      assert.equal(first?.env, env);
      assert.equal(second?.image, `${HUB}/library/redis`);
      const whole = await rewrite(POD, { spec: pulumi.secret(pod(NGINX).spec) });
      assert.deepEqual(await inspect(whole.props?.spec), { value: pod(CACHED).spec, secret: true });
    });

    it("an Output without an image to rewrite stays the same object", () =>
      expectUntouched(POD, { spec: pulumi.secret(pod("ghcr.io/a/b").spec) }));

    it("unknown images stay, known ones beside them change", async () => {
      const { props, infos } = await rewrite(POD, pod(UNKNOWN, NGINX));
      assert.deepEqual(props, pod(UNKNOWN, CACHED));
      assert.deepEqual(infos, ["1 of 1 container images are pulled through the cache; 1 not known before the update."]);
    });

    it("rules that are an Output", async () =>
      assert.deepEqual((await rewrite(POD, pod(NGINX), {}, pulumi.output(RULES))).props, pod(CACHED)));

    it("rules that are not known make images unknown", async () => {
      const given = { spec: { hostname: "h", ...pod("redis").spec } };
      const { props, infos } = await rewrite(POD, given, {}, UNKNOWN_RULES);
      assert.match(infos.join(), /; 1 not known before the update\.$/);
      const { spec } = props as typeof given;
      assert.equal(spec.hostname, "h");
      assert.deepEqual(await inspect(spec.containers[0]?.image), { secret: false, unknown: true });
      const containerDefinitions = '[{"name":"a","image":"redis"},{"name":"b"}]';
      const task = await rewrite("aws:ecs/taskDefinition:TaskDefinition", { containerDefinitions }, {}, UNKNOWN_RULES);
      assert.deepEqual(await inspect(task.props?.containerDefinitions), { secret: false, unknown: true });
    });

    it("rules that are not known keep images in a dry run, and what is no image anyway", async () => {
      const { props, infos } = await rewrite(POD, pod("redis", "auto"), { dryRun: true }, UNKNOWN_RULES);
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
    it("stay, with a warning that names resource and place; the others change", async () => {
      const { props, warnings } = await rewrite(POD, pod("Nginx:1", NGINX));
      assert.deepEqual(props, pod("Nginx:1", CACHED));
      assert.deepEqual(warnings, [
        'kubernetes:core/v1:Pod "web" spec.containers[0].image: "Nginx:1" is left as it is: the repository cannot have "N" here, it must be in lower case; write it as [registry/]repository[:tag][@digest].',
      ]);
    });

    it("are shortened to 120 characters", async () => {
      const { warnings } = await rewrite(POD, pod("N".repeat(120), "N".repeat(121)));
      assert.deepEqual(
        warnings.map((line) => /: "(\S+)" is left/.exec(line)?.[1]),
        ["N".repeat(120), `${"N".repeat(120)}…`],
      );
    });

    it("are not shown when they are secret", async () => {
      for (const secret of [pod(pulumi.secret("Zecret:1")), { spec: pulumi.secret(pod("Zecret:1").spec) }]) {
        const { warnings } = await rewrite(POD, secret);
        assert.deepEqual(warnings, [
          'kubernetes:core/v1:Pod "web" spec.containers[0].image: the image is left as it is: its uppercase is malformed; write it as [registry/]repository[:tag][@digest].',
        ]);
      }
    });
  });

  describe("filters", () => {
    const app = `${HUB}/org/app:1`;
    for (const [what, options, after] of [
      ["by type, included", { types: { include: ["aws:*"] } }, undefined],
      ["by type, excluded", { types: { exclude: ["kubernetes:core/*:Pod"] } }, undefined],
      ["by type, neither", { types: { include: ["kubernetes:*"], exclude: ["kubernetes:apps/*"] } }, [CACHED, app]],
      ["by image as written", { images: { include: ["nginx*"] } }, [CACHED, "org/app:1"]],
      ["by image in full", { images: { include: ["docker.io/library/*"] } }, [CACHED, "org/app:1"]],
      ["by image, excluded", { images: { exclude: ["docker.io/library/*"] } }, [NGINX, app]],
      ["exclude before include", { images: { include: ["*"], exclude: ["org/*:1"] } }, [CACHED, "org/app:1"]],
      ["an empty include", { images: { include: [] } }, undefined],
    ] as [string, RewriteOptions, string[] | undefined][]) {
      it(what, async () => {
        const { props } = await rewrite(POD, pod(NGINX, "org/app:1"), options);
        assert.deepEqual(props, after && pod(...after));
      });
    }
  });

  describe("report", () => {
    const digest = `sha256:${"a".repeat(64)}`;

    it("counts apart what is in a cache, has no rule, has a digest, is excluded or is left with a warning", async () => {
      const others = [
        CACHED,
        "111122223333.dkr-ecr.us-east-1.on.aws/dockerhub/library/nginx:1",
        `${HUB}/library/nginx@${digest}`,
        "ghcr.io/org/app:1",
        `nginx@${digest}`,
        `nginx:1@${digest}`,
        "org/own:1",
        "Nginx:1",
      ];
      const { props, infos } = await rewrite(POD, pod(NGINX, ...others), { images: { exclude: ["org/*"] } });
      assert.deepEqual(props, pod(CACHED, ...others));
      assert.deepEqual(infos, [
        "1 of 9 container images are pulled through the cache; 3 already in a cache, 1 without a rule, " +
          "2 left because of their digest, 1 excluded by the options, 1 left with a warning. A cache serves a digest only if it " +
          'already has that image: pull the tag first, and set digests: "rewrite".',
      ]);
    });

    it("counts apart what a cache does not list", async () => {
      const rules = [{ ...(RULES[0] as CacheRule), repositories: ["library/*"] }];
      const { props, infos } = await rewrite(POD, pod(NGINX, "org/app:1", "quay.io/org/app"), {}, rules);
      assert.deepEqual(props, pod(CACHED, "org/app:1", "quay.io/org/app"));
      assert.deepEqual(infos, [
        "1 of 3 container images are pulled through the cache; 1 without a rule, 1 not listed in repositories.",
      ]);
    });

    it("rewrites digests if the options say so", async () => {
      await expectProps(POD, pod(`nginx@${digest}`), pod(`${HUB}/library/nginx@${digest}`), { digests: "rewrite" });
      const wrong = () => imageTransform(RULES, { digests: "always" as never });
      assert.throws(wrong, /digests must be "leave" or "rewrite"/);
    });

    it("a dry run changes nothing and says what would change", async () => {
      const given = pod(NGINX, "quay.io/a/b", pulumi.secret("zzz"));
      const { infos } = await expectUntouched(POD, given, { dryRun: true });
      assert.deepEqual(infos, [
        [
          "Dry run: 2 of 3 container images would be pulled through the cache; 1 without a rule.",
          `  ${POD} "web" spec.containers[0].image: nginx:1 -> ${CACHED}`,
          `  ${POD} "web" spec.containers[2].image: [secret]`,
        ].join("\n"),
      ]);
    });
  });

  it("finds images in plain objects, and leaves others as they are", async () => {
    const plain = Object.assign(Object.create(null), pod(NGINX).spec);
    assert.deepEqual((await rewrite(POD, { spec: plain })).props, pod(CACHED));
    class Spec {
      readonly containers = plain.containers;
    }
    for (const spec of [new Spec(), new Date(0), null, "redis", ["redis"], Object.create(plain)])
      await expectUntouched(POD, { spec });
  });

  it("does not change the inputs that it was given", async () => {
    const frozen = pod(NGINX);
    const copy = structuredClone(frozen);
    await rewrite(POD, frozen);
    assert.deepEqual(frozen, copy);
  });
});
