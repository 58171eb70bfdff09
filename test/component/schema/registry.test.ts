import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
  bounds,
  entryField,
  inEntry,
  KEY,
  nested,
  policyOf,
  problems,
  ROLE,
  SECRET,
  SECRET_STATEMENT,
  tagsOf,
  times,
} from "./support";

describe("schema of a registry", () => {
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
          ["AB", /write "ab"$/],
          ["A!", /between them$/],
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
        ["kms", /: write "KMS", as AWS does$/],
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
      [policyOf(20_480, SECRET_STATEMENT)],
      [
        [policyOf(20_481, SECRET_STATEMENT), /more than 20480 characters/],
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
      [["mutabel", /must be MUTABLE, IMMUTABLE, .* or MUTABLE_WITH_EXCLUSION/]],
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
    const tagged = (field: string) => (value: unknown) => ({
      registries: { hub: { lifecycle: { tagged: [{ tagPatterns: ["v*"], [field]: value }] } } },
    });
    for (const [path, unit, from] of [
      ["keepImages", "images", 1],
      ["expireAfterDays", "days", 1],
      ["expireUntaggedAfterDays", "days", 1],
      ["archiveUnpulledAfterDays", "days", 1],
      ["deleteArchivedAfterDays", "days", 90],
      ["tagged[0].keepImages", "images", 1],
      ["tagged[0].expireAfterDays", "days", 1],
    ] as const) {
      const [, field] = path.split(".");
      const at = field === undefined ? nested("lifecycle", path) : tagged(field);
      const range = new RegExp(`: must be a whole number of ${unit} from ${from} to 2147483647$`);
      bounds(
        at,
        `registries.hub.lifecycle.${path}`,
        [from, 2_147_483_647],
        [
          [from - 1, range],
          [-1, range],
          [from + 0.5, range],
          [2_147_483_648, range],
          [Number.NaN, new RegExp(`must be a (whole )?number of ${unit}`)],
          ["3", new RegExp(`must be a number of ${unit}, not a string: write it without quotation marks$`)],
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
        [["*"], /would let every AWS account in/],
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
      [
        ["true", /must be true or false, not a string/],
        [pulumi.output(true), /must be true or false, not an Output$/],
        [new Date(0), /must be true or false, not a date$/],
      ],
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
    assert.match(inEntry({ credentialArns: SECRET })[0] ?? "", /must be a map, not a string: /);
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
    assert.deepEqual(problems({ registries: { hub: "planted" } }), [
      "registries.hub: must be a map, not a string: write {} for the defaults",
    ]);
  });
});
