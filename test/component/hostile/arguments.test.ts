import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import type { PullThroughCacheArgs } from "../../../component/args";
import { prepare } from "../../../component/prepare";
import { InvalidInputError } from "../../../component/problems/error";
import { nearlyRight } from "../../model/spoilt-json";

const CANARY = "dckr_pat_canaryCANARY0123456789can";
const ARN = "arn:aws:iam::111122223333:role/name";

/** Every argument, with valid values. */
const RIGHT: PullThroughCacheArgs = {
  registries: {
    dockerhub: {
      prefix: "team/hub",
      lifecycle: { keepImages: 3, tagged: [{ tagPatterns: ["v*"], keepImages: 1 }], expireUntaggedAfterDays: 1 },
      tagMutability: "IMMUTABLE_WITH_EXCLUSION",
      tagMutabilityExclusionFilters: ["latest"],
      encryption: { type: "KMS", kmsKey: "arn:aws:kms:us-east-1:111122223333:key/0123" },
      resourceTags: { team: "platform" },
      access: { accounts: ["111122223333"], roleArns: [ARN], organizationId: "o-0123456789", lambda: true },
      secret: { description: "d", recoveryWindowInDays: 7, tags: { a: "b" }, readers: [ARN] },
      description: "d",
    },
    quay: {},
    platform: { registry: "444455556666.dkr.ecr.us-east-1.amazonaws.com", upstreamPrefix: "base", roleArn: ARN },
    ghcr: { credentialArn: "arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/hub-AbCdEf" },
  },
  defaults: { repositoryPolicy: '{"Statement":{"Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}}' },
  credentials: { dockerhub: { username: "someone", accessToken: CANARY } },
  regions: ["us-east-1"],
  tags: { a: "b" },
  templateRoleArn: ARN,
  scanning: { scanType: "BASIC", rules: [{ scanFrequency: "SCAN_ON_PUSH", filters: ["prod/*"] }] },
  registryPolicy: { statements: ['{"Effect":"Allow","Principal":"*","Action":"ecr:*","Resource":"*"}'] },
  pullerRoles: { node: ARN },
  pullTimeExclusions: { scanner: ARN },
};

const never = new Promise<never>(() => undefined);
const cycle: { [key: string]: unknown } = {};
cycle.registries = { cycle };
class Custom {
  readonly registry = "quay.io";
}
const inherited: unknown = Object.create({ registry: "quay.io" });
const frozen = Object.freeze({ dockerhub: Object.freeze({}) });
const behindProxy = new Proxy(RIGHT, { has: () => true, getPrototypeOf: () => Array.prototype });

/** Values that a program may pass by mistake. */
const STRANGE: readonly unknown[] = [
  ...[null, Number.NaN, -0, 10n, Symbol("s"), () => CANARY, class {}, new Custom(), new Date(Number.NaN), /x/],
  ...[new Map([["quay", {}]]), new Set(["quay"]), new Error(CANARY), Buffer.from(CANARY), new Array(2_000)],
  ...[inherited, frozen, cycle, Object.create(null), Object.create(RIGHT.registries ?? null)],
  JSON.parse(`{"__proto__": {"registry": "quay.io"}, "constructor": {}, "toString": 1, "hasOwnProperty": null}`),
  ...[{ toString: null, valueOf: null }, { [Symbol.toPrimitive]: 1 }, { length: 2 ** 32 }],
  Array.from({ length: 200 }, () => CANARY),
  Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`key${index}`, CANARY])),
  ...[CANARY, { [CANARY]: CANARY }, { accessToken: CANARY, password: CANARY }],
  ...["x".repeat(100_000), "\ud800", "\u0000", "ﷺ".repeat(1000)],
  ...[new Proxy({}, {}), new Proxy([], {}), behindProxy, new Proxy(() => undefined, { apply: () => CANARY })],
  ...[never, Promise.resolve({ quay: {} }), pulumi.output({ registry: never })],
  ...[pulumi.output(CANARY), pulumi.secret(CANARY)],
  { [pulumi.runtime.specialSigKey]: pulumi.runtime.specialSecretSig, value: CANARY },
];

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
});

function isEmptyRecord(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === null || prototype === Object.prototype) && Object.keys(value).length === 0;
}

function isTextMap(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const isRecord = value.constructor === Object || value.constructor === undefined;
  return isRecord && Reflect.ownKeys(value).every((key) => typeof Reflect.get(value, key) === "string");
}

