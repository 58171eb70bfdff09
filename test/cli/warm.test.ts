import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { mock } from "node:test";
import { setImmediate as immediate, setTimeout as sleep } from "node:timers/promises";
import type { BatchGetImageRequest } from "@aws-sdk/client-ecr";
import { Limiter } from "../../cli/warm/limiter";
import { CLI, runCli } from "../support/cli";
import { ACCOUNT, answeringAws, cloudForSuite, createHub, HUB, REGION, withAws } from "./support";

const MANIFESTS = `---
# Source: app/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: app, annotations: { note: "image: not-this" } }
spec:
  template:
    spec:
      initContainers:
        - name: init
          image: "busybox:1.36"
      containers:
        - name: app
          image: nginx:1.27
          imagePullPolicy: Always
---
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
spec: { image: quay.io/prometheus/prometheus:v2.53.0 }
---
apiVersion: v1
kind: ConfigMap
data: { values.yaml: "image: not-this-either" }
`;

/** The images of a manifest in `test/manifests` that warm would fetch, what it says, and its exit code. */
const FILES: [file: string, fetched: string[], said: RegExp[], code: number][] = [
  [
    "operators.yaml",
    [
      "example/config-reloader:v1.4.0",
      "example/metrics-operator:v1.4.0",
      "example/model:2",
      "example/store:v3",
      "library/nginx:1.27",
      "library/node:22",
      "prometheus/prometheus:v3.5.0",
      "cloudnative-pg/postgresql:18.1",
    ],
    [
      /operators\.yaml:\d+: ghcr\.io\/example\/provider-storage:v0\.9\.0 is not fetched: Crossplane pulls its packages itself/,
    ],
    0,
  ],
  [
    "repeated-key.yaml",
    ["example/web:5", "library/nginx:1.27"],
    [/repeated-key\.yaml:9: a key is repeated; its last/],
    1,
  ],
  ["broken.yaml", ["library/nginx:1.27"], [/broken\.yaml:\d+: this is not valid YAML or JSON/], 1],
  ["compose.yaml", ["example/queue:3", "library/nginx:1.27"], [], 0],
  ["values.yaml", ["example/web:5", "library/nginx:1.27"], [], 0],
];

describe("warm: images in files", () => {
  const registries = ["hub: { registry: dockerhub }", "ghcr: {}", "quay: {}", "k8s: {}"].join("\n");
  cloudForSuite();

  async function dryRun(...args: string[]) {
    const result = await runCli(["warm", "--registries", "-", "--dry-run", "--json", ...args], { input: registries });
    const { wouldFetch, unserved } = JSON.parse(result.stdout) as {
      wouldFetch: { repository: string; tag: string }[];
      unserved: string[];
    };
    const fetched = wouldFetch.map(({ repository, tag }) => `${repository.slice(repository.indexOf("/") + 1)}:${tag}`);
    return { ...result, fetched: fetched.sort(), unserved };
  }

  for (const [file, fetched, said, code] of FILES) {
    it(file, async () => {
      const result = await dryRun("--file", resolve(__dirname, "../manifests", file));
      assert.deepEqual(result.fetched, [...fetched].sort());
      for (const line of said) assert.match(result.stderr, line);
      if (said.length === 0) assert.equal(result.stderr, `Account ${ACCOUNT}, Region ${REGION}`);
      assert.equal(result.code, code);
    });
  }

  const texts: [what: string, text: string, fetched: string[], code: number][] = [
    [
      "a list, with comments",
      "# base\nnginx:1.27\n\n  busybox:1.36 # small\n",
      ["library/busybox:1.36", "library/nginx:1.27"],
      0,
    ],
    [
      "a task definition",
      '{"family":"app","containerDefinitions":[{"image":"nginx:1.27"}]}',
      ["library/nginx:1.27"],
      0,
    ],
    [
      "a described one",
      '{"taskDefinition":{"containerDefinitions":[{"image":"nginx:1.27"}]}}',
      ["library/nginx:1.27"],
      0,
    ],
    ["a file with no image", "replicas: 2\n", [], 1],
    ["broken JSON", '{"containerDefinitions":', [], 1],
    ["a text in a ConfigMap, which may be anything", "kind: ConfigMap\napiVersion: v1\ndata: { a: 'image: b' }", [], 0],
  ];
  for (const [what, text, fetched, code] of texts) {
    it(what, async () => {
      const folder = mkdtempSync(join(tmpdir(), "warm-"));
      writeFileSync(join(folder, "file"), text);
      const result = await dryRun("--file", join(folder, "file"));
      assert.deepEqual([result.fetched, result.code], [fetched, code], result.stderr);
      if (code === 1 || fetched.length === 0) assert.match(result.stderr, /file:?\d*: /);
    });
  }
});

