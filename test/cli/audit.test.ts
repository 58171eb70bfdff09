import assert from "node:assert/strict";
import { runCli } from "../support/cli";
import { REGISTRY, RULES, rulesFile } from "./rules";
import { cloudForSuite, withAws } from "./support";

interface Found {
  owner: string;
  container: string;
  image: string;
  nodes: string[];
  count: number;
  why: string;
  fix: string;
  cached: string;
}

const DIGEST = `sha256:${"1".repeat(64)}`;

/** A Pod with one container on a node. */
function pod(owner: [apiVersion: string, kind: string, name: string] | undefined, image: string, node = "n1") {
  const [apiVersion, kind, name] = owner ?? [];
  const hash = kind === "ReplicaSet" ? { "pod-template-hash": "5d9f" } : undefined;
  return {
    metadata: {
      name: "p",
      namespace: "shop",
      creationTimestamp: "2026-11-01T00:00:00Z",
      labels: hash,
      ownerReferences: owner && [{ apiVersion, kind, name, uid: "1", controller: true }],
    },
    spec: { nodeName: node, containers: [{ name: "c", image }] },
  };
}

describe("audit", () => {
  const audit = async (args: string[], input = "") => {
    const result = await runCli(["audit", "--rules", rulesFile(RULES), "--json", ...args], { input });
    return {
      ...result,
      ...(JSON.parse(result.stdout || "{}") as { findings: Found[]; containers: number; unchecked: string[] }),
    };
  };
  const pods = (...items: object[]) => JSON.stringify({ apiVersion: "v1", kind: "List", items });

  const reasons: [what: string, item: object, owner: string, why: RegExp, fix: RegExp, since?: string][] = [
    [
      "an operator",
      pod(["postgresql.cnpg.io/v1", "Cluster", "orders"], "ghcr.io/cloudnative-pg/postgresql:18"),
      "shop/Cluster/orders",
      /an operator created it, for Cluster orders/,
      /name the cached image in the Cluster/,
    ],
    ["a digest", pod(undefined, `nginx:1@${DIGEST}`), "shop/Pod/p", /pinned by digest/, /pull its tag .*first/],
    [
      "a static Pod",
      pod(["v1", "Node", "n1"], "nginx:1"),
      "shop/Node/n1",
      /the node starts it from a file/,
      /on the node/,
    ],
    [
      "an old Pod",
      pod(["apps/v1", "DaemonSet", "agent"], "nginx:1"),
      "shop/DaemonSet/agent",
      /created before the policy/,
      /^kubectl --namespace shop rollout restart daemonset\/agent$/,
      "2026-11-02",
    ],
    [
      "a name that nobody rewrites",
      pod(["apps/v1", "ReplicaSet", "web-5d9f"], "nginx:1"),
      "shop/Deployment/web",
      /its name is the upstream's/,
      /rewrite its manifest, or use a policy/,
      "2026-10-01",
    ],
  ];
  for (const [what, item, owner, why, fix, since] of reasons) {
    it(`says what is behind a Pod that bypasses the cache: ${what}`, async () => {
      const { code, findings } = await audit(["--pods", "-", ...(since ? ["--since", since] : [])], pods(item));
      assert.equal(code, 1);
      assert.deepEqual(
        findings.map((one) => [one.owner, one.container]),
        [[owner, "c"]],
      );
      assert.match(findings[0]?.why ?? "", why);
      assert.match(findings[0]?.fix ?? "", fix);
      assert.match(findings[0]?.cached ?? "", new RegExp(`^${REGISTRY}/`));
    });
  }

  it("finds nothing in images in a cache, without a rule, and placeholders", async () => {
    const images = [`${REGISTRY}/hub/library/nginx:1`, "gcr.io/org/app:1", `${REGISTRY}/own/app:1`, "auto"];
    const { code, findings, containers } = await audit(
      ["--pods", "-"],
      pods(...images.map((one) => pod(undefined, one))),
    );
    assert.deepEqual([code, findings, containers], [0, [], 4]);
  });

  it("names what no cache serves", async () => {
    const images = ["gcr.io/o/a:1", "gcr.io/o/a:1", `${REGISTRY}/qay/o/a:1`, `${REGISTRY}/hub/nginx:1`, "Bad Image"];
    const input = pods(...images.map((image) => pod(undefined, image)));
    const { code, stderr } = await runCli(["audit", "--rules", rulesFile(RULES), "--pods", "-"], { input });
    assert.deepEqual(stderr.split("\n"), [
      "0 of 5 containers bypass the cache.",
      "3 containers have images that no rule serves:",
      "  gcr.io/o/a:1",
      `  ${REGISTRY}/qay/o/a:1, did you mean ${REGISTRY}/quay/o/a:1?`,
      "1 container has a name that the caches cannot serve:",
      `  ${REGISTRY}/hub/nginx:1, did you mean ${REGISTRY}/hub/library/nginx:1?`,
      "1 container has no valid image reference:",
      '  shop/Pod/p c: the repository cannot have "B" here, it must be in lower case',
    ]);
    assert.equal(code, 1);
  });

  it("sees init containers, ephemeral containers and image volumes, and counts the Pods of an owner once", async () => {
    const spec = {
      nodeName: "n1",
      containers: [{ name: "a", image: "nginx:1" }],
      initContainers: [{ name: "b", image: "nginx:2" }],
      ephemeralContainers: [{ name: "c", image: "nginx:3" }],
      volumes: [{ name: "d", image: { reference: "org/model:4" } }],
    };
    const items = ["n1", "n2", "n2"].map((nodeName) => ({
      ...pod(["apps/v1", "DaemonSet", "x"], ""),
      spec: { ...spec, nodeName },
    }));
    const { findings } = await audit(["--pods", "-"], pods(...items));
    assert.deepEqual(findings.map(({ container, nodes, count }) => [container, nodes, count]).sort(), [
      ["a", ["n1", "n2"], 3],
      ["b", ["n1", "n2"], 3],
      ["c", ["n1", "n2"], 3],
      ["d", ["n1", "n2"], 3],
    ]);
  });

  it("prints a table for people and annotations for GitHub", async () => {
    const input = pods(pod(["apps/v1", "DaemonSet", "agent"], "nginx:1"));
    const base = ["audit", "--rules", rulesFile(RULES), "--pods", "-"];
    const table = await runCli(base, { input });
    assert.match(table.stdout, /^shop\/DaemonSet\/agent +c +n1 +nginx:1: its name is the upstream's/m);
    assert.match(table.stderr, /^1 of 1 container bypasses the cache\.$/m);
    const github = await runCli([...base, "--format", "github"], { input });
    assert.match(
      github.stdout,
      /^::warning title=shop\/DaemonSet\/agent c::nginx:1: its name is the upstream's\. To fix: /,
    );
  });

  it("cannot run without anything to look at, or with other input", async () => {
    const run = async (args: string[], input: string) =>
      runCli(["audit", "--rules", rulesFile(RULES), ...args], { input });
    assert.match((await run([], "")).stderr, /Nothing to look at: give --pods/);
    const manifest = "kind: Pod\nmetadata: { name: web }\n";
    for (const result of [await run(["deployment.yaml"], ""), await run(["--pods", "-"], manifest)]) {
      assert.equal(result.code, 2);
      assert.match(result.stderr, /For manifests, run `pull-through-cache rewrite --check` with the files\.$/);
    }
    for (const input of ["{", "[]", "null", '{"kind":"ConfigMap","metadata":{}}', pods()]) {
      const { code, stderr } = await run(["--pods", "-"], input);
      const advice = input === pods() ? /kubectl's context/ : /kubectl get pods/;
      assert.deepEqual([code, advice.test(stderr)], [2, true], input);
    }
    assert.match((await run(["--pods", "-", "--since", "yesterday"], "")).stderr, /must be a time such as/);
  });

  describe("of AWS", () => {
    cloudForSuite();

    /** An AWS that answers these operations, and denies others. */
    const answering = <T>(answers: Record<string, (input: Record<string, string>) => object>, run: () => Promise<T>) =>
      withAws(
        (call, input) => Object.entries(answers).find(([name]) => new RegExp(`^${name}$`).test(call))?.[1](input),
        run,
      );

    const cluster = "arn:aws:ecs:us-east-1:111122223333:cluster/prod";
    const task = {
      taskArn: "arn:aws:ecs:us-east-1:111122223333:task/prod/1",
      group: "service:web",
      launchType: "FARGATE",
      containers: [
        { name: "web", image: "nginx:1" },
        { name: "own", image: `${REGISTRY}/hub/library/redis:7` },
      ],
    };
    const ECS = {
      ListClusters: () => ({ clusterArns: [cluster] }),
      ListTasks: () => ({ taskArns: [task.taskArn] }),
      DescribeTasks: () => ({ tasks: [task] }),
      ListTaskDefinitionFamilies: () => ({ families: ["jobs"] }),
      DescribeTaskDefinition: () => ({
        taskDefinition: {
          revision: 7,
          containerDefinitions: [
            { name: "a", image: `quay.io/org/job@${DIGEST}` },
            { name: "b", image: "quay.io/org/other:1", repositoryCredentials: { credentialsParameter: "arn" } },
          ],
        },
      }),
    };

    it("finds running tasks and task definitions of ECS", async () => {
      const { code, findings, containers } = await answering(ECS, () => audit(["--ecs"]));
      assert.deepEqual([code, containers], [1, 4]);
      assert.deepEqual(
        findings.map((one) => [one.owner, one.container, one.nodes, one.why]),
        [
          ["prod/service:web", "web", ["FARGATE"], "its name is the upstream's"],
          ["task definition jobs:7", "a", [], "it is pinned by digest"],
          ["task definition jobs:7", "b", [], "it has repositoryCredentials, which ECS would use for Amazon ECR too"],
        ],
      );
    });

    it("finds functions of Lambda whose image is in a cache", async () => {
      const images: Record<string, string> = {
        cached: `${REGISTRY}/hub/library/node:22`,
        own: `${REGISTRY}/own/app:1`,
      };
      const answers = {
        "/2015-03-31/functions/?(\\?.*)?": () => ({
          Functions: [
            ...Object.keys(images).map((FunctionName) => ({ FunctionName, PackageType: "Image" })),
            { FunctionName: "zip", PackageType: "Zip" },
          ],
        }),
        ...Object.fromEntries(
          Object.entries(images).map(([name, ImageUri]) => [
            `/2015-03-31/functions/${name}`,
            () => ({ Code: { ImageUri } }),
          ]),
        ),
      };
      const { code, findings, containers } = await answering(answers, () => audit(["--lambda"]));
      assert.deepEqual([code, containers, findings.map(({ owner }) => owner)], [1, 2, ["function cached"]]);
      assert.match(findings[0]?.why ?? "", /Lambda cannot pull through a cache/);
      const annotate = ["audit", "--rules", rulesFile(RULES), "--lambda", "--format", "github"];
      assert.match((await answering(answers, () => runCli(annotate))).stdout, /^::warning title=function cached::/);
    });

    it("does not count a Region without anything as fine", async () => {
      const empty = {
        ListClusters: () => ({ clusterArns: [cluster] }),
        ListTasks: () => ({ taskArns: [] }),
        ListTaskDefinitionFamilies: () => ({ families: [] }),
        "/2015-03-31/functions/?(\\?.*)?": () => ({ Functions: [] }),
      };
      const args = ["audit", "--rules", rulesFile(RULES), "--ecs", "--lambda"];
      const { code, stderr } = await answering(empty, () => runCli(args));
      assert.equal(code, 1);
      assert.deepEqual(stderr.split("\n").slice(-2), [
        "No container was found.",
        "Not checked: anything: there is nothing to look at in us-east-1, which may be the wrong Region",
      ]);
      const both = await answering({ ...empty, ...ECS }, () => audit(["--ecs", "--lambda"]));
      assert.deepEqual(both.unchecked, [], "one of two kinds is enough");
    });

    it("goes on after a cluster and a task definition that it may not read", async () => {
      const other = "arn:aws:ecs:us-east-1:111122223333:cluster/secret";
      const answers = {
        ...ECS,
        ListClusters: () => ({ clusterArns: [other, cluster] }),
        ListTasks: (input: Record<string, string>) => (input.cluster === other ? undefined : ECS.ListTasks()) as object,
        ListTaskDefinitionFamilies: () => ({ families: ["hidden", "jobs"] }),
        DescribeTaskDefinition: (input: Record<string, string>) =>
          (input.taskDefinition === "hidden" ? undefined : ECS.DescribeTaskDefinition()) as object,
      };
      const { code, findings, unchecked } = await answering(answers, () => audit(["--ecs"]));
      assert.deepEqual([code, findings.length], [1, 3]);
      assert.match(
        unchecked.join("\n"),
        /^tasks of \S+\/secret: ECS ListTasks in .*\ntask definition hidden: ECS Desc/,
      );
    });

    it("says which service it may not look at, and looks at the other", async () => {
      const { code, unchecked, findings } = await answering(ECS, () => audit(["--ecs", "--lambda"]));
      assert.deepEqual(
        [code, unchecked],
        [1, ["functions: Lambda ListFunctions in us-east-1: AccessDeniedException: UnknownError"]],
      );
      assert.equal(findings.length, 3);
    });
  });
});

describe("why", () => {
  const rules = RULES.map(({ upstream, url }) => ({
    ...{ upstream, url },
    ...(upstream === "quay.io" && { repositories: ["org/*"] }),
    ...(upstream === "ghcr.io" && { upstreamPrefix: "team" }),
    ...(upstream === "registry.k8s.io" && { upstreamPrefix: "ROOT" }),
  }));
  const run = (image: string, ...args: string[]) => runCli(["why", image, "--rules", rulesFile(rules), ...args]);
  const rule = (prefix: string, upstream: string) => `Rule:          ${REGISTRY}/${prefix} caches ${upstream}`;
  const cached = (name: string) => `In the cache:  ${REGISTRY}/${name}`;
  const needs = (repository: string, partition = "aws", region = "us-east-1") => `
Who pulls it needs ecr:GetAuthorizationToken on *, and on
  arn:${partition}:ecr:${region}:111122223333:repository/${repository}
  for a cached image:   ecr:BatchGetImage, ecr:GetDownloadUrlForLayer, ecr:BatchCheckLayerAvailability
  for the first pull:   also ecr:BatchImportUpstreamImage, ecr:CreateRepository
  in another account:   the repository's policy too, and the registry policy for the first pull
The first pull also needs a rule that works (\`pull-through-cache verify\`), and it may need a route to the internet.`;
  const OF_A_CACHE = "It has the name of a cache. Whether it is cached, or exists upstream, is not known.";
  const OWN =
    "It is in the registry of the caches, but no rule has its prefix: only a repository of your own can serve it.";
  const LIBRARY = "Docker Hub has its official images under library/. Did you mean";

  /** What each image has in full, and what is said of it. */
  const cases: [image: string, full: string | undefined, ...lines: string[]][] = [
    [
      "nginx",
      "docker.io/library/nginx",
      rule("hub", "registry-1.docker.io"),
      cached("hub/library/nginx"),
      needs("hub/library/nginx"),
    ],
    ["ghcr.io/team/a:1", "ghcr.io/team/a:1", rule("ghcr", "ghcr.io/team"), cached("ghcr/a:1"), needs("ghcr/a")],
    [
      "registry.k8s.io/pause:3",
      "registry.k8s.io/pause:3",
      rule("k8s", "registry.k8s.io"),
      cached("k8s/pause:3"),
      needs("k8s/pause"),
    ],
    [`${REGISTRY}/quay/org/a:1`, `${REGISTRY}/quay/org/a:1`, rule("quay", "quay.io"), OF_A_CACHE, needs("quay/org/a")],
    [
      `nginx:1@${DIGEST}`,
      `docker.io/library/nginx:1@${DIGEST}`,
      rule("hub", "registry-1.docker.io"),
      "It is pinned by digest, so it comes from the upstream: a cache serves a digest only if it already has that image. To change that, fetch its tag with `pull-through-cache warm`, and rewrite digests too.",
    ],
    [
      "quay.io/x/a",
      "quay.io/x/a",
      "A rule is for its registry, but does not list it in repositories: it comes from the upstream.",
    ],
    [
      "gcr.io/a/b",
      "gcr.io/a/b",
      "ECR has no pull through cache for gcr.io: ECR cannot cache Google's registries. Many of their public images are also on registry.k8s.io, Docker Hub or quay.io. It comes from the upstream.",
    ],
    ["example.com/a", "example.com/a", "ECR has no pull through cache for example.com. It comes from the upstream."],
    [
      "registry.gitlab.com/a/b",
      "registry.gitlab.com/a/b",
      "No rule is for its registry and path: it comes from the upstream.",
    ],
    ["auto", undefined, "It is no name of an image: an identifier, or a placeholder that something else replaces."],
    ["NGINX", undefined, 'It is not a valid reference: the repository cannot have "N" here, it must be in lower case.'],
    [
      `${REGISTRY}/hub/nginx:1`,
      `${REGISTRY}/hub/nginx:1`,
      rule("hub", "registry-1.docker.io"),
      `${LIBRARY} ${REGISTRY}/hub/library/nginx:1?`,
    ],
    [`${REGISTRY}/qauy/org/a:1`, `${REGISTRY}/qauy/org/a:1`, `${OWN} Did you mean ${REGISTRY}/quay/org/a:1?`],
    [`${REGISTRY}/own/a:1`, `${REGISTRY}/own/a:1`, OWN],
  ];
  for (const [image, full, ...lines] of cases) {
    it(image, async () => {
      const { code, stdout } = await run(image);
      const all = full === undefined ? lines : [`In full:       ${full}`, ...lines];
      const isServed = lines.some((line) => line.includes("Who pulls it"));
      assert.deepEqual([stdout, code], [all.join("\n"), isServed ? 0 : 1]);
    });
  }

  const [hub, quay] = [rules[0], rules[2]];
  const ANSWERS: { [image: string]: object } = {
    "nginx:1": {
      decision: "rewritten",
      cached: `${REGISTRY}/hub/library/nginx:1`,
      rule: hub,
      permissions: {
        repository: "arn:aws:ecr:us-east-1:111122223333:repository/hub/library/nginx",
        pull: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"],
        firstPull: ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
      },
    },
    [`quay.io/org/a@${DIGEST}`]: { decision: "digest", cached: `${REGISTRY}/quay/org/a@${DIGEST}`, rule: quay },
    [`${REGISTRY}/hub/nginx:1`]: {
      decision: "in cache",
      reason: "Docker Hub has its official images under library/",
      meant: `${REGISTRY}/hub/library/nginx:1`,
      rule: hub,
    },
    "example.com/a": {
      decision: "not covered",
      reason: "ECR has no pull through cache for example.com. It comes from the upstream.",
    },
    NGINX: { decision: "malformed", reason: 'the repository cannot have "N" here, it must be in lower case' },
  };
  for (const [image, answer] of Object.entries(ANSWERS)) {
    it(`${image}, as JSON`, async () => {
      assert.deepEqual(JSON.parse((await run(image, "--json")).stdout), { image, ...answer });
    });
  }

  for (const [region, partition, suffix] of [
    ["cn-north-1", "aws-cn", "amazonaws.com.cn"],
    ["us-gov-west-1", "aws-us-gov", "amazonaws.com"],
  ] as const) {
    it(`names repositories in ${region}`, async () => {
      const url = `111122223333.dkr.ecr.${region}.${suffix}/k8s`;
      const file = rulesFile([{ upstream: "registry.k8s.io", url }]);
      const { stdout } = await runCli(["why", "registry.k8s.io/pause:3", "--rules", file]);
      assert.ok(stdout.endsWith(needs("k8s/pause", partition, region)), stdout);
    });
  }
});
