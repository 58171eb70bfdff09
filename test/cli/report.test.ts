import assert from "node:assert/strict";
import { bars } from "../../cli/report/plots";
import { runCli } from "../support/cli";
import { ACCOUNT, cloudForSuite, createHub, REGION, setClock, withAws } from "./support";

describe("report", () => {
  const cloud = cloudForSuite();
  const report = (...args: string[]) => runCli(["report", ...args]);

  beforeEach(async () => {
    await createHub(cloud);
    const ecr = cloud.ecr();
    await ecr.createPullThroughCacheRule({
      ...{ ecrRepositoryPrefix: "hub/k8s", upstreamRegistryUrl: "registry.k8s.io" },
    });
    await ecr.batchGetImage({ repositoryName: "hub/library/nginx", imageIds: [{ imageTag: "1.27" }] });
    for (const repositoryName of ["hub/mine", "hub/k8s/pause", "hubble/own"])
      await ecr.createRepository({ repositoryName });
  });

  /** What ECR bills for: the index is no image of its own. */
  const stored = async () => {
    const { imageDetails = [] } = await cloud.ecr().describeImages({ repositoryName: "hub/library/nginx" });
    const images = imageDetails.filter(({ imageManifestMediaType = "" }) => !/index|list/.test(imageManifestMediaType));
    return {
      images: images.length,
      bytes: images.reduce((sum, { imageSizeInBytes = 0 }) => sum + imageSizeInBytes, 0),
    };
  };

  it("counts each repository once, for its most specific cache, with its cost", async () => {
    const { code, stdout, stderr } = await report("--json", "--price", "1000");
    assert.deepEqual([code, stderr.split("\n")[0]], [0, `Account ${ACCOUNT}, Region ${REGION}`]);
    const shown = JSON.parse(stdout);
    const { images, bytes } = await stored();
    assert.ok(images > 0 && bytes > 0);
    const cost = (bytes / 1e9) * 1000;
    const rows = shown.repositories.map((one: Record<string, unknown>) => [
      one.cache,
      one.repository,
      one.images,
      one.bytes,
      one.cost,
      one.hasLifecycle,
    ]);
    assert.deepEqual(rows, [
      ["hub", "hub/library/nginx", images, bytes, cost, true],
      ["hub/k8s", "hub/k8s/pause", 0, 0, 0, false],
      ["hub", "hub/mine", 0, 0, 0, false],
    ]);
    const sums = shown.caches.map((one: Record<string, unknown>) => [one.cache, one.repositories, one.cost]);
    assert.deepEqual(sums, [
      ["hub", 2, cost],
      ["hub/k8s", 1, 0],
    ]);
    // Ten US cents a gigabyte: https://aws.amazon.com/ecr/pricing.
    const [first] = JSON.parse((await report("--json")).stdout).repositories;
    assert.equal(first.cost, (bytes / 1e9) * 0.1);
    assert.deepEqual(
      [shown.account, shown.total.withoutLifecycle, shown.total.repositories, shown.unchecked],
      [ACCOUNT, 2, 3, []],
    );
  });

  it("leaves the repositories of other caches out with --prefix", async () => {
    const { stdout } = await report("--json", "--prefix", "hub");
    const names = JSON.parse(stdout).repositories.map(({ repository }: { repository: string }) => repository);
    assert.deepEqual(names, ["hub/library/nginx", "hub/mine"]);
  });

  it("names the Regions of its plots if there are several", async () => {
    const plots = async (...regions: string[]) =>
      (await report("--format", "html", ...regions.flatMap((one) => ["--region", one]))).stdout.match(
        /<svg.*?<\/svg>/gs,
      ) ?? [];
    assert.doesNotMatch((await plots()).join(), new RegExp(REGION));
    await cloud.ecr({ region: "us-west-2" }).createPullThroughCacheRule({
      ...{ ecrRepositoryPrefix: "k8s", upstreamRegistryUrl: "registry.k8s.io" },
    });
    const both = (await plots(REGION, "us-west-2")).join();
    assert.match(both, new RegExp(`hub/library/nginx \\(${REGION}\\)`));
    assert.match(both, /k8s \(us-west-2\)/);
  });

  for (const price of ["free", "-1", "1e9"]) {
    it(`refuses the price ${price}`, async () => assert.equal((await report(`--price=${price}`)).code, 2));
  }
});

