import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { RegistryArgs } from "../../../component/args";
import { findUpstream, KNOWN_NAMES, unsupportedAdvice } from "../../../component/catalogue";
import { formatPath } from "../../../component/problems/print";
import { ECR, entry, plan, ROLE, refusesEntries, secretArn } from "./support";

const one = (key: string, own: RegistryArgs = {}) => ({ registries: { [key]: own } });

describe("plan of a registry", () => {
  it("has safe defaults, and never lets a cache grow forever", () => {
    const { lifecyclePolicy, ...others } = entry(plan(one("quay")), "quay").template;
    const { rules } = JSON.parse(lifecyclePolicy) as { rules: { selection: object }[] };
    assert.deepEqual(
      rules.map((rule) => rule.selection),
      [{ tagStatus: "any", countType: "imageCountMoreThan", countNumber: 50 }],
    );
    assert.deepEqual(others, {
      description: "Pull through cache of quay.io",
      imageTagMutability: "MUTABLE",
      exclusionFilters: [],
      encryption: { type: "AES256", typeWithoutKey: "AES256" },
      resourceTags: {},
      access: undefined,
      repositoryPolicy: undefined,
      role: "none",
    });
  });

  it("warns of archive storage, from which nothing can be pulled", () => {
    const lifecycle = { archiveUnpulledAfterDays: 30 };
    const { warnings } = plan({ registries: { quay: { lifecycle }, k8s: {} }, defaults: { lifecycle } });
    assert.deepEqual(
      warnings.map(({ path }) => formatPath(path)),
      ["defaults", "registries.quay"].map((level) => `${level}.lifecycle.archiveUnpulledAfterDays`),
    );
  });

  it("takes the key as upstream and prefix unless they are given", () => {
    const registries = {
      quay: {},
      k8s: { prefix: "team/k8s/" },
      "team/hub": { registry: "public.ecr.aws", prefix: "ROOT" },
    };
    assert.deepEqual(
      plan({ registries }).entries.map(({ key, prefix, upstream }) => [key, prefix, upstream.host]),
      [
        ["k8s", "team/k8s", "registry.k8s.io"],
        ["quay", "quay", "quay.io"],
        ["team/hub", "ROOT", "public.ecr.aws"],
      ],
    );
  });

  const role = "quay.io does not use a role: only ECR upstreams do";
  const secret = "ECR pulls from quay.io without credentials; private repositories of Quay are not supported";
  const credentialArn = secretArn("us-east-1");
  refusesEntries([
    ["quay", { roleArn: ROLE }, `.roleArn: ${role}`],
    ["quay", { createRole: false }, `.createRole: ${role}`],
    ["quay", { secret: {} }, ".secret: the component creates no secret for this entry"],
    ["quay", { credentialArn }, `.credentialArn: ${secret}`],
    ["quay", { credentialArns: { "us-east-1": credentialArn } }, `.credentialArns: ${secret}`],
    ["quay", { tokenExpires: "2199-01-31" }, ".tokenExpires: ECR pulls from quay.io without a token: remove it"],
    ["k8s", { credentialArn }, ".credentialArn: ECR pulls from registry.k8s.io without credentials"],
    ["ecr", { registry: ECR, createRole: false, roleArn: ROLE }],
    [
      "ecr",
      { registry: ECR, createRole: true, roleArn: ROLE },
      ".createRole: the entry already names a role in roleArn",
    ],
  ]);

  const unknown = "no upstream has this name";
  const own = `with a key of your own, set "registry" to the upstream's host`;
  const prefixToo = `Set "prefix" too: the key cannot be the prefix, because`;
  const known = `Known names are ${KNOWN_NAMES.join(", ")}`;
  const letters =
    "an ECR repository prefix has lower-case letters and digits, with single '.', '_', '-' or '/' between them";
  const length = "an ECR repository prefix has 2 to 30 characters, this one has";
  const isPrefix = "the key is also the prefix, and";
  const google = unsupportedAdvice("gcr.io");
  const found = findUpstream("gcr.io");
  const reason = found.ok ? "" : `${found.reason}. ${found.instead}`;
  refusesEntries([
    ["scanning", {}, ": is an argument of the component, not a registry: set it on the component"],
    ["dockerhb", {}, `: ${unknown}; did you mean "dockerhub"? Or ${own}`],
    ["Docker_Hub", {}, `: ${unknown}; did you mean "dockerhub"? Or ${own}`],
    ["mirror", {}, `: ${unknown}: ${own}. ${known}`],
    ["a mirror", {}, `: ${unknown}: ${own}. ${prefixToo} ${letters}: write "a-mirror". ${known}`],
    ["docker.io", {}, `: ${unknown}: write registry: "registry-1.docker.io"`],
    ["gar", {}, `: ${google}. Remove the entry`],
    ["q", { registry: "gcr.io" }, `.registry: "gcr.io": ${reason}`, `: ${isPrefix} ${length} 1. Or set "prefix"`],
    [
      "mirror",
      { registry: "team/quay", prefix: "quay.io" },
      '.registry: registry and prefix are swapped: write registry: "quay.io" and prefix: "team/quay"',
    ],
    ["My_Hub", { registry: "quay" }, `: ${isPrefix} ${letters}: write "my_hub". Or set "prefix"`],
    ["111122223333.dkr.ecr.us-east-1.amazonaws.com", {}, `: ${isPrefix} ${length} 44. Or set "prefix"`],
  ]);

  const hub = { registry: "dockerhub" };
  const below = "Docker Hub has nothing below it: a repository has two parts, and the first is the prefix";
  const root = { registry: ECR, prefix: "ROOT" };
  refusesEntries([
    ["all", { ...root, upstreamPrefix: "ROOT" }],
    [
      "all",
      { ...root, upstreamPrefix: "aa" },
      ".upstreamPrefix: ECR does not allow an upstream prefix with the prefix ROOT",
    ],
    [
      "ecr-public",
      { upstreamPrefix: "ecr-public.aws.com/a" },
      '.upstreamPrefix: must be the path after public.ecr.aws: write "a"',
    ],
    [
      "chainguard",
      { upstreamPrefix: "cgr.dev", tokenExpires: "2199-01-31" },
      ".upstreamPrefix: must be the path after cgr.dev",
    ],
    ["lib", { ...hub, upstreamPrefix: "docker.io/a" }, '.upstreamPrefix: must be the path after docker.io: write "a"'],
    ["nginx", { ...hub, upstreamPrefix: "library/nginx" }, `.upstreamPrefix: ${below}: write "library"`],
  ]);

  it("names the secret so that ECR may read it, and keeps no copy of a deleted one", () => {
    const planned = plan(one("dockerhub", { prefix: "team/hub", secret: { tags: { a: "b" } } }), {
      credentials: { given: ["dockerhub"] },
    });
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
    const registries = {
      platform: { registry: ECR },
      team: { registry: ECR, upstreamPrefix: "team-a/" },
      all: { registry: ECR, prefix: "ROOT" },
      quay: {},
      adopted: { registry: "quay", upstreamPrefix: "ROOT" },
    };
    const sent = plan({ registries }).entries.map((planned) => planned.upstreamRepositoryPrefix);
    // In the order of the keys: adopted, all, platform, quay, team.
    assert.deepEqual(sent, ["ROOT", undefined, "ROOT", undefined, "team-a"]);
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
    const keys = Object.keys(registries);
    const planned = (order: readonly string[]) => {
      const shuffled = Object.fromEntries(order.map((key) => [key, registries[key] ?? {}]));
      const args = { scanning: {}, regions: ["us-east-1", "eu-west-1"], registries: shuffled };
      return JSON.stringify(plan(args, { credentials: { given: ["dockerhub"] } }));
    };
    const expected = planned(keys);
    const shuffledKeys = fc.shuffledSubarray(keys, { minLength: keys.length });
    fc.assert(fc.property(shuffledKeys, (order) => assert.equal(planned(order), expected)));
  });
});
