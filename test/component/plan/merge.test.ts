import assert from "node:assert/strict";
import type { RegistryArgs, RegistryDefaultsArgs } from "../../../component/args";
import { entry, kmsArn, plan, problems, ROLE } from "./support";

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
    assert.deepEqual(kms.template.encryption, { type: "AES256", typeWithoutKey: "AES256" });
  });

  it("are merged with the entry's tags key by key, the entry's first", () => {
    const { template, secret } = merged(
      { resourceTags: { a: "1", b: "1" }, secret: { tags: { a: "1", b: "1" }, description: "d" } },
      { resourceTags: { b: "2" }, secret: { tags: { b: "2" } } },
    );
    assert.deepEqual(template.resourceTags, { a: "1", b: "2" });
    assert.deepEqual(secret?.tags, { a: "1", b: "2" });
    assert.equal(secret?.description, "d");
    for (const tags of [{ a: "1" }, undefined]) {
      const levels = [{ resourceTags: tags, secret: { tags } }, { secret: {} }] as const;
      for (const [defaults, own] of [levels, [levels[1], levels[0]]] as const) {
        const one = merged(defaults, own);
        assert.deepEqual([one.template.resourceTags, one.secret?.tags], [tags ?? {}, tags ?? {}]);
      }
    }
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
    const own = merged({ secret: { readers: [ROLE] } }, { secret: { policy } });
    assert.deepEqual([own.secret?.policy, own.secret?.readers], [policy, []]);
    for (const inherited of [{ readers: [ROLE] }, { policy }]) {
      const { secret } = merged({ secret: inherited }, { secret: { description: "d", readers: undefined } });
      assert.deepEqual([secret?.policy, secret?.readers], [inherited.policy, inherited.readers ?? []]);
    }
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
