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

  const NOBODY = {
    why: "its name is the upstream's",
    fix: "rewrite its manifest, or use a policy that includes its namespace and labels",
  };
  const OLD = "it was created before the policy";
  const reasons: [
    what: string,
    item: ReturnType<typeof pod>,
    owner: string,
    why: string,
    fix: string,
    since?: string,
  ][] = [
    [
      "an operator",
      pod(["postgresql.cnpg.io/v1", "Cluster", "orders"], "nginx:1"),
      "shop/Cluster/orders",
      "an operator created it, for Cluster orders",
      "name the cached image in the Cluster",
    ],
    [
      "a digest",
      pod(undefined, `nginx:1@${DIGEST}`),
      "shop/Pod/p",
      "it is pinned by digest, which the policies leave",
      "pull its tag through the cache first (`pull-through-cache warm`), then rewrite digests too",
    ],
    [
      "a static Pod",
      pod(["v1", "Node", "n1"], "nginx:1"),
      "shop/Node/n1",
      "the node starts it from a file",
      "change the image on the node",
    ],
    ...["DaemonSet", "StatefulSet"].map((kind): [string, ReturnType<typeof pod>, string, string, string, string] => [
      `an old ${kind}`,
      pod(["apps/v1", kind, "a"], "nginx:1"),
      `shop/${kind}/a`,
      OLD,
      `kubectl --namespace shop rollout restart ${kind.toLowerCase()}/a`,
      "2026-11-02",
    ]),
    [
      "an old Deployment",
      pod(["apps/v1", "ReplicaSet", "web-5d9f"], "nginx:1"),
      "shop/Deployment/web",
      OLD,
      "kubectl --namespace shop rollout restart deployment/web",
      "2026-11-02",
    ],
    ["an old Job", pod(["batch/v1", "Job", "a"], "nginx:1"), "shop/Job/a", OLD, "create the Pod again", "2026-11-02"],
    ["a Pod of that moment", pod(undefined, "nginx:1"), "shop/Pod/p", NOBODY.why, NOBODY.fix, "2026-11-01"],
    [
      "a name that nobody rewrites",
      pod(["apps/v1", "ReplicaSet", "web-5d9f"], "nginx:1"),
      "shop/Deployment/web",
      NOBODY.why,
      NOBODY.fix,
      "2026-10-01T00:00:00Z",
    ],
    [
      "a ReplicaSet of its own",
      pod(["apps/v1", "ReplicaSet", "w"], "nginx:1"),
      "shop/ReplicaSet/w",
      NOBODY.why,
      NOBODY.fix,
    ],
  ];
  for (const [what, item, owner, why, fix, since] of reasons) {
    it(`says what is behind a Pod that bypasses the cache: ${what}`, async () => {
      const result = await audit(["--pods", "-", ...(since ? ["--since", since] : [])], pods(item));
      const image = item.spec.containers[0]?.image ?? "";
      const found = {
        owner,
        container: "c",
        image,
        cached: `${REGISTRY}/hub/library/${image}`,
        nodes: ["n1"],
        count: 1,
      };
      assert.deepEqual(JSON.parse(result.stdout), {
        ...{ containers: 1, bypassing: 1, unserved: [], unchecked: [] },
        findings: [{ ...found, why, fix }],
      });
      assert.equal(result.code, 1);
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
    const agent = ["n1", "n2"].map((node) => pod(["apps/v1", "DaemonSet", "agent"], "nginx:1", node));
    const input = pods(...agent, pod(["v1", "Node", "n3"], "nginx:2", "n3"), pod(undefined, "quay.io/a/b", ""));
    const base = ["audit", "--rules", rulesFile(RULES), "--pods", "-", "--since", "2026-11-02"];
    const table = await runCli(base, { input });
    const TABLE = `OWNER                     CONTAINER  NODE     WHAT
shop/DaemonSet/agent (2)  c          2 nodes  nginx:1: it was created before the policy
                                              -> kubectl --namespace shop rollout restart daemonset/agent:
                                              ${REGISTRY}/hub/library/nginx:1
shop/Node/n3              c          n3       nginx:2: the node starts it from a file
                                              -> change the image on the node: ${REGISTRY}/hub/library/nginx:2
shop/Pod/p                c                   quay.io/a/b: it was created before the policy
                                              -> create the Pod again: ${REGISTRY}/quay/a/b`;
    assert.deepEqual([table.stdout, table.stderr], [TABLE, "4 of 4 containers bypass the cache."]);
    const github = await runCli([...base, "--format", "github"], { input });
    assert.deepEqual(github.stdout.split("\n"), [
      "::warning title=shop/DaemonSet/agent c::nginx:1: it was created before the policy. To fix: kubectl --namespace shop rollout restart daemonset/agent",
      "::warning title=shop/Node/n3 c::nginx:2: the node starts it from a file. To fix: change the image on the node",
      "::warning title=shop/Pod/p c::quay.io/a/b: it was created before the policy. To fix: create the Pod again",
    ]);
    assert.equal(github.stderr, table.stderr);
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
    const onInstance = {
      taskArn: "arn:aws:ecs:us-east-1:111122223333:task/prod/2",
      containerInstanceArn: "arn:aws:ecs:us-east-1:111122223333:container-instance/prod/9f3c",
      launchType: "EC2",
      containers: [{ image: "quay.io/org/a:1" }, { name: "without an image" }],
    };
    const ECS = {
      ListClusters: () => ({ clusterArns: [cluster] }),
      ListTasks: () => ({ taskArns: [task.taskArn] }),
      DescribeTasks: () => ({ tasks: [task, onInstance] }),
      ListTaskDefinitionFamilies: () => ({ families: ["jobs"] }),
      DescribeTaskDefinition: () => ({
        taskDefinition: {
          revision: 7,
          containerDefinitions: [
            { name: "a", image: `quay.io/org/job@${DIGEST}` },
            { name: "b", image: "quay.io/org/other:1", repositoryCredentials: { credentialsParameter: "arn" } },
            { name: "c", image: "example.com/a" },
          ],
        },
      }),
    };

    it("finds running tasks and task definitions of ECS", async () => {
      const asked: unknown[] = [];
      const { code, stdout } = await withAws(
        (call, input) => {
          asked.push([call, input]);
          return Object.entries(ECS).find(([name]) => name === call)?.[1]();
        },
        () => audit(["--ecs"]),
      );
      assert.equal(code, 1);
      assert.deepEqual(asked, [
        ["ListClusters", {}],
        ["ListTaskDefinitionFamilies", { status: "ACTIVE" }],
        ["ListTasks", { cluster, maxResults: 100 }],
        ["DescribeTasks", { cluster, tasks: [task.taskArn] }],
        ["DescribeTaskDefinition", { taskDefinition: "jobs" }],
      ]);
      const named = { why: "its name is the upstream's", fix: "name the cached image in the task definition" };
      const found = (
        owner: string,
        container: string,
        image: string,
        cached: string,
        node: string,
        reason: object,
      ) => ({
        ...{ owner, container, image, cached: `${REGISTRY}/${cached}`, count: 1, nodes: node === "" ? [] : [node] },
        ...reason,
      });
      const definition = "task definition jobs:7";
      assert.deepEqual(JSON.parse(stdout), {
        ...{ containers: 6, bypassing: 4, unchecked: [] },
        unserved: [{ owner: definition, container: "c", kind: "no rule", image: "example.com/a" }],
        findings: [
          found("prod/service:web", "web", "nginx:1", "hub/library/nginx:1", "FARGATE", named),
          found("prod/2", "", "quay.io/org/a:1", "quay/org/a:1", "9f3c", named),
          found(definition, "a", `quay.io/org/job@${DIGEST}`, `quay/org/job@${DIGEST}`, "", {
            why: "it is pinned by digest",
            fix: "pull its tag through the cache first (`pull-through-cache warm`), then name the cached image",
          }),
          found(definition, "b", "quay.io/org/other:1", "quay/org/other:1", "", {
            why: "it has repositoryCredentials, which ECS would use for Amazon ECR too",
            fix: "remove them, and name the cached image",
          }),
        ],
      });
    });

    it("finds functions of Lambda whose image is in a cache", async () => {
      const images: Record<string, string> = {
        cached: `${REGISTRY}/hub/library/node:22`,
        own: `${REGISTRY}/own/app:1`,
        upstream: "444455556666.dkr.ecr.us-east-1.amazonaws.com/app:1",
      };
      const rules = [...RULES, { upstream: "444455556666.dkr.ecr.us-east-1.amazonaws.com", url: `${REGISTRY}/team` }];
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
      const run = (format: string) =>
        answering(answers, () => runCli(["audit", "--rules", rulesFile(rules), "--lambda", "--format", format]));
      const { code, stdout } = await run("json");
      const { cached } = images;
      const why = "AWS Lambda cannot pull through a cache, and the lifecycle policy may expire the image";
      const fix = "push the image to a repository of your own";
      assert.deepEqual(
        [code, JSON.parse(stdout)],
        [
          1,
          {
            ...{ containers: 3, bypassing: 1, unserved: [], unchecked: [] },
            findings: [
              { owner: "function cached", container: "", image: cached, cached, why, fix, nodes: [], count: 1 },
            ],
          },
        ],
      );
      assert.equal((await run("github")).stdout, `::warning title=function cached::${cached}: ${why}. To fix: ${fix}`);
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
      assert.deepEqual([code, findings.length], [1, 4]);
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
      assert.equal(findings.length, 4);
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