describe("report of an AWS that refuses", () => {
  cloudForSuite();
  const rules = { pullThroughCacheRules: [{ ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "quay.io" }] };
  const images = {
    imageDetails: [
      { imageSizeInBytes: 2e9, imageScanStatus: { status: "FAILED" }, lastRecordedPullTime: 1_790_000_000 },
      { imageSizeInBytes: 1e9, imageScanStatus: { status: "LIMIT_EXCEEDED" }, lastRecordedPullTime: 1_780_000_000 },
      { imageSizeInBytes: 1e9, imageScanStatus: { status: "COMPLETE" }, lastRecordedPullTime: 1_770_000_000 },
    ],
  };
  const answers: Record<string, object> = {
    DescribePullThroughCacheRules: rules,
    DescribeRepositories: { repositories: [{ repositoryName: "hub/app" }] },
    DescribeImages: images,
    GetLifecyclePolicy: {},
  };
  const all = { images: 3, bytes: 4e9, failedScans: 2, lastPull: "2026-09-21T14:13:20.000Z", hasLifecycle: true };

  const sums = { repositories: 1, images: 3, bytes: 4e9, failedScans: 2, withoutLifecycle: 0 };

  for (const [denied, repositories, total] of [
    ["", [all], sums],
    ["DescribeRepositories", [], {}],
    ["DescribeImages", [{ hasLifecycle: true }], { repositories: 1, withoutLifecycle: 0 }],
    ["GetLifecyclePolicy", [{ ...all, hasLifecycle: undefined }], { ...sums, withoutLifecycle: undefined }],
  ] as const) {
    it(denied === "" ? "nothing" : denied, async () => {
      const answer = (call: string) => (call === denied ? undefined : answers[call]);
      const { code, stdout, stderr } = await withAws(answer, () => runCli(["report", "--json"]));
      assert.equal(code, denied === "" ? 0 : 1);
      const shown = JSON.parse(stdout);
      const found = shown.repositories.map((one: typeof all) => {
        const { images: count, bytes, failedScans, lastPull, hasLifecycle } = one;
        return { images: count, bytes, failedScans, lastPull, hasLifecycle };
      });
      const expected = repositories.map((one) => ({
        ...{ images: undefined, bytes: undefined, failedScans: undefined, lastPull: undefined },
        ...one,
      }));
      assert.deepEqual(found, expected);
      for (const sum of [shown.total, shown.caches[0]]) {
        const { repositories: count, images, bytes, failedScans, withoutLifecycle, atLeast } = sum;
        const nothing = Object.fromEntries(Object.keys(sums).map((name) => [name, undefined]));
        assert.deepEqual(
          { repositories: count, images, bytes, failedScans, withoutLifecycle },
          { ...nothing, ...total },
        );
        assert.deepEqual(atLeast, []);
      }
      if (denied !== "") assert.match(stderr, new RegExp(`Not checked: .*ECR ${denied} in .*AccessDenied`));
    });
  }
});

