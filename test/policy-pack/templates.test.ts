import assert from "node:assert/strict";
import { encryptionRequired } from "../../policy-pack/policies/encryption-required";
import { requiredTags } from "../../policy-pack/policies/required-tags";
import { secretRecoveryWindow } from "../../policy-pack/policies/secret-recovery-window";
import { templateHasRole } from "../../policy-pack/policies/template-has-role";
import { templateMutable } from "../../policy-pack/policies/template-mutable";
import { upstreamAllowed } from "../../policy-pack/policies/upstream-allowed";
import { later, laterObject, passes, rule, run, secret, template, undecidedFor } from "./support";

describe("template-has-role", () => {
  const policy = templateHasRole;
  const tags = { resourceTags: { team: "shop" } };
  const kms = { encryptionConfigurations: [{ encryptionType: "KMS" }] };

  it("passes plain templates, and others with a role, known or not", async () => {
    assert.deepEqual(await run(policy, [template("t")]), passes);
    assert.deepEqual(await run(policy, [template("t", { resourceTags: {} })]), passes);
    assert.deepEqual(
      await run(policy, [template("t", { encryptionConfigurations: [{ encryptionType: "AES256" }] })]),
      passes,
    );
    assert.deepEqual(await run(policy, [template("t", { ...tags, ...kms, customRoleArn: later })]), passes);
  });

  it("fails tags and KMS without a role, and names which of them", async () => {
    const why = async (props: object) => (await run(policy, [template("t", { ...props })])).violations;
    assert.deepEqual(await why({ encryptionConfigurations: [{ encryptionType: "KMS_DSSE" }] }), [
      "t: The template has KMS encryption but no customRoleArn.",
    ]);
    assert.deepEqual(await why(tags), ["t: The template has resourceTags but no customRoleArn."]);
    assert.deepEqual(await why(kms), ["t: The template has KMS encryption but no customRoleArn."]);
    assert.deepEqual(await why({ ...tags, ...kms }), [
      "t: The template has resourceTags and KMS encryption but no customRoleArn.",
    ]);
    assert.deepEqual(await why({ resourceTags: { team: later } }), [
      "t: The template has resourceTags but no customRoleArn.",
    ]);
  });

  it("waits for unknown tags and encryption", async () => {
    assert.deepEqual(await run(policy, [template("t", { resourceTags: laterObject })]), undecidedFor(policy, "t"));
    const open = { encryptionConfigurations: [{ encryptionType: later }] };
    assert.deepEqual(await run(policy, [template("t", open)]), undecidedFor(policy, "t"));
    assert.equal((await run(policy, [template("t", { ...open, ...tags })])).violations.length, 1);
  });

  it("ignores excluded names", async () => {
    assert.deepEqual(await run(policy, [template("t", tags)], { exclude: ["*"] }), passes);
  });
});

describe("encryption-required", () => {
  const policy = encryptionRequired;
  const judge = (encryptionConfigurations: unknown, config: object = {}) =>
    run(policy, [template("t", { encryptionConfigurations })], config);
  const key = "arn:aws:kms:eu-central-1:111122223333:key/shop";

  it("passes both kinds of KMS, and the configured key", async () => {
    for (const encryptionType of ["KMS", "KMS_DSSE"]) assert.deepEqual(await judge([{ encryptionType }]), passes);
    assert.deepEqual(await judge([{ encryptionType: "KMS", kmsKey: key }], { keys: ["x", "arn:*:key/shop"] }), passes);
  });

  it("reports other encryption, and other keys", async () => {
    const none = ["t: The template does not encrypt with KMS."];
    for (const blocks of [undefined, [], [{ encryptionType: "AES256" }], [{}]]) {
      assert.deepEqual((await judge(blocks)).violations, none);
    }
    const wrong = ["t: The template does not encrypt with one of the required KMS keys."];
    assert.deepEqual((await judge([{ encryptionType: "KMS", kmsKey: key }], { keys: ["x"] })).violations, wrong);
    assert.deepEqual((await judge([{ encryptionType: "KMS" }], { keys: [key] })).violations, wrong);
    assert.deepEqual(await run(policy, [template("t", { appliedFors: ["REPLICATION"] })]), passes);
  });

  it("waits for unknown types and keys", async () => {
    assert.deepEqual(await judge([{ encryptionType: later }]), undecidedFor(policy, "t"));
    assert.deepEqual(await judge([later]), undecidedFor(policy, "t"));
    const open = [{ encryptionType: "KMS", kmsKey: later }];
    assert.deepEqual(await judge(open, { keys: [key] }), undecidedFor(policy, "t"));
    assert.deepEqual(await judge(open), passes);
    assert.equal((await judge(later)).violations.length, 1, "AWS fills in what nobody gives");
  });
});

