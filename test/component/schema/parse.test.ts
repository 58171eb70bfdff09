import assert from "node:assert/strict";
import { inEntry, problems } from "./support";

describe("schema of the arguments", () => {
  describe("unknown keys", () => {
    const hints: [unknown, RegExp][] = [
      [{ registry: {} }, /^registry: belongs into an entry of registries$/],
      [{ registries: { hub: { prefx: "x" } } }, /^registries\.hub\.prefx: unknown; did you mean "prefix"\?$/],
      [
        { registries: { hub: { images: ["x"] } } },
        /^registries\.hub\.images: the only repositories that may enter are "repositories"$/,
      ],
      [{ defaults: { lifecycle: { keepImage: 1 } } }, /did you mean "keepImages"\?$/],
      [{ defaults: { prefix: "x" } }, /^defaults\.prefix: has no default: only an entry of registries has it$/],
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
      [{ registries: { hub: { token: "t" } } }, /--path 'pull-through-cache:credentials\.hub\.accessToken'$/],
      [{ defaults: { token: "t" } }, /--path 'pull-through-cache:credentials\.<key>\.accessToken'$/],
      [{ registries: { hub: { constructor: 1 } } }, /^registries\.hub\.constructor: the key is reserved/],
      [{ tags: JSON.parse('{ "__proto__": "x" }') }, /^tags\.__proto__: the key is reserved/],
      [{ registries: JSON.parse('{ "__proto__": {} }') }, /^registries\.__proto__: the key is reserved/],
      [{ registries: { hub: { toString: 1 } } }, /^registries\.hub\.toString: unknown; known here: /],
      [
        { credentials: { hub: { username: "u", accessToken: "t", token: "x" } } },
        /^credentials\.hub\.token: unknown: write "accessToken"$/,
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

    it("that hold a credential get advice where credentials go", () => {
      const secrets = ["accessToken", "access_token", "token", "authToken", "auth_token", "password", "PASSWD", "auth"];
      const users = ["user", "username", "userName", "user_name", "USER", "Username"];
      for (const key of [...secrets, "secretKey", "secret_key", "credential", "credentials", ...users]) {
        const found = inEntry({ [key]: "canary-token" });
        assert.equal(found.length, 1);
        assert.match(
          found[0] ?? "",
          /do not belong in an entry: use the argument "credentials" beside "registries", or pulumi config set --secret --path/,
        );
        assert.ok(found[0]?.includes(`.${users.includes(key) ? "username" : "accessToken"}'`), key);
        assert.ok(!found[0]?.includes("canary-token"));
      }
      for (const key of ["myToken", "tokens", "users", "authority", "unauth"])
        assert.doesNotMatch(inEntry({ [key]: "x" })[0] ?? "", /do not belong in an entry/);
    });

    it("get suggestions, except after the first 100, because each takes time", () => {
      const found = inEntry(Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`prefix${index}`, "x"])));
      assert.equal(found.length, 101);
      assert.equal(found[99], 'registries.hub.prefix99: unknown; did you mean "prefix"?');
      assert.match(found[100] ?? "", /^registries\.hub\.prefix100: unknown; known here: .*\bprefix\b/);
    });

    it("that AWS, Terraform and CloudFormation use get the component's names", () => {
      for (const [key, hint] of Object.entries({
        kmsKeyId: /is "encryption\.kmsKey"$/,
        kmsKeyArn: /is "encryption\.kmsKey"$/,
        url: /host is "registry"$/,
        host: /host is "registry"$/,
        upstreamRegistryUrl: /host is "registry"$/,
        ecrRepositoryPrefix: /is "prefix"$/,
        upstreamRepositoryPrefix: /is "upstreamPrefix"$/,
        customRoleArn: /"roleArn" for an ECR upstream and "templateRoleArn" for templates$/,
        lifecyclePolicy: /goes into lifecycle\.policy$/,
        imageTagMutability: /is "tagMutability"$/,
        encryption_configuration: /is "encryption"$/,
        scanOnPush: /argument "scanning"$/,
        region: /"regions", a list$/,
        repository_read_access_arns: /is "access": /,
      })) {
        assert.match(inEntry({ [key]: "x" })[0] ?? "", hint, key);
      }
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
});