describe("report of everything that a format shows", () => {
  cloudForSuite();
  const pulled = (time: string) => ({ lastRecordedPullTime: Date.parse(time) / 1000 });
  const image = (gigabytes: number, status?: string, more: object = {}) => ({
    imageSizeInBytes: gigabytes * 1e9,
    ...(status && { imageScanStatus: { status } }),
    ...more,
  });
  const ODD = `hub/<"odd",&'>`;
  const IMAGES: { readonly [repository: string]: object[] } = {
    "k8s/old": [image(9, undefined, pulled("2026-07-03"))],
    "k8s/none": [image(0.25, "COMPLETE")],
    "hub/week": [image(1.5, "FINDINGS_UNAVAILABLE", pulled("2026-09-24T12:34:56Z"))],
    "hub/app": [
      image(1, "FAILED", pulled("2026-06-01")),
      image(2, "LIMIT_EXCEEDED", pulled("2026-09-24")),
      image(0.5, "COMPLETE"),
    ],
    "hub/month": [image(0.5, "COMPLETE", pulled("2026-09-01"))],
  };
  const RULES_OF_AWS = Object.entries({ hub: "quay.io", k8s: "registry.k8s.io" }).map(
    ([ecrRepositoryPrefix, upstreamRegistryUrl]) => ({ ecrRepositoryPrefix, upstreamRegistryUrl }),
  );
  const shownAs = (format: string, images = IMAGES) => {
    const answers = (repository = ""): { readonly [call: string]: object | undefined } => ({
      DescribePullThroughCacheRules: { pullThroughCacheRules: RULES_OF_AWS },
      DescribeRepositories: {
        repositories: ["other/app", ODD, ...Object.keys(images)].map((repositoryName) => ({ repositoryName })),
      },
      DescribeImages: images[repository] && { imageDetails: images[repository] },
      GetLifecyclePolicy: images[repository] && {},
    });
    const answer = (call: string, { repositoryName }: { repositoryName?: string }) => answers(repositoryName)[call];
    return withAws(answer, () => runCli(["report", "--format", format, "--price", "0.2"]));
  };
  let reset = () => undefined as unknown;
  before(() => {
    const now = Date.parse("2026-10-01T12:34:56Z");
    reset = setClock(() => now);
  });
  after(() => reset());

  it("table", async () => {
    const { stdout } = await shownAs("table");
    assert.equal(
      stdout,
      `\
REGION        CACHE  UPSTREAM         REPOSITORIES  IMAGES      GB              USD/MONTH      FAILED SCANS  NO LIFECYCLE  LAST PULL
eu-central-1  k8s    registry.k8s.io  2             2           9.250           1.85           ?             0             2026-07-03
eu-central-1  hub    quay.io          4             at least 5  at least 5.500  at least 1.10  at least 3    ?             2026-09-24

REGION        CACHE  REPOSITORY      IMAGES  GB     USD/MONTH  FAILED SCANS  LIFECYCLE  LAST PULL
eu-central-1  k8s    k8s/old         1       9.000  1.80       ?             yes        2026-07-03
eu-central-1  hub    hub/app         3       3.500  0.70       2             yes        2026-09-24
eu-central-1  hub    hub/week        1       1.500  0.30       1             yes        2026-09-24
eu-central-1  hub    hub/month       1       0.500  0.10       0             yes        2026-09-01
eu-central-1  k8s    k8s/none        1       0.250  0.05       0             yes        none known
eu-central-1  hub    ${ODD}  ?       ?      ?          ?             ?          ?

6 repositories, at least 7 images, at least 14.750 GB, at least 2.95 USD a month at 0.2 USD for a GB.`,
    );
  });

  it("csv", async () => {
    const { stdout } = await shownAs("csv");
    const lines = stdout.split("\n");
    assert.equal(lines[0], "Region,Cache,Repository,Images,GB,USD/month,Failed scans,Lifecycle,Last pull");
    assert.deepEqual(lines.slice(5), [
      "eu-central-1,k8s,k8s/none,1,0.250,0.05,0,yes,none known",
      `eu-central-1,hub,"hub/<""odd"",&'>",?,?,?,?,?,?`,
    ]);
  });

  it("json", async () => {
    const { stdout } = await shownAs("json");
    const { repositories, unchecked, ...shown } = JSON.parse(stdout);
    assert.deepEqual(repositories.at(-1), { region: REGION, cache: "hub", upstream: "quay.io", repository: ODD });
    assert.equal(unchecked.length, 2);
    const partly = ["images", "bytes", "failedScans"];
    const week = "2026-09-24T12:34:56.000Z";
    assert.deepEqual(shown, {
      ...{ account: ACCOUNT, made: "2026-10-01T12:34:56.000Z", price: 0.2 },
      caches: [
        {
          ...{ region: REGION, cache: "k8s", upstream: "registry.k8s.io", atLeast: [], withoutLifecycle: 0 },
          ...{ repositories: 2, images: 2, bytes: 9.25e9, cost: 1.85, lastPull: "2026-07-03T00:00:00.000Z" },
        },
        {
          ...{ region: REGION, cache: "hub", upstream: "quay.io", atLeast: partly, failedScans: 3 },
          ...{ repositories: 4, images: 5, bytes: 5.5e9, cost: 1.1, lastPull: week },
        },
      ],
      total: {
        repositories: 6,
        images: 7,
        bytes: 14.75e9,
        cost: 2.95,
        atLeast: partly,
        failedScans: 3,
        lastPull: week,
      },
    });
  });

  it("html", async () => {
    const { stdout } = await shownAs("html");
    const unstyled = stdout.replace(/<style ?>.*?<\/style>/gs, "");
    const texts: readonly string[] = unstyled.match(/(?<=>)[^<]*[^<\s][^<]*(?=<)/g) ?? [];
    const odd = "hub/&#60;&#34;odd&#34;,&#38;&#39;&#62;";
    const denied = ["DescribeImages", "GetLifecyclePolicy"].map(
      (call) => `Not checked: ${odd}: ECR ${call} in ${REGION}: AccessDeniedException: UnknownError`,
    );
    const where = `Account ${ACCOUNT}, ${REGION}, 2026-10-01 12:34 UTC.`;
    const costs =
      "Costs are for storage, at 0.2 USD for a GB and month. Layers that images share are counted in each image.";
    assert.deepEqual(texts.slice(0, texts.indexOf("Caches")), [
      ...[`Pull through caches of ${ACCOUNT}`, "Pull through caches", `${where}\n${costs}`, ...denied],
      ...["at least $2.95", "a month", "at least 14.750", "GB", "at least 7", "images", "6", "repositories"],
      ...["?", "without lifecycle policy", "at least 3", "failed scans"],
      ...["Cost a month, by cache", "k8s", "hub", "$1.85", "at least $1.10"],
      ...["Largest repositories", "k8s/old", "hub/app", "hub/week", "hub/month", "k8s/none"],
      ...["hub/&lt;&quot;odd&quot;,&amp;&#39;&gt;", "9.000 GB", "3.500 GB", "1.500 GB", "0.500 GB", "0.250 GB", "?"],
      ...["Size, by the time of the last pull of a repository", "within 7 days", "within 30 days", "within 90 days"],
      ...["longer ago", "no pull known", "1.500 GB", "3.500 GB", "0.500 GB", "9.000 GB", "0.250 GB"],
    ]);
    const names = "<td>eu-central-1</td><td>hub</td><td>hub/app</td>";
    const numbers = ["3", "3.500", "0.70", "2"].map((number) => `<td class="number">${number}</td>`).join("");
    assert.ok(stdout.includes(`<tr>${names}${numbers}<td>yes</td><td>2026-09-24</td></tr>`), stdout);
  });

  it("html, of which plots have the largest 12", async () => {
    const numbers = Array.from({ length: 14 }, (_, index) => 10 + index);
    const { stdout } = await shownAs("html", Object.fromEntries(numbers.map((one) => [`hub/${one}`, [image(1)]])));
    const names = stdout.match(/hub\/\d+(?=<\/text>)/g);
    assert.deepEqual(
      names,
      numbers.slice(0, 12).map((one) => `hub/${one}`),
    );
    assert.match(stdout, /<\/svg><p>3 more below\.<\/p><\/section>/);
  });

  it("html, with bars that are as long as their values", () => {
    const long = { name: "a name that is very long and must be cut off", value: 1, shown: "?" };
    const svg = bars([{ name: "hub", value: 4, shown: "$4" }, long], "#2563eb");
    assert.match(svg, /^<svg width="560" height="60" /);
    const texts = svg.matchAll(/anchor="(\w+)" .*?font-size:(\d+)px.*?translate\((.*?)\)" fill="(.*?)">(.*?)</g);
    assert.deepEqual(
      [...texts].map(([, ...parts]) => parts.join(" ")),
      [
        "end 12 204 17 #333 hub",
        "end 12 204 43 #333 a name that is very long and must ...",
        "start 12 481 17 #333 $4",
        "start 12 283 43 #333 ?",
      ],
    );
    // From the names' end to the longest value's text, with a radius of 2 at each corner.
    const bar = (right: number, top: number) =>
      [
        `M214 ${top}L${right - 2} ${top}A2 2 0 0 1 ${right} ${top + 2}L${right} ${top + 14}`,
        `A2 2 0 0 1 ${right - 2} ${top + 16}L214 ${top + 16}A2 2 0 0 1 212 ${top + 14}L212 ${top + 2}A2 2 0 0 1 214 ${top}Z`,
      ].join("");
    const shapes = [...svg.matchAll(/<(?:path|line|polyline) (?:d="(.*?)" fill="(.*?)")?/g)];
    assert.deepEqual(
      shapes.map(([, ...parts]) => parts),
      [bar(476, 9), bar(278, 35)].map((path) => [path, "#2563eb"]),
    );
    assert.doesNotMatch(svg, /animation/);
  });
});