describe("template-mutable", () => {
  const policy = templateMutable;
  const filters = { imageTagMutabilityExclusionFilters: [{ filter: "latest*", filterType: "WILDCARD" }] };

  it("passes mutable templates, and immutable ones with exclusions", async () => {
    for (const imageTagMutability of [undefined, "MUTABLE", "MUTABLE_WITH_EXCLUSION"]) {
      assert.deepEqual(await run(policy, [template("t", { imageTagMutability })]), passes);
    }
    const excluded = template("t", { imageTagMutability: "IMMUTABLE_WITH_EXCLUSION", ...filters });
    assert.deepEqual(await run(policy, [excluded]), passes);
    assert.deepEqual(
      await run(policy, [template("t", { imageTagMutability: "IMMUTABLE", appliedFors: ["REPLICATION"] })]),
      passes,
    );
  });

  it("reports immutable ones without", async () => {
    for (const imageTagMutability of ["IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION"]) {
      assert.equal((await run(policy, [template("t", { imageTagMutability })])).violations.length, 1);
      assert.deepEqual(await run(policy, [template("t", { imageTagMutability })], { exclude: ["t"] }), passes);
    }
  });

  it("waits for unknown settings", async () => {
    assert.deepEqual(await run(policy, [template("t", { imageTagMutability: later })]), undecidedFor(policy, "t"));
    const open = { imageTagMutability: "IMMUTABLE", appliedFors: later };
    assert.deepEqual(await run(policy, [template("t", open)]), undecidedFor(policy, "t"));
  });
});

describe("upstream-allowed", () => {
  const policy = upstreamAllowed;
  const hub = (url: string) => rule("r", { upstreamRegistryUrl: url });

  it("allows everything until it is configured", async () => {
    assert.deepEqual(await run(policy, [hub("quay.io"), hub(later)]), passes);
  });

  it("passes what the list names, also by another name of Docker Hub or a wildcard", async () => {
    assert.deepEqual(await run(policy, [hub("registry-1.docker.io")], { allowed: ["docker.io"] }), passes);
    assert.deepEqual(await run(policy, [hub("docker.io")], { allowed: ["Registry-1.docker.io"] }), passes);
    assert.deepEqual(await run(policy, [hub("https://index.docker.io/")], { allowed: ["docker.io"] }), passes);
    assert.deepEqual(await run(policy, [hub("shop.azurecr.io")], { allowed: ["*.azurecr.io"] }), passes);
  });

  it("reports the rest, waits for unknown upstreams, and ignores excluded names", async () => {
    const config = { allowed: ["ghcr.io"] };
    const expected = ["r: The rule's upstream registry is not on the allowlist."];
    assert.deepEqual((await run(policy, [hub("quay.io")], config)).violations, expected);
    assert.deepEqual(await run(policy, [hub(later)], config), undecidedFor(policy, "r"));
    assert.deepEqual(await run(policy, [hub("quay.io")], { ...config, exclude: ["r"] }), passes);
  });
});

describe("required-tags", () => {
  const policy = requiredTags;
  const config = { tags: ["team", "cost"] };

  it("requires nothing until it is configured", async () => {
    assert.deepEqual(await run(policy, [template("t"), secret("s")]), passes);
  });

  it("passes resources with the tags, whatever their values", async () => {
    const tags = { team: later, cost: "1" };
    assert.deepEqual(await run(policy, [template("t", { resourceTags: tags }), secret("s", { tags })], config), passes);
  });

  it("counts the provider's default tags for secrets, but not for repositories of a template", async () => {
    const provider = { name: "p", props: { defaultTags: JSON.stringify({ tags: { team: "shop", cost: "1" } }) } };
    const { violations } = await run(policy, [template("t", {}, { provider }), secret("s", {}, { provider })], config);
    assert.deepEqual(violations, ["t: Missing tags: team, cost."]);
  });

  it("reports missing tags, waits for unknown ones, and ignores other and excluded resources", async () => {
    const { violations } = await run(policy, [secret("s", { tags: { team: "a" } })], config);
    assert.deepEqual(violations, ["s: Missing tags: cost."]);
    assert.deepEqual(await run(policy, [secret("s", { tags: laterObject })], config), undecidedFor(policy, "s"));
    const others = [secret("db", { name: "db" }), template("t", { appliedFors: ["REPLICATION"] })];
    assert.deepEqual(await run(policy, others, config), passes);
    assert.deepEqual(await run(policy, [secret("s")], { ...config, exclude: ["s"] }), passes);
  });
});

describe("secret-recovery-window", () => {
  const policy = secretRecoveryWindow;
  const config = { stacks: ["prod*"] };
  const none = { recoveryWindowInDays: 0 };
  const stack = "prod-eu";

  it("judges only the named stacks", async () => {
    assert.deepEqual(await run(policy, [secret("s", none, { stack })]), passes);
    assert.deepEqual(await run(policy, [secret("s", none)], config), passes);
    assert.deepEqual((await run(policy, [secret("s", none, { stack })], config)).violations, [
      "s: The secret has recoveryWindowInDays 0.",
    ]);
  });

  it("passes a window, other secrets and excluded names, and waits for unknown windows", async () => {
    for (const days of [undefined, 7, 30]) {
      assert.deepEqual(await run(policy, [secret("s", { recoveryWindowInDays: days }, { stack })], config), passes);
    }
    assert.deepEqual(await run(policy, [secret("s", { name: "db", ...none }, { stack })], config), passes);
    assert.deepEqual(await run(policy, [secret("s", none, { stack })], { ...config, exclude: ["s"] }), passes);
    const open = secret("s", { recoveryWindowInDays: "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7" }, { stack });
    assert.deepEqual(await run(policy, [open], config), undecidedFor(policy, "s"));
  });
});
