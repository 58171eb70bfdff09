import assert from "node:assert/strict";
import type { RegistryArgs, RegistryDefaultsArgs } from "../../../component/args";
import { entry, kmsArn, plan, problems, ROLE } from "./support";

const OPTIONS = { credentials: { given: ["dockerhub"] } };
const tags = (start: number, count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${start + index}`, "v"]));

describe("defaults", () => {
  const merged = (defaults: RegistryDefaultsArgs, own: RegistryArgs) => {
    const { template, secret } = entry(plan({ defaults, registries: { dockerhub: own } }, OPTIONS), "dockerhub");
    return { ...template, secret };
  };
  const access = { accounts: ["111122223333"] };

  it("apply where the entry has no setting, as if they were its own", () => {
    const settings: RegistryDefaultsArgs = {
      lifecycle: { keepImages: 3 },
      tagMutability: "IMMUTABLE_WITH_EXCLUSION",
      tagMutabilityExclusionFilters: ["latest"],
      encryption: { type: "KMS" },
      resourceTags: { a: "1" },
      access,
      description: "shared",
      secret: { description: "token", recoveryWindowInDays: 7, tags: { s: "1" }, readers: [ROLE] },
    };
    const own = merged({}, settings);
    assert.deepEqual(merged(settings, {}), own);
    assert.match(own.lifecyclePolicy, /"countNumber":3/);
    const { recoveryWindowInDays, readers } = own.secret ?? {};
    assert.deepEqual([own.description, own.access, recoveryWindowInDays, readers], ["shared", access, 7, [ROLE]]);
  });

  it("are replaced as a whole by the entry's setting", () => {
    const { lifecyclePolicy } = merged({ lifecycle: { expireUntaggedAfterDays: 1 } }, { lifecycle: { keepImages: 9 } });
    assert.equal(lifecyclePolicy.match(/"rulePriority"/g)?.length, 1);
    assert.match(lifecyclePolicy, /"countNumber":9/);
    const { encryption } = merged({ encryption: { kmsKey: kmsArn("us-east-1") } }, { encryption: { type: "AES256" } });
    assert.deepEqual(encryption, { type: "AES256", typeWithoutKey: "AES256" });
  });

  it("are merged with the entry's tags key by key, the entry's first", () => {
    const all = (own: { [key: string]: string } | undefined) => ({ resourceTags: own, secret: { tags: own } });
    for (const [shared, own, expected] of [
      [{ a: "1", b: "1" }, { b: "2" }, { a: "1", b: "2" }],
      [{ a: "1" }, undefined, { a: "1" }],
      [undefined, { a: "1" }, { a: "1" }],
      [undefined, undefined, {}],
    ]) {
      const { resourceTags, secret } = merged(all(shared), all(own));
      assert.deepEqual([resourceTags, secret?.tags], [expected, expected]);
    }
  });

  it("leave out what would contradict the entry", () => {
    const immutable: RegistryArgs = {
      tagMutability: "IMMUTABLE_WITH_EXCLUSION",
      tagMutabilityExclusionFilters: ["latest"],
    };
    assert.deepEqual(merged(immutable, { tagMutability: "MUTABLE" }).exclusionFilters, []);
    assert.equal(merged({ access }, { repositoryPolicy: "{}" }).access, undefined);
    assert.equal(merged({ repositoryPolicy: "{}" }, { access: {} }).repositoryPolicy, undefined);
    const policy = '{"Version":"2012-10-17","Statement":[]}';
    const secret = (shared: RegistryArgs["secret"], own: RegistryArgs["secret"]) => {
      const { secret: found } = merged({ secret: shared }, { secret: own });
      return [found?.policy, found?.readers];
    };
    assert.deepEqual(secret({ policy }, { readers: [ROLE] }), [undefined, [ROLE]]);
    assert.deepEqual(secret({ readers: [ROLE] }, { policy }), [policy, []]);
    for (const shared of [{ readers: [ROLE] }, { policy }])
      assert.deepEqual(secret(shared, { description: "d", readers: undefined }), [shared.policy, shared.readers ?? []]);
  });

  it("survive a setting that is undefined", () => {
    const template = merged({ description: "shared", access }, { description: undefined, access: undefined });
    assert.deepEqual([template.description, template.access], ["shared", access]);
  });

  it("count with the tags they are merged with", () => {
    const of = (count: number) => ({
      defaults: { resourceTags: tags(0, 30) },
      tags: tags(0, 30),
      registries: { dockerhub: { resourceTags: tags(30, count), secret: { tags: tags(30, count) } } },
    });
    assert.deepEqual(problems(of(20), OPTIONS), []);
    assert.deepEqual(problems(of(21), OPTIONS), [
      "registries.dockerhub.resourceTags: 51 tags, including inherited ones; AWS allows at most 50",
      "registries.dockerhub.secret.tags: 51 tags, including inherited ones; AWS allows at most 50",
    ]);
  });
});
