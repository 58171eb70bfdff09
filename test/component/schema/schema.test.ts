import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type {
  AccessArgs,
  AlertsArgs,
  EncryptionArgs,
  LifecycleArgs,
  PullThroughCacheArgs,
  RegistryArgs,
  RegistryDefaultsArgs,
  RegistryPolicyArgs,
  RewriteImagesArgs,
  ScanningArgs,
  SecretArgs,
  TaggedLifecycleArgs,
} from "../../../component/args";
import { InvalidInputError } from "../../../component/problems/error";
import { formatPath, shown } from "../../../component/problems/issue";
import { nearest } from "../../../component/problems/nearest";
import { whenKnown } from "../../../component/resources/when-known";
import { pullThroughCacheArgs } from "../../../component/schema/arguments";
import * as aws from "../../../component/schema/aws";
import { parse } from "../../../component/schema/parse";

const ROLE = "arn:aws:iam::111122223333:role/puller";
const KEY = "arn:aws:kms:us-east-1:111122223333:key/0a1b2c3d-0000-1111-2222-333344445555";
const TOPIC = "arn:aws:sns:us-east-1:111122223333:alerts";
const SECRET = "arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/hub-AbCdEf";

const REPOSITORY_STATEMENT = { Effect: "Allow", Principal: { AWS: ROLE }, Action: "ecr:BatchGetImage" };
const STATEMENT = { ...REPOSITORY_STATEMENT, Resource: "*" };

function statementsOf(statement: object, Id = ""): string {
  return JSON.stringify({ Id, Statement: [statement] });
}

/** A policy document of a given length. */
function policyOf(length: number, statement: object): string {
  return statementsOf(statement, "x".repeat(length - statementsOf(statement).length));
}

/** All problems, as `path: message`. */
function problems(args: unknown): string[] {
  const parsed = parse(pullThroughCacheArgs, args);
  return parsed.ok ? [] : parsed.issues.map(({ path, message }) => `${formatPath(path)}: ${message}`);
}

function inEntry(entry: object): string[] {
  return problems({ registries: { hub: entry } });
}

/** Asserts that values of one field are accepted or refused, each refusal at the field with a matching message. */
function bounds(at: (value: unknown) => unknown, path: string, accepted: unknown[], refused: [unknown, RegExp][]) {
  for (const value of accepted) assert.deepEqual(problems(at(value)), [], `accepted ${JSON.stringify(value)}`);
  for (const [value, message] of refused) {
    const found = problems(at(value));
    assert.equal(found.length, 1, `one problem for ${JSON.stringify(value)}: ${found}`);
    const [problem = ""] = found;
    assert.ok(problem.startsWith(`${path}: `), `at ${path}: ${problem}`);
    assert.match(problem, message);
  }
}

const entryField = (field: string) => (value: unknown) => ({ registries: { hub: { [field]: value } } });
const nested = (outer: string, field: string) => (value: unknown) => ({
  registries: { hub: { [outer]: { [field]: value } } },
});

const times = (count: number, make: (index: number) => unknown) => Array.from({ length: count }, (_, i) => make(i));
const tagsOf = (count: number) =>
  Object.fromEntries(times(count, (index) => [`key${index}`, "v"]) as [string, string][]);

