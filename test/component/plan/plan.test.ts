import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import type { RegistryArgs, RegistryDefaultsArgs, ScanningArgs } from "../../../component/args";
import type { CredentialSources } from "../../../component/plan/credentials";
import type { EntryPlan, Plan } from "../../../component/plan/model";
import { planCache, type ResolvedArgs } from "../../../component/plan/plan";
import { formatPath } from "../../../component/problems/issue";

const ROLE = "arn:aws:iam::111122223333:role/puller";
const NOW = Date.parse("2027-01-15T12:00:00Z");
const ECR = "222233334444.dkr.ecr.eu-west-1.amazonaws.com";

function secretArn(region: string): string {
  return `arn:aws:secretsmanager:${region}:111122223333:secret:ecr-pullthroughcache/hub-AbCdEf`;
}
function kmsArn(region: string): string {
  return `arn:aws:kms:${region}:111122223333:key/0a1b2c3d-0000-1111-2222-333344445555`;
}

function sources(given: Partial<CredentialSources> = {}): CredentialSources {
  return { given: [], config: {}, configIsSecret: true, ...given };
}

interface Options {
  readonly name?: string;
  readonly credentials?: Partial<CredentialSources>;
  readonly now?: number;
}

function attempt(args: ResolvedArgs, { name = "cache", credentials, now = NOW }: Options = {}) {
  return planCache(args, {
    name,
    stack: ["project", "stack"],
    keys: Object.keys(args.registries),
    credentials: sources(credentials),
    now,
  });
}

function plan(args: ResolvedArgs, options?: Options): Plan {
  const planned = attempt(args, options);
  assert.ok(planned.ok, JSON.stringify(planned));
  return planned.value;
}

function problems(args: ResolvedArgs, options?: Options): string[] {
  const planned = attempt(args, options);
  return planned.ok ? [] : planned.issues.map(({ path, message }) => `${formatPath(path)}: ${message}`);
}

