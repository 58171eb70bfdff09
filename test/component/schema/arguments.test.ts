import assert from "node:assert/strict";
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
import { pullThroughCacheArgs } from "../../../component/schema/arguments";
import { parse } from "../../../component/schema/parse";
import {
  bounds,
  entryField,
  KEY,
  policyOf,
  problems,
  REPOSITORY_STATEMENT,
  ROLE,
  SECRET,
  SECRET_STATEMENT,
  STATEMENT,
  statementsOf,
  TOPIC,
} from "./support";

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
    const encryption: Required<EncryptionArgs> = { type: "KMS", kmsKey: KEY, kmsKeys: { "us-east-1": KEY } };
    const secret: Required<SecretArgs> = {
      name: "ecr-pullthroughcache/hub",
      description: "d",
      recoveryWindowInDays: 7,
      tags: { a: "b" },
      readers: [ROLE],
      policy: statementsOf(SECRET_STATEMENT),
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
      repositories: ["library/*"],
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
      places: [{ kind: "Agent.example.com", images: ["spec.engines[].image"], podSpecs: ["spec.template.spec"] }],
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
      pullTimeExclusions: { scanner: ROLE },
      rewriteImages,
      adopt: true,
      alerts,
    };
    const parsed = parse(pullThroughCacheArgs, args);
    assert.ok(parsed.ok);
    assert.deepEqual(parsed.value, args);
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
        [["europe-west-1a"], /not an AWS Region such as us-east-1$/],
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
    bounds(filters, "scanning.rules[0].filters", [], [[[], /at least one filter$/]]);
  });

  it("templates, policies and puller roles", () => {
    bounds(
      entryField("repositoryPolicy"),
      "registries.hub.repositoryPolicy",
      [policyOf(10_240, REPOSITORY_STATEMENT)],
      [
        [policyOf(10_241, REPOSITORY_STATEMENT), /more than 10240/],
        ["x".repeat(10_241), /more than 10240/],
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

  it("credentials: a user name and a token", () => {
    const given = (more: object) => ({ credentials: { hub: { username: "u", accessToken: "t", ...more } } });
    assert.deepEqual(problems(given({})), []);
    for (const part of ["username", "accessToken"]) {
      assert.deepEqual(problems(given({ [part]: "" })), [`credentials.hub.${part}: cannot be empty`]);
      assert.deepEqual(problems(given({ [part]: undefined })), [
        `credentials.hub.${part}: is missing: it must be a string`,
      ]);
      assert.deepEqual(problems(given({ [part]: 7 })), [
        `credentials.hub.${part}: must be a string, not a number: quote it`,
      ]);
    }
    assert.deepEqual(problems({ credentials: { hub: "t" } }), [
      'credentials.hub: must be a map, not a string: write { username: "<user name>", accessToken: <token> }',
    ]);
    assert.deepEqual(problems({ credentials: [] }), [
      "credentials: must be a map, not a list: write { <key of the registry>: { username: ..., accessToken: ... } }",
    ]);
  });

  it("refuses arguments that are not an object", () => {
    for (const [value, kind] of [
      [undefined, "nothing"],
      [null, "null"],
      ["x", "a string"],
      [[], "a list"],
    ] as const) {
      assert.deepEqual(problems(value), [`: must be a map, not ${kind}: write { registries: { quay: {} } }`]);
    }
  });
});