describe("schema of the arguments", () => {
  /** With `Required`, the type check demands every field, also those that are added later. */
  it("accepts every field", () => {
    const lifecycle: Required<LifecycleArgs> = {
      keepImages: 3,
      expireAfterDays: 1,
      expireUntaggedAfterDays: 2,
      archiveUnpulledAfterDays: 30,
      deleteArchivedAfterDays: 90,
      tagged: [{ tagPatterns: ["v*"], keepImages: 1, expireAfterDays: 1 }] satisfies Required<TaggedLifecycleArgs>[],
      policy: "{}",
    };
    const access: Required<AccessArgs> = {
      accounts: ["111122223333"],
      roleArns: [ROLE],
      organizationId: "o-abcdefghij",
      lambda: true,
    };
    const encryption: Required<EncryptionArgs> = { type: "KMS", kmsKey: KEY };
    const secret: Required<SecretArgs> = {
      name: "ecr-pullthroughcache/hub",
      description: "d",
      recoveryWindowInDays: 7,
      tags: { a: "b" },
      readers: [ROLE],
      policy: statementsOf(STATEMENT),
    };
    const settings: Required<RegistryDefaultsArgs> = {
      lifecycle,
      tagMutability: "IMMUTABLE_WITH_EXCLUSION",
      tagMutabilityExclusionFilters: ["latest"],
      encryption,
      resourceTags: { team: "platform" },
      access,
      repositoryPolicy: statementsOf(REPOSITORY_STATEMENT),
      description: "Docker Hub",
      secret,
    };
    const entry: Required<RegistryArgs> = {
      ...settings,
      registry: "docker",
      prefix: "hub",
      upstreamPrefix: "team",
      images: ["library/*"],
      credentialArn: SECRET,
      credentialArns: { "us-east-1": SECRET },
      roleArn: ROLE,
      createRole: true,
      templateRoleArn: ROLE,
      adopt: true,
      tokenExpires: "2030-01-31",
    };
    const scanning: Required<ScanningArgs> = {
      scanType: "ENHANCED",
      scanFrequency: "CONTINUOUS_SCAN",
      rules: [{ scanFrequency: "SCAN_ON_PUSH", filters: ["*"] }],
      overwrite: true,
    };
    const registryPolicy: Required<RegistryPolicyArgs> = { statements: [JSON.stringify(STATEMENT)], overwrite: true };
    const rewriteImages: Required<RewriteImagesArgs> = {
      types: { include: ["kubernetes:*"], exclude: ["aws:*"] },
      images: { include: ["docker.io/*"], exclude: ["quay.io/*"] },
      buildArgs: ["BASE"],
      digests: "rewrite",
      dryRun: true,
      region: "us-east-1",
    };
    const alerts: Required<AlertsArgs> = {
      topicArn: TOPIC,
      topicArns: { "us-east-1": TOPIC },
      emails: ["platform@example.com"],
    };
    const args: Required<PullThroughCacheArgs> = {
      registries: { hub: entry },
      registriesFile: "registries.yaml",
      defaults: settings,
      credentials: { hub: { username: "someone", accessToken: "t" } },
      regions: ["us-east-1"],
      tags: { a: "b" },
      templateRoleArn: ROLE,
      scanning,
      registryPolicy,
      pullerRoles: { node: "node-role", ci: ROLE },
      rewriteImages,
      adopt: true,
      alerts,
    };
    const parsed = parse(pullThroughCacheArgs, args);
    assert.ok(parsed.ok);
    assert.deepEqual(parsed.value, args);
  });

  it("prefix: 2 to 30 characters that the provider accepts", () => {
    for (const field of ["prefix", "upstreamPrefix"]) {
      bounds(
        entryField(field),
        `registries.hub.${field}`,
        ["ab", "a".repeat(30), "a/b", "team/hub/x", "a.b", "a_b", "a-b", "hub/", "ROOT", "12"],
        [
          ["a", /2 to 30 characters, this one has 1$/],
          ["", /2 to 30 characters, this one has 0$/],
          ["a".repeat(31), /this one has 31$/],
          [`${"a".repeat(30)}/`, /this one has 31$/],
          ["a--b", /write "a-b"/],
          ["a__b", /write "a_b"/],
          ["a..b", /write "a\.b"/],
          ["a//b", /write "a\/b"/],
          ["a-_b", /write "a-b"/],
          ["Docker", /write "docker"/],
          ["hub//", /write "hub"/],
          ["/hub", /write "hub"/],
          ["-hub", /write "hub"/],
          ["hub-", /write "hub"/],
          ["my hub", /write "my-hub"/],
          ["hub\n", /lower-case letters/],
          ["ROOT/", /lower-case/],
          ["--", /between them$/],
          [12, /must be a string, not a number: quote it/],
          [null, /must be a string, not null/],
        ],
      );
    }
  });

  it("tags: 128 and 256 characters, 50 of them, none of AWS's own", () => {
    const paths: [(value: unknown) => unknown, string][] = [
      [(value) => ({ registries: {}, tags: value }), "tags"],
      [entryField("resourceTags"), "registries.hub.resourceTags"],
      [nested("secret", "tags"), "registries.hub.secret.tags"],
    ];
    for (const [at, path] of paths) {
      bounds(
        at,
        path,
        [{}, tagsOf(50), { ["k".repeat(128)]: "v".repeat(256) }, { k: "" }],
        [
          [tagsOf(51), /at most 50 tags/],
          ["team=a", /must be a map, not a string/],
          [["a"], /must be a map, not a list/],
        ],
      );
      const keyed = (key: string, value: unknown) => problems(at({ [key]: value }));
      assert.match(keyed("k".repeat(129), "v")[0] ?? "", /at most 128 characters$/);
      assert.match(keyed("", "v")[0] ?? "", /cannot be empty$/);
      assert.match(keyed("aws:x", "v")[0] ?? "", /belong to AWS$/);
      assert.match(keyed("AWS:x", "v")[0] ?? "", /belong to AWS$/);
      assert.deepEqual(keyed("k", "v".repeat(257)), [`${path}.k: a tag value has at most 256 characters`]);
      assert.deepEqual(keyed("k", 1), [`${path}.k: must be a string, not a number: quote it`]);
    }
  });

  it("encryption: AES256 or KMS with the ARN of a key", () => {
    bounds(
      nested("encryption", "type"),
      "registries.hub.encryption.type",
      ["AES256", "KMS"],
      [
        ["KMS_DSSE", /must be AES256 or KMS/],
        ["kms", /must be AES256 or KMS/],
      ],
    );
    bounds(
      nested("encryption", "kmsKey"),
      "registries.hub.encryption.kmsKey",
      [KEY, KEY.replace("0a1b2c3d-0000-1111-2222-333344445555", "mrk-0123456789abcdef")],
      [
        ["alias/cache", /neither an alias nor a key id/],
        ["arn:aws:kms:us-east-1:111122223333:alias/cache", /neither an alias nor a key id/],
        ["0a1b2c3d-0000-1111-2222-333344445555", /neither an alias nor a key id/],
        [`${KEY}\n`, /must be the ARN of a KMS key/],
      ],
    );
  });

  it("secret: no custom key, with the reason", () => {
    const [problem, ...others] = inEntry({ secret: { kmsKeyId: KEY } });
    assert.deepEqual(others, []);
    assert.match(problem ?? "", /^registries\.hub\.secret\.kmsKeyId: .*only with the default key aws\/secretsmanager/);
    assert.ok(!problem?.includes(KEY));
  });

  it("secret: recovery window 0 or 7 to 30 days", () => {
    bounds(
      nested("secret", "recoveryWindowInDays"),
      "registries.hub.secret.recoveryWindowInDays",
      [0, 7, 30],
      [
        [1, /0, or 7 to 30/],
        [6, /0, or 7 to 30/],
        [31, /0, or 7 to 30/],
        [-7, /0, or 7 to 30/],
        [7.5, /0, or 7 to 30/],
        [Number.NaN, /0, or 7 to 30|must be a number/],
        ["7", /must be a number of days, not a string/],
      ],
    );
  });

  it("secret: readers are principals with a name, the policy is JSON of a size", () => {
    bounds(
      nested("secret", "readers"),
      "registries.hub.secret.readers[0]",
      [[], [ROLE], ["arn:aws:iam::111122223333:root"], ["arn:aws:sts::111122223333:assumed-role/ci/session"]],
      [
        [["*"], /public principals are refused/],
        [["arn:aws:iam::*:role/x"], /public principals are refused/],
        [["arn:aws:iam::111122223333:role/*"], /public principals are refused/],
        [["111122223333"], /must be the ARN/],
      ],
    );
    bounds(
      nested("secret", "policy"),
      "registries.hub.secret.policy",
      [policyOf(20_480, STATEMENT)],
      [
        [policyOf(20_481, STATEMENT), /more than 20480 characters/],
        ["[]", /must be a JSON object/],
        ["{", /must be a JSON object/],
      ],
    );
    bounds(
      nested("secret", "description"),
      "registries.hub.secret.description",
      ["d".repeat(2048)],
      [["d".repeat(2049), /at most 2,048/]],
    );
  });

  it("tag mutability and its filters", () => {
    bounds(
      entryField("tagMutability"),
      "registries.hub.tagMutability",
      ["MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION"],
      [["mutable", /must be MUTABLE, IMMUTABLE, .* or MUTABLE_WITH_EXCLUSION/]],
    );
    const filters = (value: unknown) => ({ registries: { hub: { tagMutabilityExclusionFilters: value } } });
    const path = "registries.hub.tagMutabilityExclusionFilters";
    bounds(
      filters,
      path,
      [["a"], times(5, (index) => `v${index}`)],
      [
        [[], /at least one filter/],
        [times(6, (index) => `v${index}`), /at most 5 filters/],
        ["latest", /must be a list, not a string/],
      ],
    );
    bounds(
      filters,
      `${path}[0]`,
      [["*a*"], ["x".repeat(128)], ["V1.0_a-b"]],
      [
        [["*a*b*"], /at most two '\*'/],
        [["x".repeat(129)], /1 to 128/],
        [[""], /1 to 128/],
        [["a/b"], /1 to 128/],
      ],
    );
  });

  it("lifecycle: whole numbers from 1", () => {
    for (const [field, unit] of [
      ["keepImages", "images"],
      ["expireAfterDays", "days"],
      ["expireUntaggedAfterDays", "days"],
    ] as const) {
      bounds(
        nested("lifecycle", field),
        `registries.hub.lifecycle.${field}`,
        [1, 2_147_483_647],
        [
          [0, new RegExp(`whole number of ${unit} from 1`)],
          [-1, /whole number/],
          [1.5, /whole number/],
          [2_147_483_648, /whole number/],
          ["3", new RegExp(`must be a number of ${unit}, not a string`)],
        ],
      );
    }
    assert.deepEqual(inEntry({ lifecycle: { tagged: [{ keepImages: 1 }, { tagPatterns: [""] }] } }), [
      "registries.hub.lifecycle.tagged[0].tagPatterns: must be a list, not nothing",
      "registries.hub.lifecycle.tagged[1].tagPatterns[0]: a tag pattern has 1 to 128 letters, digits, '.', '_', '-' and '*'",
    ]);
  });

  it("access: ids and ARNs", () => {
    bounds(
      nested("access", "accounts"),
      "registries.hub.access.accounts[0]",
      [["012345678901"]],
      [
        [["1234"], /12 digits/],
        [[12345678901], /must be a string, not a number: quote it/],
        [["*"], /12 digits/],
        [["111122223333\n"], /12 digits/],
      ],
    );
    bounds(
      nested("access", "roleArns"),
      "registries.hub.access.roleArns[0]",
      [[ROLE], ["arn:aws:iam::111122223333:role/a/b"]],
      [
        [["puller"], /ARN of an IAM role/],
        [["arn:aws:iam::111122223333:user/x"], /ARN of an IAM role/],
        [["arn:aws:iam::111122223333:role/*"], /ARN of an IAM role/],
      ],
    );
    bounds(
      nested("access", "organizationId"),
      "registries.hub.access.organizationId",
      ["o-abcdefghij"],
      [
        ["abcdefghij", /organization/],
        ["o-*", /organization/],
        ["o-short", /organization/],
      ],
    );
    bounds(
      nested("access", "lambda"),
      "registries.hub.access.lambda",
      [true, false],
      [["true", /must be true or false, not a string/]],
    );
  });

  it("credentialArn: full ARN of a secret that ECR may read", () => {
    bounds(
      entryField("credentialArn"),
      "registries.hub.credentialArn",
      [SECRET, SECRET.replace("aws", "aws-eusc")],
      [
        ["arn:aws:secretsmanager:us-east-1:111122223333:secret:hub-AbCdEf", /name starts with ecr-pullthroughcache\//],
        ["ecr-pullthroughcache/hub", /must be the full ARN/],
        [`${SECRET}${"x".repeat(600)}`, /full ARN/],
      ],
    );
    const [region, arn, ...others] = inEntry({ credentialArns: { nowhere: SECRET, "us-east-1": "x" } });
    assert.deepEqual(others, []);
    assert.match(region ?? "", /^registries\.hub\.credentialArns\.nowhere: not an AWS Region/);
    assert.match(arn ?? "", /^registries\.hub\.credentialArns\.us-east-1: must be the full ARN/);
    assert.match(inEntry({ credentialArns: SECRET })[0] ?? "", /must be a map, not a string$/);
  });

  it("regions: those that have pull through cache", () => {
    const at = (value: unknown) => ({ registries: {}, regions: value });
    bounds(
      at,
      "regions[0]",
      [["us-east-1"], ["ap-southeast-3"], ["il-central-1"], ["eusc-de-east-1"]],
      [
        [["us-east"], /not an AWS Region such as us-east-1/],
        [["US-EAST-1"], /not an AWS Region/],
        [["us-east-1a"], /is an Availability Zone: write "us-east-1"$/],
        [["cn-north-1"], /China and AWS GovCloud/],
        [["us-gov-west-1"], /China and AWS GovCloud/],
      ],
    );
    bounds(
      at,
      "regions",
      [],
      [
        [[], /at least one Region/],
        ["us-east-1", /must be a list, not a string/],
      ],
    );
  });

  it("scanning: types, frequencies and filters", () => {
    const at = (field: string) => (value: unknown) => ({ registries: {}, scanning: { [field]: value } });
    bounds(at("scanType"), "scanning.scanType", ["BASIC", "ENHANCED"], [["FULL", /must be BASIC or ENHANCED/]]);
    bounds(
      at("scanFrequency"),
      "scanning.scanFrequency",
      ["SCAN_ON_PUSH", "CONTINUOUS_SCAN"],
      [["MANUAL", /must be SCAN_ON_PUSH or CONTINUOUS_SCAN/]],
    );
    const filters = (value: unknown) => ({
      registries: {},
      scanning: { rules: [{ scanFrequency: "SCAN_ON_PUSH", filters: value }] },
    });
    bounds(
      filters,
      "scanning.rules[0].filters[0]",
      [["*"], ["prod*"], ["a/*"], ["x".repeat(255)], ["a.b_c-d/e"]],
      [
        [["prod/"], /write "prod\/\*"/],
        [["a--b"], /single/],
        [["Prod"], /lower-case/],
        [[""], /lower-case/],
        [["x".repeat(256)], /at most 255/],
        [[`${"a".repeat(200)}!`], /lower-case/],
      ],
    );
    bounds(filters, "scanning.rules[0].filters", [], [[[], /at least one filter/]]);
  });

  it("templates, policies and puller roles", () => {
    bounds(
      entryField("repositoryPolicy"),
      "registries.hub.repositoryPolicy",
      [policyOf(10_240, REPOSITORY_STATEMENT)],
      [
        [policyOf(10_241, REPOSITORY_STATEMENT), /more than 10240/],
        [statementsOf(STATEMENT), /statement 1 cannot have Resource/],
      ],
    );
    bounds(
      entryField("description"),
      "registries.hub.description",
      ["d".repeat(255)],
      [["d".repeat(256), /at most 255/]],
    );
    const statements = (value: unknown) => ({ registries: {}, registryPolicy: { statements: value } });
    bounds(
      statements,
      "registryPolicy.statements[0]",
      [[JSON.stringify(STATEMENT)]],
      [
        [["x"], /JSON object/],
        [["{}"], /needs the Effect/],
      ],
    );
    const puller = (value: unknown) => ({ registries: {}, pullerRoles: { node: value } });
    bounds(
      puller,
      "pullerRoles.node",
      [ROLE, "node-role", "x".repeat(64)],
      [
        ["a/b", /name or the ARN of an IAM role/],
        ["x".repeat(65), /name or the ARN/],
        ["*", /name or the ARN/],
      ],
    );
    const role = (value: unknown) => ({ registries: {}, templateRoleArn: value });
    bounds(role, "templateRoleArn", [ROLE], [["creator", /ARN of an IAM role/]]);
  });

  it("a host in place of an entry is refused with the entry to write", () => {
    for (const [given, host] of [
      ["docker.io", "registry-1.docker.io"],
      ["https://ghcr.io/", "ghcr.io"],
      ["quay", "quay.io"],
    ]) {
      assert.deepEqual(problems({ registries: { hub: given } }), [
        `registries.hub: must be a map of settings, not a string: write { registry: "${host}" }`,
      ]);
    }
    assert.deepEqual(problems({ registries: { hub: "planted" } }), ["registries.hub: must be a map, not a string"]);
  });

  describe("unknown keys", () => {
    const hints: [unknown, RegExp][] = [
      [{ registry: {} }, /^registry: unknown; did you mean "registries"\?$/],
      [{ registries: { hub: { prefx: "x" } } }, /^registries\.hub\.prefx: unknown; did you mean "prefix"\?$/],
      [{ defaults: { lifecycle: { keepImage: 1 } } }, /did you mean "keepImages"\?$/],
      [{ defaults: { prefix: "x" } }, /^defaults\.prefix: unknown; known here: lifecycle, /],
      [{ scanning: { rules: [{ scanFrequency: "SCAN_ON_PUSH", filter: "a" }] } }, /did you mean "filters"\?$/],
      [{ registries: { hub: { zzz: 1 } } }, /^registries\.hub\.zzz: unknown; known here: .*prefix/],
      [{ registries: { hub: { upstreamRegistryUrl: "x" } } }, /the upstream's host is "registry"$/],
      [{ region: "us-east-1" }, /the component has "regions"/],
      [
        { registries: { hub: { repository_read_access_arns: [] } } },
        /the setting is "access": its accounts .* roleArns/,
      ],
      [
        { registries: { hub: { lifecycle_policy: {} } } },
        /the lifecycle is "lifecycle"; a document goes into lifecycle\.policy$/,
      ],
      [{ registries: { hub: { image_tag_mutability: "MUTABLE" } } }, /the setting is "tagMutability"$/],
      [{ registries: { hub: { token: "t" } } }, /--path 'pull-through-cache:credentials\.hub\.accessToken' <token>$/],
      [{ defaults: { token: "t" } }, /--path 'pull-through-cache:credentials\.<key>\.accessToken' <token>$/],
      [{ registries: { hub: { constructor: 1 } } }, /^registries\.hub\.constructor: unknown; known here: /],
      [{ registries: { hub: { toString: 1 } } }, /^registries\.hub\.toString: unknown; known here: /],
      [
        { credentials: { hub: { username: "u", accessToken: "t", token: "x" } } },
        /^credentials\.hub\.token: unknown; known here: username, accessToken$/,
      ],
      [
        { credentials: { hub: { username: "u", acessToken: "x", accessToken: "t" } } },
        /^credentials\.hub\.acessToken: unknown; did you mean "accessToken"\?$/,
      ],
    ];
    for (const [args, message] of hints) {
      it(JSON.stringify(args), () =>
        assert.ok(
          problems(args).some((problem) => message.test(problem)),
          `${problems(args)}`,
        ),
      );
    }

    it("for a credential in an entry say where credentials go", () => {
      for (const key of ["accessToken", "token", "password", "username", "user", "auth", "credentials"]) {
        const found = inEntry({ [key]: "canary-token" });
        assert.equal(found.length, 1);
        assert.match(found[0] ?? "", /do not belong here: use "credentials" or pulumi config set --secret --path/);
        assert.ok(!found[0]?.includes("canary-token"));
      }
    });

    it("get a suggestion only if a known key is close", () => {
      assert.equal(nearest("prefx", ["prefix", "registry"]), "prefix");
      assert.equal(nearest("REGISTRY", ["prefix", "registry"]), "registry");
      assert.equal(nearest("zzzzzz", ["prefix", "registry"]), undefined);
      assert.equal(nearest("x".repeat(100_000), ["prefix"]), undefined);
    });
  });

  it("reports everything at once", () => {
    const found = problems({
      registries: { a: { prefix: "A" }, b: { lifecycle: { keepImages: 0 }, unknown: 1 }, c: null },
      regions: ["nowhere"],
      tags: { k: 1 },
      scanning: { scanType: "x" },
    });
    assert.deepEqual(found.map((problem) => problem.slice(0, problem.indexOf(":"))).sort(), [
      "regions[0]",
      "registries.a.prefix",
      "registries.b.lifecycle.keepImages",
      "registries.b.unknown",
      "registries.c",
      "scanning.scanType",
      "tags.k",
    ]);
  });

  it("refuses arguments that are not an object", () => {
    for (const [value, kind] of [
      [undefined, "nothing"],
      [null, "null"],
      ["x", "a string"],
      [[], "a list"],
    ] as const) {
      assert.deepEqual(problems(value), [`: must be a map, not ${kind}`]);
    }
  });
});

describe("Outputs in the arguments", () => {
  const plain = /plain.*cannot depend on an Output$/;

  it("are refused where they decide what exists", () => {
    const cases: [unknown, string][] = [
      [{ registries: pulumi.output({}) }, "registries"],
      [{ registries: { hub: pulumi.output({}) } }, "registries.hub"],
      [{ registries: { hub: { registry: pulumi.output("quay") } } }, "registries.hub.registry"],
      [{ registries: { hub: { prefix: pulumi.output("hub") } } }, "registries.hub.prefix"],
      [{ registries: { hub: { lifecycle: pulumi.output({}) } } }, "registries.hub.lifecycle"],
      [{ registries: { hub: { resourceTags: pulumi.output({}) } } }, "registries.hub.resourceTags"],
      [{ registries: { hub: { credentialArns: pulumi.output({}) } } }, "registries.hub.credentialArns"],
      [{ defaults: pulumi.output({}) }, "defaults"],
      [{ regions: pulumi.output(["us-east-1"]) }, "regions"],
      [{ regions: [pulumi.output("us-east-1")] }, "regions[0]"],
      [{ scanning: { scanType: pulumi.output("BASIC") } }, "scanning.scanType"],
      [{ registriesFile: pulumi.output("x.yaml") }, "registriesFile"],
      [{ registries: Promise.resolve({}) }, "registries"],
    ];
    for (const [args, path] of cases) {
      const found = problems(args);
      assert.equal(found.length, 1, `${path}: ${found}`);
      const [problem = ""] = found;
      assert.ok(problem.startsWith(`${path}: `), problem);
      assert.match(problem, plain);
    }
  });

  it("pass where a value may come later", () => {
    const later = <T>(value: T) => pulumi.output(value);
    assert.deepEqual(
      problems({
        registries: {
          hub: {
            credentialArn: later("x"),
            roleArn: Promise.resolve("x"),
            repositoryPolicy: later("x"),
            resourceTags: { a: later("b") },
            encryption: { kmsKey: later("x") },
            access: { accounts: [later("x")], roleArns: [later("x")], organizationId: later("x") },
            secret: { readers: [later("x")], policy: later("x"), tags: { a: later("b") } },
          },
        },
        credentials: later({}),
        tags: { a: later("b") },
        templateRoleArn: later("x"),
        registryPolicy: { statements: [later("{}")] },
        pullerRoles: { node: later("x") },
      }),
      [],
    );
    assert.deepEqual(
      problems({ credentials: { hub: later({}), ghcr: { username: later("u"), accessToken: later("t") } } }),
      [],
    );
  });

  it("are checked by the same rules when they are known, with the same messages", async () => {
    const cases = [
      [aws.kmsKeyArn, "alias/x", KEY],
      [aws.credentialArn, "arn:aws:secretsmanager:us-east-1:111122223333:secret:other", SECRET],
      [aws.roleArn, "x", ROLE],
      [aws.accountId, "1", "111122223333"],
      [aws.organizationId, "x", "o-abcdefghij"],
      [aws.jsonObject(10), "[]", "{}"],
    ] as const;
    const path = ["registries", "hub", "field"];
    for (const [schema, wrong, right] of cases) {
      const direct = parse(schema, wrong, path);
      assert.ok(!direct.ok);
      const later = whenKnown(schema, pulumi.output(Promise.resolve(wrong)), path) as pulumi.Output<string>;
      await assert.rejects(promiseOf(later), (error) => {
        assert.ok(error instanceof InvalidInputError);
        assert.deepEqual(error.errors, [
          { propertyPath: "registries.hub.field", reason: direct.issues[0]?.message, place: undefined },
        ]);
        return true;
      });
      assert.equal(await promiseOf(whenKnown(schema, pulumi.output(right), path) as pulumi.Output<string>), right);
    }
  });
});

describe("messages", () => {
  const tokens = [
    "dckr_pat_AbCdEfGhIjKlMnOpQrStUvWxYz0",
    "ghp_0123456789abcdefghijABCDEFGHIJ012345",
    "github_pat_11AAAAAAA0123456789abcdef",
    "glpat-abcdefghijklmnopqrst",
    "AKIAIOSFODNN7EXAMPLE",
    "0123456789abcdef0123456789abcdef",
    "abcd1234efgh5678ijkl",
    "https://someone:hunter2@ghcr.io",
    "someone:hunter2@ghcr.io",
  ];

  for (const token of tokens) {
    it(`never show ${token}`, () => {
      assert.equal(shown(token), "this value");
      const everywhere = problems({
        registries: {
          hub: {
            prefix: token,
            upstreamPrefix: token,
            registry: 1,
            credentialArn: token,
            roleArn: token,
            tagMutability: token,
            description: token.repeat(10),
            encryption: { type: token, kmsKey: token },
            access: { accounts: [token], roleArns: [token], organizationId: token, lambda: token },
            secret: { readers: [token], policy: token, recoveryWindowInDays: token },
            lifecycle: { keepImages: token },
            password: token,
            unknown: token,
          },
        },
        credentials: { hub: token },
        regions: [token],
        templateRoleArn: token,
        scanning: { scanType: token, scanFrequency: token, rules: [{ scanFrequency: token, filters: [`${token}!`] }] },
        registryPolicy: { statements: [token] },
        tags: token,
      });
      assert.ok(everywhere.length >= 20, `${everywhere.length} problems`);
      assert.ok(!everywhere.join("\n").toLowerCase().includes(token.toLowerCase()), everywhere.join("\n"));
    });
  }

  it("show names and hosts", () => {
    for (const name of [
      "gcr.io",
      "registry.example.com:5000/team",
      "111122223333.dkr.ecr.us-gov-west-1.amazonaws.com",
      "https://gitlab.example.com",
      "global-registry.example.com",
    ]) {
      assert.equal(shown(name), `"${name}"`);
    }
  });

  it("write paths as users do", () => {
    assert.equal(formatPath(["registries", "hub", "prefix"]), "registries.hub.prefix");
    assert.equal(formatPath(["scanning", "rules", 0, "filters", 1]), "scanning.rules[0].filters[1]");
    assert.equal(formatPath(["registries", "a.b", "prefix"]), 'registries["a.b"].prefix');
    assert.equal(formatPath(["registries", "team/hub"]), "registries.team/hub");
    assert.equal(formatPath([]), "");
  });
});

function promiseOf<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as { promise(): Promise<T> }).promise();
}