function entry(planned: Plan, key: string): EntryPlan {
  const found = planned.entries.find((candidate) => candidate.key === key);
  assert.ok(found, `no registry ${key}`);
  return found;
}

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
      images: undefined,
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
        encryption: { type: "AES256", kmsKey: undefined },
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
        { caches: [{ id: "quay", name: "quay", formerName: undefined, entry: quay, credentialArn: undefined }] },
      ],
      tags: {},
      templateRole: undefined,
      upstreamRole: undefined,
      grants: [],
      scanning: { filters: ["quay/*"] },
      registryPolicy: undefined,
      rewriteImages: undefined,
      pullerRoles: {},
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
      "pullerRoles",
      "regions",
      "registryPolicy",
      "rewriteImages",
      "scanning",
      "tags",
      "templateRoleArn",
    ]) {
      assert.match(problems({ registries: { [name]: {} } })[0] ?? "", /: is an argument of the component, /, name);
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
    assert.deepEqual(problems({ registries: { defaults: { lifecycle: { keepImages: 3 } } } }), [
      "registries.defaults: is an argument of the component, not a registry: give it beside the registries",
    ]);
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

  it("sends ROOT as the upstream prefix of ECR, where AWS would report it", () => {
    const planned = plan({
      registries: {
        platform: { registry: ECR },
        team: { registry: ECR, upstreamPrefix: "team-a/" },
        all: { registry: ECR, prefix: "ROOT" },
        quay: {},
      },
    });
    const sent = planned.entries.map(({ key, upstreamRepositoryPrefix }) => [key, upstreamRepositoryPrefix]);
    assert.deepEqual(Object.fromEntries(sent), { platform: "ROOT", team: "team-a", all: undefined, quay: undefined });
  });

  it("refuses an upstream prefix with ROOT", () => {
    assert.match(
      problems({ registries: { all: { registry: ECR, prefix: "ROOT", upstreamPrefix: "team" } } })[0] ?? "",
      /^registries\.all\.upstreamPrefix: ECR does not allow an upstream prefix with the prefix ROOT$/,
    );
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

describe("defaults", () => {
  const merged = (defaults: RegistryDefaultsArgs, own: RegistryArgs) =>
    entry(plan({ defaults, registries: { dockerhub: own } }, { credentials: { given: ["dockerhub"] } }), "dockerhub");
  const access = { accounts: ["111122223333"] };

  it("apply where the entry has no setting", () => {
    const { template, secret } = merged(
      {
        lifecycle: { keepImages: 3 },
        tagMutability: "IMMUTABLE_WITH_EXCLUSION",
        tagMutabilityExclusionFilters: ["latest"],
        encryption: { type: "KMS" },
        resourceTags: { a: "1" },
        access,
        description: "shared",
        secret: { description: "token", recoveryWindowInDays: 7, tags: { s: "1" }, readers: [ROLE] },
      },
      {},
    );
    assert.match(template.lifecyclePolicy, /"countNumber":3/);
    assert.equal(template.imageTagMutability, "IMMUTABLE_WITH_EXCLUSION");
    assert.deepEqual(template.exclusionFilters, ["latest"]);
    assert.equal(template.encryption.type, "KMS");
    assert.deepEqual(template.resourceTags, { a: "1" });
    assert.deepEqual(template.access, access);
    assert.equal(template.description, "shared");
    assert.equal(secret?.description, "token");
    assert.equal(secret?.recoveryWindowInDays, 7);
    assert.deepEqual(secret?.readers, [ROLE]);
  });

  it("are replaced as a whole by the entry's setting", () => {
    const { template } = merged(
      { lifecycle: { keepImages: 3, expireUntaggedAfterDays: 1 } },
      { lifecycle: { keepImages: 9 } },
    );
    const rules = (JSON.parse(template.lifecyclePolicy) as { rules: { selection: object }[] }).rules;
    assert.deepEqual(
      rules.map(({ selection }) => selection),
      [{ tagStatus: "any", countType: "imageCountMoreThan", countNumber: 9 }],
    );
    const kms = merged(
      { encryption: { type: "KMS", kmsKey: kmsArn("us-east-1") } },
      { encryption: { type: "AES256" } },
    );
    assert.deepEqual(kms.template.encryption, { type: "AES256", kmsKey: undefined });
  });

  it("are merged with the entry's tags key by key, the entry's first", () => {
    const { template, secret } = merged(
      { resourceTags: { a: "1", b: "1" }, secret: { tags: { a: "1", b: "1" }, description: "d" } },
      { resourceTags: { b: "2" }, secret: { tags: { b: "2" } } },
    );
    assert.deepEqual(template.resourceTags, { a: "1", b: "2" });
    assert.deepEqual(secret?.tags, { a: "1", b: "2" });
    assert.equal(secret?.description, "d");
  });

  it("leave out what would contradict the entry", () => {
    const mutable = merged(
      { tagMutability: "IMMUTABLE_WITH_EXCLUSION", tagMutabilityExclusionFilters: ["latest"] },
      { tagMutability: "MUTABLE" },
    );
    assert.deepEqual(mutable.template.exclusionFilters, []);
    const document = merged({ access }, { repositoryPolicy: "{}" });
    assert.equal(document.template.access, undefined);
    const nobody = merged({ repositoryPolicy: "{}" }, { access: {} });
    assert.equal(nobody.template.repositoryPolicy, undefined);
    const policy = '{"Version":"2012-10-17","Statement":[]}';
    const readers = merged({ secret: { policy } }, { secret: { readers: [ROLE] } });
    assert.deepEqual([readers.secret?.policy, readers.secret?.readers], [undefined, [ROLE]]);
  });

  it("survive a setting that is undefined", () => {
    const { template } = merged({ description: "shared", access }, { description: undefined, access: undefined });
    assert.equal(template.description, "shared");
    assert.deepEqual(template.access, access);
  });

  it("are reported once when they are wrong", () => {
    const found = problems({
      defaults: {
        tagMutability: "IMMUTABLE_WITH_EXCLUSION",
        encryption: { type: "AES256", kmsKey: kmsArn("us-east-1") },
      },
      registries: { quay: {}, k8s: {} },
    });
    assert.deepEqual(found, [
      "defaults.tagMutabilityExclusionFilters: IMMUTABLE_WITH_EXCLUSION needs filters",
      "defaults.encryption.kmsKey: a KMS key needs the type KMS",
    ]);
  });

  it("count with the tags they are merged with", () => {
    const tags = (start: number, count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${start + index}`, "v"]));
    const options = { credentials: { given: ["dockerhub"] } };
    const args = {
      defaults: { resourceTags: tags(0, 30) },
      tags: tags(0, 30),
      registries: { dockerhub: { resourceTags: tags(30, 20), secret: { tags: tags(30, 20) } } },
    };
    assert.deepEqual(problems(args, options), []);
    const more = { dockerhub: { resourceTags: tags(30, 21), secret: { tags: tags(30, 21) } } };
    assert.deepEqual(problems({ ...args, registries: more }, options), [
      "registries.dockerhub.resourceTags: 51 tags, including inherited ones; AWS allows at most 50",
      "registries.dockerhub.secret.tags: 51 tags, including inherited ones; AWS allows at most 50",
    ]);
  });
});

describe("settings that do not go together", () => {
  const cases: [RegistryArgs, RegExp][] = [
    [{ tagMutabilityExclusionFilters: ["a"] }, /^registries\.quay\.tagMutabilityExclusionFilters: filters need/],
    [
      { tagMutability: "MUTABLE_WITH_EXCLUSION" },
      /tagMutabilityExclusionFilters: MUTABLE_WITH_EXCLUSION needs filters$/,
    ],
    [{ access: {}, repositoryPolicy: "{}" }, /^registries\.quay\.repositoryPolicy: give either access or/],
    [{ roleArn: ROLE }, /^registries\.quay\.roleArn: quay\.io does not use a role/],
    [{ createRole: false }, /^registries\.quay\.createRole: quay\.io does not use a role/],
    [
      { credentialArn: secretArn("us-east-1") },
      /^registries\.quay\.credentialArn: .*private repositories of Quay are not supported$/,
    ],
    [
      { registry: "k8s", credentialArn: secretArn("us-east-1") },
      /credentialArn: ECR pulls from registry\.k8s\.io without credentials$/,
    ],
    [{ secret: {} }, /^registries\.quay\.secret: the component creates no secret for this entry$/],
    [{ registry: ECR, roleArn: ROLE, createRole: true }, /createRole: the entry already names a role in roleArn$/],
  ];
  for (const [own, message] of cases) {
    it(JSON.stringify(own), () => {
      const found = problems({ registries: { quay: own } });
      assert.equal(found.length, 1, found.join("\n"));
      assert.match(found[0] ?? "", message);
    });
  }

  it("a secret's readers and policy, and a public policy", () => {
    const options = { credentials: { given: ["dockerhub"] } };
    const policy = JSON.stringify({ Statement: { Effect: "Allow", Principal: "*", Action: "*" } });
    const one = problems({ registries: { dockerhub: { secret: { policy: "{}", readers: [] } } } }, options);
    assert.deepEqual(one, ["registries.dockerhub.secret.policy: give either readers or policy"]);
    const two = problems({ registries: { dockerhub: { secret: { policy } } } }, options);
    assert.match(two[0] ?? "", /^registries\.dockerhub\.secret\.policy: statement 1 lets everyone in/);
  });
});

describe("the collection", () => {
  const named = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`quay-${index}`, { registry: "quay" }]));

  it("has one registry or more, and at most 50", () => {
    assert.deepEqual(problems({ registries: {} }), ["registries: needs at least one registry"]);
    assert.deepEqual(problems({ registries: named(50) }), []);
    assert.match(
      problems({ registries: named(51) })[0] ?? "",
      /^registries: 51 registries; ECR allows 50 .*AWS does not raise the limit$/,
    );
  });

  it("has each prefix once, with or without a slash", () => {
    for (const [a, b] of [
      ["hub", "hub"],
      ["hub", "hub/"],
      ["ROOT", "ROOT"],
    ] as const) {
      const found = problems({
        registries: { one: { registry: "quay", prefix: a }, two: { registry: "k8s", prefix: b } },
      });
      assert.equal(found.length, 1);
      assert.match(found[0] ?? "", /^registries\.two: has the same prefix as registries\.one, "(hub|ROOT)" /);
    }
    const key = problems({ registries: { hub: { registry: "quay" }, "hub/": { registry: "quay" } } });
    assert.match(key[0] ?? "", /^registries\.hub\/: has the same prefix as registries\.hub, "hub" /);
  });

  it("may have prefixes inside other prefixes, and the same upstream twice", () => {
    assert.deepEqual(problems({ registries: { quay: {}, "quay/team": { registry: "quay" } } }), []);
  });

  it("reports all entries at once", () => {
    const found = problems({
      registries: { nope: {}, dockerhub: {}, quay: { roleArn: ROLE } },
      regions: ["us-east-1", "us-east-1"],
    });
    const paths = found.map((problem) => problem.slice(0, problem.indexOf(":")));
    assert.deepEqual(paths.sort(), [
      "regions[1]",
      "registries.dockerhub",
      "registries.nope",
      "registries.quay.roleArn",
    ]);
  });
});

describe("credentials", () => {
  const missing = (key: string, credentials: Partial<CredentialSources>, own: RegistryArgs = {}) =>
    problems({ registries: { [key]: own } }, { credentials });
  const both = { username: true, accessToken: true };

  it("may be given, be an Output, or be in the stack's encrypted config", () => {
    assert.deepEqual(missing("dockerhub", { given: ["dockerhub"] }), []);
    assert.deepEqual(missing("dockerhub", { given: undefined }), []);
    assert.deepEqual(missing("dockerhub", { config: { dockerhub: both } }), []);
  });

  it("that are missing are asked for by the commands to type", () => {
    assert.deepEqual(missing("dockerhub", {}), [
      `registries.dockerhub: registry-1.docker.io needs credentials (a Docker Hub user name and a personal or organization access token with public read access). Set:
      pulumi config set --secret --path 'pull-through-cache:credentials.dockerhub.username' <username>
      pulumi config set --secret --path 'pull-through-cache:credentials.dockerhub.accessToken' <token>`,
    ]);
  });

  it("of which one part is missing are asked for by one command", () => {
    const token = missing("ghcr", { config: { ghcr: { username: true, accessToken: false } } });
    assert.deepEqual(token, [
      `registries.ghcr: ghcr.io needs accessToken (a GitHub user name and a classic personal access token with read:packages). Set:
      pulumi config set --secret --path 'pull-through-cache:credentials.ghcr.accessToken' <token>`,
    ]);
    const user = missing("ghcr", { config: { ghcr: { username: false, accessToken: true } } });
    assert.match(
      user[0] ?? "",
      /needs username .*Set:\n {6}pulumi config set --secret --path 'pull-through-cache:credentials\.ghcr\.username' <username>$/,
    );
  });

  it("of keys with special characters are asked for by a path that Pulumi reads", () => {
    assert.match(
      missing("team/hub", {}, { registry: "docker" })[0] ?? "",
      /'pull-through-cache:credentials\["team\/hub"\]\.username' <username>\n/,
    );
    assert.match(
      missing("hub.io", {}, { registry: "docker" })[0] ?? "",
      /'pull-through-cache:credentials\["hub\.io"\]\.accessToken' <token>$/,
    );
  });

  it("in plain config are refused, with the commands that encrypt them", () => {
    const [found, ...others] = missing("gitlab", { config: { gitlab: both }, configIsSecret: false });
    assert.deepEqual(others, []);
    assert.match(
      found ?? "",
      /^registries\.gitlab: the credentials are in the stack's config as plain text\. Rotate the token, because the history of the config keeps it: create a new one, revoke this one, and set the new one encrypted:/,
    );
    assert.match(
      found ?? "",
      /credentials\.gitlab\.username' <username>\n.*credentials\.gitlab\.accessToken' <token>$/,
    );
  });

  describe("that were set elsewhere are found", () => {
    const answer = (credentials: Partial<CredentialSources>) => {
      const [found, ...others] = missing("dockerhub", credentials);
      assert.deepEqual(others, []);
      assert.match(
        found ?? "",
        / Set:\n {6}pulumi config set --secret --path 'pull-through-cache:credentials\.dockerhub\./,
      );
      return /\)\. (.*) Set:/.exec(found ?? "")?.[1];
    };

    it("under a key that is no entry's", () => {
      assert.equal(
        answer({ config: { dockerhu: both } }),
        'The config has credentials for "dockerhu": the key must match the entry\'s key.',
      );
      assert.equal(answer({ config: { ghcr: both } }), undefined);
    });

    it("under another name than accessToken", () => {
      assert.equal(
        answer({ config: { dockerhub: { username: true, accessToken: false, others: ["password"] } } }),
        'The config has "password" there; only "username" and "accessToken" are read.',
      );
    });

    it("without --path", () => {
      assert.equal(
        answer({ withoutPath: ["credentials.dockerhub.accessToken", "credentials.ghcr.accessToken"] }),
        "The config has it under a separate name, set without --path: remove that with pulumi config rm 'pull-through-cache:credentials.dockerhub.accessToken'.",
      );
    });

    it("in the project's namespace", () => {
      assert.equal(
        answer({ inProject: { namespace: "shop", keys: ["dockerhub"] } }),
        'The config has them under "shop:credentials", the project\'s namespace; only "pull-through-cache:credentials" is read.',
      );
      assert.equal(answer({ inProject: { namespace: "shop", keys: ["ghcr"] } }), undefined);
    });
  });

  it("that were set as one value cause a warning, because a later --path would replace them all", () => {
    const registries = { dockerhub: {} };
    const config = { dockerhub: both };
    const { warnings } = plan({ registries }, { credentials: { config, isOneValue: true } });
    assert.match(
      warnings[0]?.message ?? "",
      /^pull-through-cache:credentials was set as one JSON value\. A later .* --path would replace all of it/,
    );
    assert.deepEqual(plan({ registries }, { credentials: { config } }).warnings, []);
  });

  it("are read from the argument, the config, or whichever an Output does not have", () => {
    const source = (credentials: Partial<CredentialSources>) =>
      entry(plan({ registries: { dockerhub: {} } }, { credentials }), "dockerhub").secret?.source;
    assert.equal(source({ given: ["dockerhub"], config: { dockerhub: both } }), "argument");
    assert.equal(source({ config: { dockerhub: both } }), "config");
    assert.equal(source({ given: undefined }), "argument or config");
  });

  it("are not asked for where a secret exists", () => {
    const planned = plan({ registries: { dockerhub: { credentialArn: secretArn("us-east-1") } } });
    assert.equal(entry(planned, "dockerhub").credential, "existing");
    assert.equal(entry(planned, "dockerhub").secret, undefined);
    assert.equal(planned.regions[0]?.caches[0]?.credentialArn, secretArn("us-east-1"));
  });

  it("are refused where they would not be used", () => {
    assert.deepEqual(missing("dockerhub", { given: ["dockerhub"] }, { credentialArn: secretArn("us-east-1") }), [
      "credentials.dockerhub: the entry already names a secret: give only one of them",
    ]);
    assert.deepEqual(missing("k8s", { given: ["k8s"] }), [
      "credentials.k8s: ECR pulls from registry.k8s.io without credentials",
    ]);
    assert.deepEqual(missing("quay", { given: ["dockerhub", "qay"] }), [
      "credentials.dockerhub: is not an entry of registries",
      'credentials.qay: is not an entry of registries; did you mean "quay"?',
    ]);
  });
});

describe("Regions", () => {
  const dockerhub = (own: RegistryArgs, regions?: string[]) => problems({ registries: { dockerhub: own }, regions });

  it("each have every cache, by an id of key and Region and a name of the prefix", () => {
    const registries = { quay: {}, hub: { registry: "k8s", prefix: "team/k8s" } };
    const planned = plan({ registries, regions: ["us-east-1", "eu-west-1"] });
    assert.deepEqual(
      planned.regions.map(({ region, caches }) => [region, caches.map(({ id, name }) => [id, name])]),
      [
        [
          "us-east-1",
          [
            ["hub@us-east-1", "team/k8s"],
            ["quay@us-east-1", "quay"],
          ],
        ],
        [
          "eu-west-1",
          [
            ["hub@eu-west-1", "team/k8s"],
            ["quay@eu-west-1", "quay"],
          ],
        ],
      ],
    );
  });

  it("continue resources named after the key, unless another entry has that prefix", () => {
    const formerNames = (registries: { [key: string]: RegistryArgs }) =>
      plan({ registries }).regions[0]?.caches.map(({ name, formerName }) => [name, formerName]);
    assert.deepEqual(formerNames({ quay: { prefix: "team/quay" } }), [["team/quay", "quay"]]);
    assert.deepEqual(formerNames({ quay: { prefix: "k8s" }, k8s: { prefix: "quay" } }), [
      ["quay", undefined],
      ["k8s", undefined],
    ]);
  });

  it("have their own secret", () => {
    const credentialArns = { "us-east-1": secretArn("us-east-1"), "eu-west-1": secretArn("eu-west-1") };
    const regions = ["us-east-1", "eu-west-1"];
    const planned = plan({ registries: { dockerhub: { credentialArns } }, regions });
    assert.deepEqual(
      planned.regions.map(({ caches }) => caches[0]?.credentialArn),
      regions.map(secretArn),
    );
    assert.deepEqual(dockerhub({ credentialArn: secretArn("us-east-1") }, ["us-east-1"]), []);
  });

  it("refuse the secret of another Region, and one for several", () => {
    const one = secretArn("us-east-1");
    const at = "registries.dockerhub";
    assert.deepEqual(dockerhub({ credentialArn: one }, ["eu-west-1"]), [
      `${at}.credentialArn: the secret is in us-east-1; ECR needs one in eu-west-1`,
    ]);
    assert.match(
      dockerhub({ credentialArn: one }, ["us-east-1", "eu-west-1"])[0] ?? "",
      /give credentialArns with one for each of us-east-1, eu-west-1$/,
    );
    assert.deepEqual(dockerhub({ credentialArns: { "us-east-1": one } }, ["us-east-1", "eu-west-1"]), [
      `${at}.credentialArns: has no ARN for the Region eu-west-1`,
    ]);
    assert.deepEqual(
      dockerhub({ credentialArns: { "us-east-1": one, "eu-west-1": secretArn("eu-west-1") } }, ["us-east-1"]),
      [`${at}.credentialArns.eu-west-1: is not one of the component's regions`],
    );
    assert.deepEqual(dockerhub({ credentialArns: { "us-east-1": secretArn("eu-west-1") } }, ["us-east-1"]), [
      `${at}.credentialArns.us-east-1: the secret is in eu-west-1; ECR needs one in us-east-1`,
    ]);
    assert.match(dockerhub({ credentialArns: { "us-east-1": one } })[0] ?? "", /without it use credentialArn$/);
    assert.match(
      dockerhub({ credentialArn: one, credentialArns: {} }, ["us-east-1"])[0] ?? "",
      /give either credentialArn or credentialArns$/,
    );
  });

  it("cannot share a KMS key", () => {
    const keyed = (region: string, regions?: string[]) =>
      problems({ registries: { quay: {} }, defaults: { encryption: { kmsKey: kmsArn(region) } }, regions });
    assert.deepEqual(keyed("us-east-1"), []);
    assert.deepEqual(keyed("us-east-1", ["us-east-1"]), []);
    assert.deepEqual(keyed("us-east-1", ["eu-west-1"]), [
      "defaults.encryption.kmsKey: the key is in us-east-1; ECR needs one in eu-west-1",
    ]);
    assert.match(
      keyed("us-east-1", ["us-east-1", "eu-west-1"])[0] ?? "",
      /^defaults\.encryption\.kmsKey: a KMS key works only in its own Region/,
    );
  });

  it("are names that the AWS provider knows, where its list is at hand", () => {
    const context = {
      name: "cache",
      stack: [],
      keys: ["quay"],
      credentials: sources(),
      knownRegions: ["us-east-1"],
      now: 0,
    };
    const refused = (region: string) => {
      const planned = planCache({ registries: { quay: {} }, regions: [region] }, context);
      return planned.ok ? undefined : planned.issues.map(({ message }) => message);
    };
    assert.equal(refused("us-east-1"), undefined);
    assert.deepEqual(refused("us-esat-1"), [
      "@pulumi/aws knows no Region us-esat-1: did you mean us-east-1? If it is new, update the package",
    ]);
    assert.deepEqual(refused("mars-north-9"), [
      "@pulumi/aws knows no Region mars-north-9: if it is new, update the package",
    ]);
  });

  it("are listed once", () => {
    assert.deepEqual(problems({ registries: { quay: {} }, regions: ["us-east-1", "us-east-1"] }), [
      "regions[1]: us-east-1 is listed twice",
    ]);
  });
});

describe("roles", () => {
  it("for templates are created exactly when tags or KMS need them", () => {
    assert.equal(plan({ registries: { quay: { access: {}, lifecycle: { keepImages: 1 } } } }).templateRole, undefined);
    const planned = plan({
      registries: {
        quay: { resourceTags: { a: "b" } },
        k8s: { encryption: { kmsKey: kmsArn("us-east-1") } },
        "ecr-public": {},
      },
    });
    assert.deepEqual(planned.templateRole, {
      name: "project-stack-cache-template",
      adopt: false,
      prefixes: ["k8s", "quay"],
      kms: true,
      kmsKeys: [kmsArn("us-east-1")],
    });
    assert.equal(entry(planned, "k8s").template.encryption.type, "KMS");
    assert.deepEqual(
      planned.entries.map(({ key, template }) => [key, template.role]),
      [
        ["ecr-public", "none"],
        ["k8s", "created"],
        ["quay", "created"],
      ],
    );
  });

  it("for templates are not limited to some keys if one is aws/ecr", () => {
    const registries = {
      quay: { encryption: { type: "KMS" as const } },
      k8s: { encryption: { kmsKey: kmsArn("us-east-1") } },
    };
    assert.deepEqual(plan({ registries }).templateRole?.kmsKeys, []);
  });

  it("for templates can be the user's", () => {
    const planned = plan({ registries: { quay: { resourceTags: { a: "b" } }, k8s: {} }, templateRoleArn: ROLE });
    assert.equal(planned.templateRole, undefined);
    assert.deepEqual([entry(planned, "quay").template.role, entry(planned, "k8s").template.role], [ROLE, "none"]);
    const own = plan({ registries: { quay: { templateRoleArn: ROLE }, k8s: {} } });
    assert.deepEqual([entry(own, "quay").template.role, entry(own, "k8s").template.role], [ROLE, "none"]);
  });

  it("for ECR upstreams are created, given by the user, or none", () => {
    const planned = plan({
      registries: {
        platform: { registry: ECR },
        team: { registry: ECR, upstreamPrefix: "team-a" },
        given: { registry: ECR, roleArn: ROLE },
        own: { registry: ECR, createRole: false },
      },
    });
    assert.deepEqual(
      planned.entries.map(({ key, role }) => [key, role]),
      [
        ["given", ROLE],
        ["own", "none"],
        ["platform", "created"],
        ["team", "created"],
      ],
    );
    assert.deepEqual(planned.upstreamRole, {
      name: "project-stack-cache-upstream",
      adopt: false,
      prefixes: ["platform", "team"],
      upstreams: [
        { accountId: "222233334444", region: "eu-west-1", prefix: "ROOT" },
        { accountId: "222233334444", region: "eu-west-1", prefix: "team-a" },
      ],
    });
  });

  it("have names that never change and that IAM accepts, whatever the component's name", () => {
    const roleName = (name: string) =>
      plan({ registries: { quay: { resourceTags: { a: "b" } } } }, { name }).templateRole?.name;
    const names = ["cache", "n".repeat(80), `${"n".repeat(80)}2`, "team/cache", "team-cache", "ü"].map(roleName);
    for (const [index, name = ""] of names.entries()) {
      assert.match(name, /^project-stack-[\w+=,.@-]+$/);
      assert.ok(name.length <= 64, name);
      assert.equal(names.indexOf(name), index, `${name} is the name of two`);
    }
    assert.equal(roleName("team/cache"), names[3]);
  });
});

describe("scanning", () => {
  const registries = { quay: {}, k8s: { prefix: "team/k8s" }, "ecr-public": {} };
  const filters = ["ecr-public/*", "quay/*", "team/k8s/*"];

  it("is not configured unless asked for, but has its filters", () => {
    assert.deepEqual(plan({ registries }).scanning, { filters });
  });

  it("covers everything for ROOT", () => {
    assert.deepEqual(plan({ registries: { quay: { prefix: "ROOT" } } }).scanning.filters, ["*"]);
  });

  it("merges the user's rules by frequency, so that there are two at most", () => {
    const { configuration } = plan({
      registries,
      scanning: {
        scanType: "ENHANCED",
        scanFrequency: "CONTINUOUS_SCAN",
        rules: [
          { scanFrequency: "SCAN_ON_PUSH", filters: ["z", "a"] },
          { scanFrequency: "CONTINUOUS_SCAN", filters: ["quay/*", "prod*"] },
          { scanFrequency: "SCAN_ON_PUSH", filters: ["a"] },
        ],
      },
    }).scanning;
    assert.deepEqual(configuration, {
      scanType: "ENHANCED",
      rules: [
        { scanFrequency: "SCAN_ON_PUSH", filters: ["a", "z"] },
        { scanFrequency: "CONTINUOUS_SCAN", filters: ["ecr-public/*", "prod*", "quay/*", "team/k8s/*"] },
      ],
      overwrite: false,
    });
  });

  it("is basic and on push by default", () => {
    assert.deepEqual(plan({ registries, scanning: {} }).scanning.configuration, {
      scanType: "BASIC",
      rules: [{ scanFrequency: "SCAN_ON_PUSH", filters }],
      overwrite: false,
    });
  });

  it("has at most 100 filters for a frequency", () => {
    const rule = (count: number) => ({
      scanFrequency: "SCAN_ON_PUSH" as const,
      filters: Array.from({ length: count }, (_, index) => `f${index}`),
    });
    assert.deepEqual(problems({ registries, scanning: { rules: [rule(97)] } }), []);
    assert.match(
      problems({ registries, scanning: { rules: [rule(98)] } })[0] ?? "",
      /^scanning\.rules: 101 filters .* ECR allows 100/,
    );
  });

  it("is continuous only when enhanced", () => {
    const scanning: ScanningArgs = {
      scanFrequency: "CONTINUOUS_SCAN",
      rules: [{ scanFrequency: "CONTINUOUS_SCAN", filters: ["a"] }],
    };
    assert.deepEqual(problems({ registries, scanning }), [
      "scanning.scanFrequency: CONTINUOUS_SCAN needs scanning.scanType ENHANCED",
      "scanning.rules[0].scanFrequency: CONTINUOUS_SCAN needs scanning.scanType ENHANCED",
    ]);
  });
});

describe("grants", () => {
  it("are shared by the registries that inherit their access", () => {
    const access = { organizationId: "o-abcdefghij" };
    const own = { accounts: ["111122223333"] };
    const registries = {
      quay: {},
      k8s: {},
      "ecr-public": { access: own },
      mirror: { registry: "quay", repositoryPolicy: "{}" },
    };
    assert.deepEqual(plan({ defaults: { access }, registries }).grants, [
      { access: own, caches: [{ prefix: "ecr-public", images: undefined }] },
      { access, caches: ["k8s", "quay"].map((prefix) => ({ prefix, images: undefined })) },
    ]);
  });

  it("keep Outputs as they are", () => {
    const account = pulumi.output("111122223333");
    const planned = plan({ registries: { quay: { access: { accounts: [account] } } } });
    assert.equal(planned.grants[0]?.access.accounts?.[0], account);
  });
});
