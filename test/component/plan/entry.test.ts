import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { RegistryArgs } from "../../../component/args";
import type { EntryPlan } from "../../../component/plan/model";
import { formatPath } from "../../../component/problems/print";
import { ECR, entry, plan, problems, ROLE, secretArn } from "./support";

describe("plan of a registry", () => {
  it("has safe defaults", () => {
    const policy = JSON.stringify({
      rules: [
        {
          rulePriority: 1,
          selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 3 },
          action: { type: "expire" },
        },
      ],
    });
    const quay: EntryPlan = {
      key: "quay",
      upstream: { kind: "quay", host: "quay.io", authentication: "none" },
      prefix: "quay",
      repositories: undefined,
      upstreamRepositoryPrefix: undefined,
      credential: "none",
      tokenExpires: undefined,
      secret: undefined,
      role: "none",
      template: {
        description: "Pull through cache of quay.io",
        lifecyclePolicy: policy,
        imageTagMutability: "MUTABLE",
        exclusionFilters: [],
        encryption: { type: "AES256", typeWithoutKey: "AES256" },
        resourceTags: {},
        access: undefined,
        repositoryPolicy: undefined,
        role: "none",
      },
      adopt: false,
    };
    assert.deepEqual(plan({ registries: { quay: { lifecycle: { policy } } } }), {
      entries: [quay],
      regions: [
        {
          region: undefined,
          caches: [
            {
              id: "quay",
              name: "quay",
              formerName: undefined,
              region: undefined,
              entry: quay,
              credentialArn: undefined,
              kmsKey: undefined,
            },
          ],
          topicArn: undefined,
        },
      ],
      tags: {},
      templateRole: undefined,
      upstreamRole: undefined,
      grants: [],
      mark: "PullThroughCache33888e30",
      scanning: { filters: ["quay/*"] },
      registryPolicy: undefined,
      rewriteImages: undefined,
      pullerRoles: {},
      pullTimeExclusions: {},
      alerts: undefined,
      warnings: [],
    });
  });

  it("never lets a cache grow forever", () => {
    const { lifecyclePolicy } = entry(plan({ registries: { quay: {} } }), "quay").template;
    const rules = (JSON.parse(lifecyclePolicy) as { rules: { selection: object }[] }).rules;
    assert.deepEqual(
      rules.map(({ selection }) => selection),
      [{ tagStatus: "any", countType: "imageCountMoreThan", countNumber: 50 }],
    );
  });

  it("warns of archive storage, from which nothing can be pulled", () => {
    const transition = {
      rulePriority: 1,
      selection: { tagStatus: "any", countType: "sinceImagePulled", countUnit: "days", countNumber: 30 },
      action: { type: "transition", targetStorageClass: "archive" },
    };
    const lifecycle = { policy: JSON.stringify({ rules: [transition] }) };
    const { warnings } = plan({ registries: { quay: { lifecycle }, k8s: {} }, defaults: { lifecycle } });
    assert.deepEqual(
      warnings.map(({ path }) => formatPath(path)),
      ["defaults.lifecycle.policy", "registries.quay.lifecycle.policy"],
    );
    assert.match(warnings[0]?.message ?? "", /archived image fails as not found/);
  });

  it("reports a role or a secret that the upstream does not use, at its argument", () => {
    const noRole = "quay.io does not use a role: only ECR upstreams do";
    const of = (entry: object) => problems({ registries: { quay: entry } });
    assert.deepEqual(of({ roleArn: ROLE }), [`registries.quay.roleArn: ${noRole}`]);
    assert.deepEqual(of({ createRole: true }), [`registries.quay.createRole: ${noRole}`]);
    const noCredentials = "ECR pulls from quay.io without credentials; private repositories of Quay are not supported";
    const arn = secretArn("us-east-1");
    assert.deepEqual(of({ credentialArn: arn }), [`registries.quay.credentialArn: ${noCredentials}`]);
    assert.deepEqual(of({ credentialArns: { "us-east-1": arn } }), [
      `registries.quay.credentialArns: ${noCredentials}`,
    ]);
    assert.deepEqual(of({ createRole: false, roleArn: ROLE, secret: {} }), [
      `registries.quay.roleArn: ${noRole}`,
      `registries.quay.createRole: ${noRole}`,
      "registries.quay.secret: the component creates no secret for this entry",
    ]);
    assert.deepEqual(problems({ registries: { k8s: { credentialArn: arn } } }), [
      "registries.k8s.credentialArn: ECR pulls from registry.k8s.io without credentials",
    ]);
    assert.deepEqual(problems({ registries: { ecr: { registry: ECR, createRole: false, roleArn: ROLE } } }), []);
    assert.deepEqual(problems({ registries: { ecr: { registry: ECR, roleArn: ROLE, createRole: true } } }), [
      "registries.ecr.createRole: the entry already names a role in roleArn",
    ]);
  });

  it("takes the key as upstream and prefix unless they are given", () => {
    const planned = plan({
      registries: {
        quay: {},
        mirror: { registry: "quay.io" },
        k8s: { prefix: "team/kubernetes/" },
        "team/hub": { registry: "public.ecr.aws", prefix: "ROOT" },
        "x/y": { registry: "quay" },
      },
    });
    const seen = planned.entries.map(({ key, prefix, upstream }) => [key, prefix, upstream.host]);
    assert.deepEqual(seen, [
      ["k8s", "team/kubernetes", "registry.k8s.io"],
      ["mirror", "mirror", "quay.io"],
      ["quay", "quay", "quay.io"],
      ["team/hub", "ROOT", "public.ecr.aws"],
      ["x/y", "x/y", "quay.io"],
    ]);
  });

  it("recognizes an argument of the component among the registries", () => {
    for (const name of [
      "alerts",
      "credentials",
      "defaults",
      "pullTimeExclusions",
      "pullerRoles",
      "regions",
      "registryPolicy",
      "rewriteImages",
      "scanning",
      "tags",
      "templateRoleArn",
    ]) {
      assert.deepEqual(problems({ registries: { [name]: {} } }), [
        `registries.${name}: is an argument of the component, not a registry: set it on the component`,
      ]);
    }
  });

  it("says if the key is not a known registry or not a prefix", () => {
    const own = `with a key of your own, set "registry" to the upstream's host`;
    assert.deepEqual(problems({ registries: { dockerhb: {} } }), [
      `registries.dockerhb: no upstream has this name; did you mean "dockerhub"? Or ${own}`,
    ]);
    assert.match(
      problems({ registries: { mirror: {} } })[0] ?? "",
      new RegExp(
        `^registries\\.mirror: no upstream has this name: ${own}\\. Known names are dockerhub, docker-hub, .*, public-ecr$`,
      ),
    );
    assert.deepEqual(problems({ registries: { "docker.io": {} } }), [
      'registries["docker.io"]: no upstream has this name: write registry: "registry-1.docker.io"',
    ]);
    assert.deepEqual(problems({ registries: { My_Hub: { registry: "quay" } } }), [
      "registries.My_Hub: the key is also the prefix, and an ECR repository prefix has lower-case letters and digits, with single '.', '_', '-' or '/' between them: write \"my_hub\". Or set \"prefix\"",
    ]);
    assert.match(
      problems({ registries: { google: { registry: "gcr.io" } } })[0] ?? "",
      /^registries\.google\.registry: "gcr\.io": ECR cannot cache Google's/,
    );
    for (const key of ["gcr", "gar", "gcr.io"]) {
      assert.match(
        problems({ registries: { [key]: {} } })[0] ?? "",
        /^registries.*: ECR cannot cache Google's registries\. Many of their public images are also on .*\. Remove the entry$/,
      );
    }
  });

  it("reports a key that cannot be the prefix beside what is wrong with the upstream", () => {
    const key = "111122223333.dkr.ecr.us-east-1.amazonaws.com";
    const tooLong = (length: number) =>
      `the key is also the prefix, and an ECR repository prefix has 2 to 30 characters, this one has ${length}. Or set "prefix"`;
    assert.deepEqual(problems({ registries: { [key]: {} } }), [`registries["${key}"]: ${tooLong(44)}`]);
    const [upstream = "", prefix, ...others] = problems({ registries: { q: { registry: "gcr.io" } } });
    assert.match(upstream, /^registries\.q\.registry: "gcr\.io": ECR cannot cache Google's/);
    assert.deepEqual([prefix, others], [`registries.q: ${tooLong(1)}`, []]);
  });

  it("reports a key that is neither an upstream nor a prefix only once", () => {
    assert.deepEqual(problems({ registries: { Docker_Hub: {} } }), [
      'registries.Docker_Hub: no upstream has this name; did you mean "dockerhub"? Or with a key of your own, set "registry" to the upstream\'s host',
    ]);
    const [found, ...others] = problems({ registries: { "My mirror": {} } });
    assert.deepEqual(others, []);
    assert.match(
      found ?? "",
      /no upstream has this name: .*\. Set "prefix" too: the key cannot be the prefix, because an ECR repository prefix has lower-case/,
    );
  });

  it("names the secret so that ECR may read it, and keeps no copy of a deleted one", () => {
    const planned = plan(
      { registries: { dockerhub: { prefix: "team/hub", secret: { tags: { a: "b" } } } } },
      { credentials: { given: ["dockerhub"] } },
    );
    assert.deepEqual(entry(planned, "dockerhub").secret, {
      source: "argument",
      name: undefined,
      namePrefix: "ecr-pullthroughcache/team/hub-",
      description: 'Credentials of registry-1.docker.io for the ECR pull through cache "team/hub"',
      recoveryWindowInDays: 0,
      tags: { a: "b" },
      readers: [],
      policy: undefined,
    });
  });

  it("sends the upstream prefix as given, and ROOT for ECR, where AWS would report it", () => {
    const planned = plan({
      registries: {
        platform: { registry: ECR },
        team: { registry: ECR, upstreamPrefix: "team-a/" },
        all: { registry: ECR, prefix: "ROOT" },
        quay: {},
        keycloak: { registry: "quay", upstreamPrefix: "keycloak" },
        adopted: { registry: "quay", upstreamPrefix: "ROOT" },
      },
    });
    const sent = planned.entries.map(({ key, upstreamRepositoryPrefix }) => [key, upstreamRepositoryPrefix]);
    assert.deepEqual(Object.fromEntries(sent), {
      platform: "ROOT",
      team: "team-a",
      all: undefined,
      quay: undefined,
      keycloak: "keycloak",
      adopted: "ROOT",
    });
  });

  it("refuses an upstream prefix with ROOT", () => {
    const of = (upstreamPrefix: string) =>
      problems({ registries: { all: { registry: ECR, prefix: "ROOT", upstreamPrefix } } });
    assert.deepEqual(of("team"), [
      "registries.all.upstreamPrefix: ECR does not allow an upstream prefix with the prefix ROOT",
    ]);
    assert.deepEqual(of("ROOT"), []);
  });

  it("refuses an upstream prefix that no repository has", () => {
    for (const [registry, upstreamPrefix, message] of [
      ["chainguard", "cgr.dev/example.com", 'must be the path after cgr.dev: write "example.com"'],
      ["chainguard", "cgr.dev", "must be the path after cgr.dev"],
      ["dockerhub", "docker.io/library", 'must be the path after docker.io: write "library"'],
      [
        "dockerhub",
        "library/nginx",
        'Docker Hub has nothing below it: a repository has two parts, and the first is the prefix: write "library"',
      ],
    ]) {
      const entry = {
        registry,
        upstreamPrefix,
        credentialArn: "arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/hub-a1B2c3",
      };
      assert.deepEqual(problems({ registries: { part: entry } }), [`registries.part.upstreamPrefix: ${message}`]);
    }
  });

  it("does not depend on the order of keys", () => {
    const registries: { [key: string]: RegistryArgs } = {
      quay: {},
      k8s: { access: { accounts: ["111122223333"] } },
      "ecr-public": { resourceTags: { a: "b" } },
      dockerhub: {},
      platform: { registry: ECR },
      a10: { registry: "quay" },
      a9: { registry: "quay" },
    };
    const options = { credentials: { given: ["dockerhub"] } };
    const args = { scanning: {}, regions: ["us-east-1", "eu-west-1"] };
    const expected = JSON.stringify(plan({ ...args, registries }, options));
    fc.assert(
      fc.property(
        fc.shuffledSubarray(Object.keys(registries), { minLength: Object.keys(registries).length }),
        (keys) => {
          const shuffled = Object.fromEntries(keys.map((key) => [key, registries[key] ?? {}]));
          assert.equal(JSON.stringify(plan({ ...args, registries: shuffled }, options)), expected);
        },
      ),
    );
  });
});