const isTagMap = (value: unknown) => isTextMap(value) && Object.keys(value as object).length <= 50;
const isDeferred = (value: unknown) => value instanceof Promise || pulumi.Output.isInstance(value);

/** The places where strange values are valid, and which ones. */
const RIGHT_AT: Readonly<Record<string, (value: unknown) => boolean>> = {
  registries: (value) => value === frozen,
  defaults: isEmptyRecord,
  scanning: isEmptyRecord,
  registryPolicy: isEmptyRecord,
  access: isEmptyRecord,
  encryption: isEmptyRecord,
  secret: isEmptyRecord,
  tags: isTagMap,
  resourceTags: isTagMap,
  pullerRoles: isTextMap,
  pullTimeExclusions: (value) => isTextMap(value) && Object.keys(value as object).length === 0,
  credentials: isDeferred,
  templateRoleArn: isDeferred,
  repositoryPolicy: isDeferred,
};

/** Whether arguments are accepted. A refusal must have the documented class and quote no credential. */
function isTaken(args: unknown, name = "cache"): boolean {
  try {
    prepare(name, args as never);
    return true;
  } catch (error) {
    assert.ok(error instanceof InvalidInputError, (error as Error).stack);
    assert.ok(error.errors.length > 0);
    assert.ok(!JSON.stringify([error.message, error.stack, error.errors]).includes(CANARY), error.message);
    for (const { reason } of error.errors) {
      assert.ok(reason.length > 0 && reason.length < 2000, reason.slice(0, 300));
      assert.doesNotMatch(reason, /^Invalid input|\[object|undefined/);
    }
    return false;
  }
}

describe("hostile arguments", () => {
  it("accepts the valid arguments from which the others are made", () => {
    assert.equal(isTaken(RIGHT), true);
  });

  it("refuses any value with the documented error, except an empty entry", () => {
    fc.assert(
      fc.property(fc.oneof(anything, fc.constantFrom(...STRANGE)), (value) => {
        assert.equal(isTaken(value), value === behindProxy);
        assert.equal(isTaken({ registries: value }), false);
        assert.equal(isTaken({ registries: { quay: value } }), isEmptyRecord(value) || value === inherited);
      }),
      { numRuns: 500 },
    );
  });

  it("refuses any value in place of a valid one with the documented error", () => {
    const seen = { true: 0, false: 0 };
    fc.assert(
      fc.property(nearlyRight(fc.constant(RIGHT), STRANGE), (args) => {
        seen[`${isTaken(args)}`]++;
      }),
      { numRuns: 1500 },
    );
    assert.ok(seen.true >= 150 && seen.false >= 150, JSON.stringify(seen));
  });

  it("refuses strange values wherever they are not valid", () => {
    const fields = ["registry", "prefix", "lifecycle", "access", "encryption", "resourceTags", "repositoryPolicy"];
    for (const [index, value] of STRANGE.entries()) {
      const expectAt = (place: string, args: unknown) =>
        assert.equal(isTaken(args), RIGHT_AT[place]?.(value) ?? false, `STRANGE[${index}] as ${place}`);
      for (const key of Object.keys(RIGHT)) expectAt(key, { ...RIGHT, [key]: value });
      for (const field of fields) {
        expectAt(field, { registries: { quay: { [field]: value } } });
        expectAt(field, { registries: { quay: {} }, defaults: { [field]: value } });
      }
      expectAt("secret", { registries: { quay: {} }, defaults: { secret: value } });
    }
  });

  it("accepts any name, and derives names from it that IAM accepts", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (name) => {
        const { plan } = prepare(name, { registries: { quay: { resourceTags: { team: "platform" } } } });
        const { templateRole } = plan;
        assert.match(templateRole?.name ?? "", /^[\w+=,.@-]{1,64}$/);
      }),
    );
  });

  it("passes on the error of a program's own getter", () => {
    const own = new Error("of the program");
    const args = {
      get registries(): never {
        throw own;
      },
    };
    assert.throws(() => prepare("cache", args), own);
  });

  it("leaves prototypes alone", () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    isTaken(
      JSON.parse(
        '{"registries":{"__proto__":{"polluted":1}},"defaults":{"__proto__":{"polluted":1}},"tags":{"__proto__":"a"}}',
      ),
    );
    assert.deepEqual(Object.getOwnPropertyNames(Object.prototype), before);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });

  it("changes nothing in the arguments", () => {
    const copy = structuredClone(RIGHT);
    prepare("cache", RIGHT);
    assert.deepEqual(RIGHT, copy);
  });
});