describe("warm", () => {
  const cloud = cloudForSuite();
  beforeEach(async () => {
    await createHub(cloud);
  });

  const warm = (args: string[], input = "") => runCli(["warm", ...args], { input });
  const asked = async () =>
    (await cloud.control<{ requests: Record<string, number> }>("GET", "upstreams")).requests[HUB] ?? 0;
  const publish = async (repository: string, tag: string) =>
    (await cloud.control<{ digest: string }>("POST", "upstreams/images", { host: HUB, repository, tag })).digest;
  async function outcomes(args: string[], input = "") {
    const { code, stdout, stderr } = await warm([...args, "--json"], input);
    const { images } = JSON.parse(stdout || "{}");
    return { code, stderr, images: images as { image: string; outcome: string; digest?: string; reason?: string }[] };
  }

  it("fetches what manifests name, with the images of each index", async () => {
    const { code, stdout, stderr } = await warm(["--file", "-"], MANIFESTS.replace("busybox:1.36", "redis:7.4"));
    assert.match(stderr, /No cache serves: quay\.io\/prometheus\/prometheus:v2\.53\.0/);
    assert.match(stdout, /of 2 images are in the cache/);
    const { imageDetails = [] } = await cloud.ecr().describeImages({ repositoryName: "hub/library/nginx" });
    assert.equal(imageDetails.length, 3);
    assert.ok(code === 0 || /redis/.test(stdout), stdout);
  });

  it("asks the upstream once for each of 200 images, and not at all in a second run", async () => {
    const lines: string[] = [];
    for (let index = 0; index < 200; index++) {
      await publish(`team/app-${index}`, "1");
      lines.push(`team/app-${index}:1`);
    }
    const first = await warm(["--file", "-", "--concurrency", "8"], lines.join("\n"));
    assert.equal(first.code, 0, first.stdout + first.stderr);
    assert.match(first.stdout, /200 of 200 images are in the cache/);
    const perImage = (await asked()) / 200;
    const second = await warm(["--file", "-", "--concurrency", "8"], lines.join("\n"));
    assert.equal(second.code, 0);
    assert.equal((await asked()) / 200, perImage);
    // An index, two manifests, their configurations and layers, and logging in.
    assert.ok(perImage >= 3 && perImage <= 12, `${perImage} requests for an image`);
  });

  it("asks once for an image that is named several times", async () => {
    const { images } = await outcomes(["nginx:1.27", "docker.io/library/nginx:1.27", "nginx:1.27"]);
    assert.deepEqual(
      images.map(({ image }) => image),
      ["nginx:1.27"],
    );
  });

  it("fetches the tag of a pinned image and compares the digest", async () => {
    const pinned = await publish("library/nginx", "1.27");
    const { code, images } = await outcomes([`nginx:1.27@${pinned}`]);
    assert.equal(code, 0, JSON.stringify(images));
    assert.deepEqual(
      images.map(({ outcome, digest }) => [outcome, digest]),
      [["cached", pinned]],
    );
  });

  it("reports a tag that has moved on, unless the pinned digest is cached from before", async () => {
    const old = await publish("library/nginx", "1.27");
    const moved = await publish("library/nginx", "1.27");
    const fresh = await outcomes([`nginx:1.27@${old}`]);
    assert.equal(fresh.code, 1);
    assert.deepEqual(
      fresh.images.map(({ outcome, digest }) => [outcome, digest]),
      [["mismatch", moved]],
    );
    assert.match(
      fresh.images[0]?.reason ?? "",
      /the tag 1\.27 now has another digest, and the pinned one is not cached/,
    );

    const kept = await publish("library/redis", "7.4");
    await outcomes(["redis:7.4"]);
    await publish("library/redis", "7.4");
    await cloud.control("POST", "clock", { advanceSeconds: 25 * 60 * 60 });
    const again = await outcomes([`redis:7.4@${kept}`]);
    assert.deepEqual(
      again.images.map(({ outcome, digest }) => [outcome, digest]),
      [["cached", kept]],
    );
  });

  it("says that ECR does not ask the upstream for a digest without a tag", async () => {
    const digest = await publish("library/nginx", "1.27");
    const { code, images } = await outcomes([`nginx@${digest}`]);
    assert.equal(code, 1);
    assert.match(images[0]?.reason ?? "", /give the tag too \(name:tag@digest\)/);
    await outcomes(["nginx:1.27"]);
    assert.equal((await outcomes([`nginx@${digest}`])).code, 0);
  });

  it("waits while the upstream limits the rate, then continues", async () => {
    await cloud.control("POST", "upstreams/limit", { host: HUB, manifests: 0 });
    await cloud.control("DELETE", "requests");
    const running = outcomes(["nginx:1.27", "nginx:stable", "--pause", "0.1", "--attempts", "100"]);
    const requests = async () =>
      (await cloud.control<{ requests: { operation: string }[] }>("GET", "requests")).requests;
    while (!(await requests()).some(({ operation }) => operation === "BatchGetImage")) await sleep(20);
    await cloud.control("POST", "upstreams/limit", { host: HUB });
    const { code, images } = await running;
    assert.equal(code, 0, JSON.stringify(images));
  });

  it("pauses twice as long each time, up to a minute, for each upstream", async () => {
    mock.timers.enable({ apis: ["Date", "setTimeout"] });
    const limiter = new Limiter(25);
    const pauseOf = async (upstream: string) => {
      let isOver = false;
      const ready = limiter.ready(upstream, new AbortController().signal).then(() => {
        isOver = true;
      });
      let seconds = 0;
      for (await immediate(); !isOver; await immediate()) {
        mock.timers.tick(1000);
        seconds++;
      }
      await ready;
      return seconds;
    };
    const pauses = [];
    for (let round = 0; round < 4; round++) {
      for (const _request of ["one", "at the same time"]) limiter.limited("quay.io");
      pauses.push(await pauseOf("quay.io"));
    }
    limiter.succeeded("quay.io");
    limiter.limited("quay.io");
    pauses.push(await pauseOf("ghcr.io"), await pauseOf("quay.io"));
    mock.timers.reset();
    assert.deepEqual(pauses, [25, 50, 60, 60, 0, 25]);
  });

  it("gives up if the upstream keeps limiting the rate, and says so", async () => {
    await cloud.control("POST", "upstreams/limit", { host: HUB, manifests: 0 });
    await cloud.control("DELETE", "requests");
    const { code, images } = await outcomes(["nginx:1.27", "--pause", "0.01", "--attempts", "3"]);
    assert.equal(code, 1);
    const image = { image: "nginx:1.27", region: REGION, repository: "hub/library/nginx", tag: "1.27" };
    const reason = `${HUB} limits the pull rate: run this again later`;
    assert.deepEqual(images, [{ ...image, outcome: "limited", reason }]);
    assert.equal((await cloud.calls()).filter((operation) => operation === "BatchGetImage").length, 3);
  });

  it("reports what an upstream does not have or refuses", async () => {
    const { code, images } = await outcomes(["nginx:nothing"]);
    assert.equal(code, 1);
    assert.match(images[0]?.reason ?? "", /^ImageNotFound: .*Check that the upstream has this name and tag, .*verify/);
    assert.match(
      (await runCli(["warm", "nginx:nothing"])).stdout,
      new RegExp(`^IMAGE +REGION +OUTCOME +WHY\nnginx:nothing +${REGION} +failed +ImageNotFound: `),
    );
    await cloud.control("POST", "upstreams/credentials", { host: HUB, username: "demo-user", accessToken: "new" });
    const refused = await outcomes(["nginx:1.27"]);
    assert.match(refused.images[0]?.reason ?? "", /UpstreamAccessDenied/);
  });

  describe("with --referrers", () => {
    const SIGNATURE = "application/vnd.dev.cosign.artifact.sig.v1+json";
    const attach = async (repository: string, subject: string, artifactType: string, host = HUB) =>
      (
        await cloud.control<{ digest: string }>("POST", "upstreams/referrers", {
          ...{ host, repository, subject, artifactType },
        })
      ).digest;
    const cached = async () => {
      const images = await cloud.ecr().describeImages({ repositoryName: "hub/library/nginx" });
      return images.imageDetails?.length;
    };

    it("fetches signatures and SBOMs, and the signatures of these; otherwise it does not", async () => {
      const digest = await publish("library/nginx", "1.27");
      const sbom = await attach("library/nginx", digest, "application/spdx+json");
      await attach("library/nginx", digest, SIGNATURE);
      await attach("library/nginx", sbom, SIGNATURE);
      const without = await warm(["nginx:1.27"]);
      assert.deepEqual([without.stdout, await cached()], ["1 of 1 image is in the cache.", 3]);
      const { stdout } = await warm(["nginx:1.27", "--referrers"]);
      assert.equal(stdout, "1 of 1 image is in the cache, with 3 referrers (signatures, SBOMs and the like).");
      assert.equal(await cached(), 6);
      const { images } = JSON.parse((await warm(["nginx:1.27", "--referrers", "--json"])).stdout);
      assert.deepEqual([images[0].outcome, images[0].digest, images[0].referrers], ["cached", digest, 3]);
    });

    it("fetches the many of one image", async () => {
      const digest = await publish("library/nginx", "1.27");
      for (let index = 0; index < 60; index++)
        await attach("library/nginx", digest, `application/vnd.example.${index}`);
      assert.match((await warm(["nginx:1.27", "--referrers"])).stdout, /with 60 referrers/);
    });

    it("reports what cannot be listed or is missing", async () => {
      await warm(["nginx:1.27"]);
      await cloud.control("POST", "upstreams/online", { host: HUB, online: false });
      const { code, images } = await outcomes(["nginx:1.27", "--referrers"]);
      assert.deepEqual([code, images[0]?.outcome], [1, "failed"]);
      assert.match(images[0]?.reason ?? "", /UnableToListUpstreamImageReferrersException/);
    });
  });

  it("fetches nothing in a dry run", async () => {
    const west = cloud.ecr({ region: "us-west-2" });
    await west.createPullThroughCacheRule({ ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" });
    const images = ["nginx", "nginx", `nginx@sha256:${"1".repeat(64)}`, "quay.io/org/app:1", "ghcr.io/a/b"];
    const regions = [REGION, "us-west-2"].flatMap((region) => ["--region", region]);
    const { code, stdout, stderr } = await warm([...images, "--dry-run", ...regions]);
    assert.equal(code, 0);
    assert.equal(
      stdout,
      `\
IMAGE                                                                          REGION        WOULD FETCH
nginx                                                                          ${REGION}  hub/library/nginx:latest
${images[2]}  ${REGION}  hub/library/nginx:(digest)
quay.io/org/app:1                                                              us-west-2     quay/org/app:1`,
    );
    assert.equal(stderr, `Account ${ACCOUNT}, Regions ${REGION}, us-west-2\nNo cache serves: ghcr.io/a/b`);
    assert.equal((await warm(["ghcr.io/a/b", "--dry-run"])).stdout, "");
    assert.equal(await asked(), 0);
  });

  it("does not fetch images that the cache does not list", async () => {
    const registries = 'hub: { registry: dockerhub, repositories: ["library/*"] }';
    const { stdout, stderr } = await runCli(["warm", "--registries", "-", "--dry-run", "nginx:1.27", "org/app:1"], {
      input: registries,
    });
    assert.match(stdout, /hub\/library\/nginx:1\.27/);
    assert.match(stderr, /No cache serves: org\/app:1/);
  });

  it("accepts an image by its name in the cache", async () => {
    const { code, images } = await outcomes([`111122223333.dkr.ecr.${REGION}.amazonaws.com/hub/library/nginx:1.27`]);
    assert.equal(code, 0, JSON.stringify(images));
    assert.equal(images.length, 1);
  });

  it("refuses what is not a reference, without quoting what may be a token", async () => {
    const { code, stdout, stderr } = await warm(["nginx:1.27", "dckr_pat_AbCdEf", "UPPER case"]);
    assert.equal(code, 1);
    assert.match(stderr, /Not image references: \(hidden\)/);
    assert.ok(!/AbCdEf|UPPER/.test(stdout + stderr));
    assert.match((await warm(["--file", "-"], "NGINX[1]\n")).stderr, /\nNot image references: \(hidden\)$/);
  });

  it("cannot run without images", async () => {
    assert.match((await warm([])).stderr, /No image: give some as arguments/);
  });
});

/** Source: the image specifications of OCI and Docker, "Media Types". */
const ACCEPTED = [
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
];

describe("warm with nested indexes", () => {
  const id = (letter: string) => `sha256:${letter.repeat(64)}`;
  const index = (...manifests: (object | null)[]) => JSON.stringify({ schemaVersion: 2, manifests });
  const attestation = { digest: id("e"), annotations: { "vnd.docker.reference.type": "attestation-manifest" } };

  /** An ECR that has these manifests. */
  async function warmFrom(
    manifests: Record<string, string>,
    image = "org/app:1",
  ): Promise<{ code: number; asked: string[]; batches: number[]; stdout: string }> {
    const asked: string[] = [];
    const batches: number[] = [];
    const answer = (_call: string, { imageIds = [], acceptedMediaTypes = [] }: BatchGetImageRequest) => {
      assert.deepEqual([...acceptedMediaTypes].sort(), ACCEPTED);
      const names = imageIds.map(({ imageTag, imageDigest }) => imageTag ?? imageDigest ?? "");
      asked.push(...names);
      batches.push(names.length);
      const images = names.flatMap((name) => {
        const imageManifest = manifests[name];
        return imageManifest === undefined ? [] : [{ imageId: { imageDigest: name }, imageManifest }];
      });
      const failures = names
        .filter((name) => manifests[name] === undefined)
        .map((imageDigest) => ({ imageId: { imageDigest }, failureCode: "ImageNotFound" }));
      return { images, failures };
    };
    const input = "hub: { registry: dockerhub }";
    const run = () => runCli(["warm", "--registries", "-", image], { input });
    return { asked, batches, ...(await withAws(answer, run)) };
  }

  cloudForSuite();

  it("fetches the images of indexes in indexes, once", async () => {
    const { code, asked } = await warmFrom({
      1: index({ digest: id("a") }, { digest: id("b") }, null),
      [id("a")]: index({ digest: id("b") }, { digest: id("c") }),
      [id("b")]: "{}",
      [id("c")]: JSON.stringify({ manifests: null }),
    });
    assert.equal(code, 0);
    assert.deepEqual(asked.slice(-4), ["1", id("a"), id("b"), id("c")]);
    const pinned = await warmFrom({ 1: index({ digest: id("a") }), [id("a")]: "{}" }, `org/app:1@${id("a")}`);
    assert.deepEqual([pinned.code, pinned.asked.slice(-2)], [0, ["1", id("a")]]);
  });

  it("fetches many images of an index, a hundred at a time", async () => {
    const digests = Array.from({ length: 101 }, (_, number) => `sha256:${String(number).padStart(64, "0")}`);
    const { code, batches } = await warmFrom({
      1: index(...digests.map((digest) => ({ digest }))),
      ...Object.fromEntries(digests.map((digest) => [digest, "{}"])),
    });
    assert.deepEqual([code, batches.slice(-3)], [0, [1, 100, 1]]);
  });

  for (const failures of [[], [{ failureCode: "ImageNotFound" }]]) {
    it(`needs an answer for each image: ${failures.length} failures`, async () => {
      const run = () => runCli(["warm", "--registries", "-", "org/app:1"], { input: "hub: { registry: dockerhub }" });
      const { code, stdout } = await withAws(() => ({ images: [], failures }), run);
      assert.equal(code, 1);
      assert.match(stdout, /org\/app:1 +\S+ +failed +ImageNotFound: \. Check that the upstream has this name/);
    });
  }

  it("needs an image for each referrer", async () => {
    const subject = { images: [{ imageId: { imageDigest: id("a") }, imageManifest: "{}" }] };
    const failures = [{ imageId: { imageDigest: id("b") }, failureCode: "ImageNotFound" }];
    const answer = (call: string, { imageIds: [one] = [] }: BatchGetImageRequest) => {
      if (call.endsWith("ListImageReferrers")) return { referrers: [{ digest: id("b") }] };
      return one?.imageTag ? subject : { failures };
    };
    const args = ["warm", "--registries", "-", "--referrers", "org/app:1"];
    const { stdout } = await withAws(answer, () => runCli(args, { input: "hub: { registry: dockerhub }" }));
    assert.ok(stdout.includes(`the referrer ${id("b")} is not cached: ImageNotFound`), stdout);
  });

  it("needs every image of an index, and no attestation", async () => {
    assert.equal((await warmFrom({ 1: index({ digest: id("a") }, attestation), [id("a")]: "{}" })).code, 0);
    for (const others of [[], [{ digest: id("a") }]]) {
      const missing = await warmFrom({ 1: index(...others, { digest: id("b") }), [id("a")]: "{}" });
      assert.equal(missing.code, 1);
      assert.match(missing.stdout, /ImageNotFound/);
    }
  });
});

/** Far less than the manifests of all images together, in MiB. */
const HEAP = 48;
const MANIFEST = JSON.stringify({ schemaVersion: 2, annotations: { padding: "x".repeat(300_000) } });

describe("warm with large manifests", () => {
  it("fetches 200 images with little memory, a few at a time", async () => {
    let open = 0;
    let most = 0;
    let firstAnswers: Promise<void> | undefined;
    const ecr = await answeringAws(async (_call, { imageIds: [imageId] = [] }: BatchGetImageRequest) => {
      most = Math.max(most, ++open);
      // The first answers wait until all requests that run at the same time have come.
      firstAnswers ??= sleep(50);
      await firstAnswers;
      open--;
      return { images: [{ imageId, imageManifest: MANIFEST }] };
    });
    const env = {
      ...process.env,
      AWS_ENDPOINT_URL: ecr.url,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: "any",
      AWS_SECRET_ACCESS_KEY: "any",
    };
    const images = Array.from({ length: 200 }, (_, index) => `org/app-${index}:1`);
    const args = ["warm", "--registries", "-", "--concurrency", "4", ...images];
    const tool = spawn(process.execPath, [`--max-old-space-size=${HEAP}`, CLI, ...args], { env });
    tool.stdin.end("hub: { registry: dockerhub }");
    const [stdout, stderr] = await Promise.all([text(tool.stdout), text(tool.stderr)]);
    ecr.close();
    assert.match(stdout, /^200 of 200 images are in the cache/m, stderr);
    assert.ok(most > 0 && most <= 4, `${most} at once`);
  });
});
