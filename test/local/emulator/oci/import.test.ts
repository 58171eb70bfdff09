import assert from "node:assert/strict";
import { openCloud } from "../../../../local/emulator/cloud";
import type { Pull } from "../../../../local/emulator/context";
import { noImage, type RegistryError, upstreamFailure } from "../../../../local/emulator/oci/errors";
import { Importer } from "../../../../local/emulator/oci/importer";
import { parseManifest } from "../../../../local/emulator/oci/manifest";
import { upstreamRepository } from "../../../../local/emulator/oci/mapping";
import { Puller } from "../../../../local/emulator/oci/pull";
import { failureOf } from "../../../../local/emulator/oci/pull-event";
import { issueToken, readToken } from "../../../../local/emulator/oci/token";
import { rootPrincipal } from "../../../../local/emulator/policy/principal";
import { sha256 } from "../../../../local/emulator/state/blobs";
import type { PullThroughCacheRule, Secret } from "../../../../local/emulator/state/model";
import {
  type Credential,
  UpstreamDenied,
  UpstreamLimited,
  type UpstreamReply,
  UpstreamUnavailable,
} from "../../../../local/emulator/upstream/client";
import { ACCOUNT, OTHER_ACCOUNT, REGION } from "../support";

const DAY = 24 * 60 * 60 * 1000;
const INDEX = "application/vnd.docker.distribution.manifest.list.v2+json";
const MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
const CONFIG = "application/vnd.docker.container.image.v1+json";
const SECRET = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:ecr-pullthroughcache/hub-AbCdEf`;

const reply = (status: number, body: string | Buffer = "", type?: string): UpstreamReply => ({
  status,
  headers: { "content-type": type },
  body: Buffer.from(body),
});

describe("emulator: imports from upstreams", () => {
  let { cloud } = openCloud({});
  let replies = new Map<string, UpstreamReply | Error>();
  let asked: string[] = [];
  let sessions: (readonly [host: string, credential: Credential | undefined])[] = [];
  const client = {
    session: (host: string, credential: Credential | undefined) => {
      sessions.push([host, credential]);
      return async (path: string) => {
        asked.push(path);
        const found = replies.get(path) ?? reply(404);
        if (found instanceof Error) throw found;
        return found;
      };
    },
  };
  let importer: Importer;
  const state = () => cloud.store.region(ACCOUNT, REGION);
  const rule = (more: Partial<PullThroughCacheRule> = {}): PullThroughCacheRule => ({
    ecrRepositoryPrefix: "hub",
    upstreamRegistryUrl: "quay.io",
    upstreamRegistry: "quay",
    createdAt: 0,
    updatedAt: 0,
    ...more,
  });
  const secret = (more: Partial<Secret> = {}): Secret => ({
    arn: SECRET,
    name: "ecr-pullthroughcache/hub",
    tags: new Map(),
    versions: new Map([
      ["old", { id: "old", secretString: "{}", stages: ["AWSPREVIOUS"], createdAt: 0 }],
      ["v", { id: "v", secretString: '{"username":"me","accessToken":"t"}', stages: ["AWSCURRENT"], createdAt: 0 }],
    ]),
    createdAt: 0,
    changedAt: 0,
    ...more,
  });

  // An image of one architecture, in the media types of Docker.
  const [config, layer] = [Buffer.from("{}"), Buffer.from("layer")];
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: { mediaType: CONFIG, digest: sha256(config), size: 2 },
    layers: [
      { digest: sha256(layer), size: 5 },
      { digest: sha256(layer), size: 7 },
    ],
  });
  const index = JSON.stringify({
    schemaVersion: 2,
    mediaType: INDEX,
    manifests: [{ digest: sha256(manifest), size: 1 }],
  });
  const parts = (repository = "a/b") =>
    new Map<string, UpstreamReply | Error>([
      [`/v2/${repository}/manifests/1`, reply(200, index, INDEX)],
      [`/v2/${repository}/manifests/${sha256(manifest)}`, reply(200, manifest, MANIFEST)],
      [`/v2/${repository}/blobs/${sha256(config)}`, reply(200, config)],
      [`/v2/${repository}/blobs/${sha256(layer)}`, reply(200, layer)],
    ]);

  beforeEach(() => {
    ({ cloud } = openCloud({}));
    importer = new Importer(cloud, client as never);
    replies = parts();
    [asked, sessions] = [[], []];
    state().rules.set("hub", rule());
  });

  const target = (more = {}) => ({
    account: ACCOUNT,
    region: REGION,
    rule: rule(),
    name: "hub/a/b",
    tag: "1",
    ...more,
  });
  const pullOf = (name = "hub/a/b"): Pull => ({
    account: ACCOUNT,
    region: REGION,
    name,
    principal: rootPrincipal(ACCOUNT),
  });
  const puller = () => new Puller(cloud, importer);
  const imageOf = (repository = "hub/a/b") => state().repositories.get(repository);
  const child = {
    digest: sha256(manifest),
    mediaType: MANIFEST,
    artifactMediaType: CONFIG,
    manifest,
    children: [],
    blobs: [sha256(config), sha256(layer), sha256(layer)],
    sizeInBytes: 12,
  };
  const list = {
    digest: sha256(index),
    mediaType: INDEX,
    artifactMediaType: undefined,
    manifest: index,
    children: [sha256(manifest)],
    blobs: [],
    sizeInBytes: 0,
  };

  it("fetch each part of an image once, by the upstream's name", async () => {
    assert.deepEqual(await importer.fetch(target()), { digest: sha256(index), manifests: [child, list] });
    assert.deepEqual(asked, [
      "/v2/a/b/manifests/1",
      `/v2/a/b/manifests/${sha256(manifest)}`,
      `/v2/a/b/blobs/${sha256(config)}`,
      `/v2/a/b/blobs/${sha256(layer)}`,
    ]);
    assert.deepEqual(sessions, [["quay.io", undefined]]);
    asked = [];
    await importer.fetch(target());
    assert.equal(asked.length, 2, "layers that are there already are not fetched again");
    replies = parts("own/a/b");
    const other = await importer.fetch(target({ rule: rule({ upstreamRepositoryPrefix: "own" }) }));
    assert.equal(other.digest, sha256(index));
  });

  it("read the media type of a manifest without one from the answer", () => {
    const body = JSON.stringify({ layers: [{ digest: "d", size: 1 }] });
    const { mediaType, blobs, artifactMediaType } = parseManifest(Buffer.from(body), `${MANIFEST}; charset=utf-8`);
    assert.deepEqual([mediaType, blobs, artifactMediaType], [MANIFEST, ["d"], undefined]);
    assert.equal(parseManifest(Buffer.from("{}"), "").mediaType, "");
  });

  it("map names by the prefixes of the rule", () => {
    const cases: readonly (readonly [
      prefix: string,
      upstream: string | undefined,
      repository: string,
      mapped: string,
    ])[] = [
      ["hub", undefined, "hub/a/b", "a/b"],
      ["hub", "ROOT", "hub/a", "a"],
      ["hub/", undefined, "hub/a", "a"],
      ["hub/team", "own/", "hub/team/a", "own/a"],
      ["ROOT", undefined, "a/b", "a/b"],
      ["ROOT", "ROOT", "a", "a"],
    ];
    for (const [ecrRepositoryPrefix, upstreamRepositoryPrefix, repository, mapped] of cases)
      assert.equal(upstreamRepository(rule({ ecrRepositoryPrefix, upstreamRepositoryPrefix }), repository), mapped);
  });

  it("fail if the upstream has no such image, denies it, or serves something else", async () => {
    const fails = async (path: string, answer: UpstreamReply, code: string, status: number, message: RegExp) => {
      replies = parts().set(path, answer);
      const error = await importer.fetch(target()).then(
        () => assert.fail(path),
        (error: unknown) => upstreamFailure(error) ?? (error as RegistryError),
      );
      assert.deepEqual([error.code, error.status], [code, status]);
      assert.match(error.message, message);
    };
    const root = "/v2/a/b/manifests/1";
    await fails(root, reply(404), "MANIFEST_UNKNOWN", 404, /^Requested image not found$/);
    await fails(root, reply(403), "DENIED", 403, /the upstream denies access to the image$/);
    await fails(root, reply(418), "UNKNOWN", 502, /^The upstream answers with status 418$/);
    const other = reply(200, `${manifest} `, MANIFEST);
    await fails(
      `/v2/a/b/manifests/${sha256(manifest)}`,
      other,
      "UNAVAILABLE",
      503,
      /serves a manifest with another digest/,
    );
    const blob = `/v2/a/b/blobs/${sha256(layer)}`;
    for (const answer of [reply(404, layer), reply(200, "other")])
      await fails(blob, answer, "UNAVAILABLE", 503, new RegExp(`does not serve the layer ${sha256(layer)}$`));
  });

  const completed = (now: number) => ({
    status: "COMPLETE",
    description: "The scan was completed successfully.",
    completedAt: now,
  });

  it("store what was fetched in the repository, with its tag", async () => {
    const image = await puller().manifest(pullOf(), "1");
    const { images, imageTags } = imageOf() ?? assert.fail();
    const now = image.pushedAt;
    assert.ok(Math.abs(now - Date.now()) < 60_000);
    assert.deepEqual(
      [...images.values()],
      [
        { ...child, pushedAt: now },
        { ...list, pushedAt: now, lastPulledAt: image.lastPulledAt },
      ],
    );
    assert.ok((image.lastPulledAt ?? 0) >= now);
    assert.deepEqual([...imageTags], [["1", { digest: sha256(index), validatedAt: now }]]);
    importer.store(imageOf() ?? assert.fail(), target(), await importer.fetch(target()));
    assert.equal(images.get(sha256(manifest))?.pushedAt, now, "an image is pushed once");
  });

  it("scan images, and not lists, as the registry or the repository says", async () => {
    const scans = async (scanType?: string, scanFrequency?: string, scanOnPush = false) => {
      state().repositories.clear();
      const repositoryFilters = [{ filter: "hub*", filterType: "WILDCARD" }];
      state().scanning =
        scanType === undefined
          ? undefined
          : { scanType, rules: scanFrequency ? [{ scanFrequency, repositoryFilters }] : [] };
      await puller().manifest(pullOf(), "1");
      const repository = imageOf() ?? assert.fail();
      repository.images.clear();
      repository.scanOnPush = scanOnPush;
      importer.store(repository, target(), await importer.fetch(target()));
      const [image, all] = [...repository.images.values()];
      assert.equal(all?.scan, undefined);
      return [image?.scan, image?.pushedAt ?? 0] as const;
    };
    for (const [type, frequency] of [[], ["BASIC"], ["BASIC", "MANUAL"], ["ENHANCED"]])
      assert.equal((await scans(type, frequency))[0], undefined);
    const scanned: readonly Parameters<typeof scans>[] = [
      ["BASIC", "SCAN_ON_PUSH"],
      [undefined, undefined, true],
      ["BASIC", "MANUAL", true],
    ];
    for (const given of scanned) {
      const [scan, now] = await scans(...given);
      assert.deepEqual(scan, completed(now));
    }
    for (const frequency of ["SCAN_ON_PUSH", "CONTINUOUS_SCAN"]) {
      const [scan, now] = await scans("ENHANCED", frequency);
      const description = "Continuous scan is selected for image.";
      assert.deepEqual(scan, { status: "ACTIVE", description, completedAt: now });
    }
  });

  it("ask again after 24 hours, and serve the cached image if that fails", async () => {
    await puller().manifest(pullOf(), "1");
    const next = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [] });
    replies.set("/v2/a/b/manifests/1", reply(200, next, INDEX));
    const tag = imageOf()?.imageTags.get("1") ?? assert.fail();
    const digestAfter = async (age: number) => {
      tag.validatedAt = cloud.clock.now() - age;
      return (await puller().manifest(pullOf(), "1")).digest;
    };
    assert.equal(await digestAfter(DAY - 1000), sha256(index));
    replies.set("/v2/a/b/manifests/1", reply(404));
    assert.equal(await digestAfter(DAY + 1000), sha256(index));
    replies.set("/v2/a/b/manifests/1", reply(200, next, INDEX));
    assert.equal(await digestAfter(DAY + 1000), sha256(next));
  });

  it("send the login of the rule's secret", async () => {
    const withSecret = target({ rule: rule({ credentialArn: SECRET }) });
    const login = async (more: Partial<Secret>) => {
      state().secrets.set("hub", secret(more));
      sessions = [];
      return importer.fetch(withSecret).then(
        () => sessions[0]?.[1],
        (error: Error) => {
          assert.ok(error instanceof UpstreamDenied);
          return error.message;
        },
      );
    };
    const missing = "the rule's secret does not exist";
    await assert.rejects(importer.fetch(withSecret), new RegExp(missing));
    state().secrets.set("other", secret({ arn: `${SECRET}x` }));
    assert.deepEqual(await login({}), { username: "me", password: "t" });
    assert.equal(await login({ deletion: { requestedAt: 0, deleteAt: 1 } }), missing);
    cloud.visibility.hide(`secret:${SECRET}`, 1);
    assert.equal(await login({}), missing);
    assert.equal(await login({ kmsKeyId: "alias/own" }), "the rule's secret uses a customer managed key");
    const policy = (more: object) =>
      JSON.stringify({
        Statement: [
          { Effect: "Deny", Principal: "*", Action: "secretsmanager:GetSecretValue", Resource: "*", ...more },
        ],
      });
    const denied = "the policy of the rule's secret denies ECR";
    assert.equal(await login({ policy: policy({}) }), denied);
    const role = `arn:aws:iam::${ACCOUNT}:role/aws-service-role/pullthroughcache.ecr.amazonaws.com/AWSServiceRoleForECRPullThroughCache`;
    const onlyFor = (arn: string) => policy({ Condition: { ArnNotEquals: { "aws:PrincipalArn": arn } } });
    assert.deepEqual(await login({ policy: onlyFor(role) }), { username: "me", password: "t" });
    assert.equal(await login({ policy: onlyFor(`${role}x`) }), denied);
    const current = (secretString?: string, stages = ["AWSCURRENT"]) => ({
      versions: new Map([["v", { id: "v", secretString, stages, createdAt: 0 }]]),
    });
    assert.equal(await login(current()), "the rule's secret has no value");
    assert.equal(await login(current("{}", ["AWSPENDING"])), "the rule's secret has no value");
    for (const text of ["", "{", "me"]) assert.equal(await login(current(text)), "the rule's secret is not JSON");
    for (const value of [null, "a", {}, { username: "me" }, { accessToken: "t" }, { username: "", accessToken: "t" }])
      assert.equal(
        await login(current(JSON.stringify(value))),
        "the rule's secret must be a JSON object with username and accessToken",
      );
    for (const value of [
      { username: "me", accessToken: "" },
      { username: 1, accessToken: "t" },
      { username: "me", accessToken: 1 },
    ])
      assert.match(String(await login(current(JSON.stringify(value)))), /must be a JSON object/);
  });

  it("send a token of the own account to another registry of ECR, for an hour", async () => {
    const upstream = `${OTHER_ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com`;
    await importer.fetch(target({ rule: rule({ upstreamRegistryUrl: upstream }) }));
    const [[host, credential] = []] = sessions;
    assert.deepEqual([host, credential?.username], [upstream, "AWS"]);
    const claims = readToken(credential?.password ?? "", cloud.tokenKey);
    assert.deepEqual([claims?.principal, claims?.region], [rootPrincipal(ACCOUNT), "us-east-1"]);
    assert.ok(Math.abs((claims?.expiresAt ?? 0) - Date.now() - 3_600_000) < 60_000);
    await assert.rejects(
      importer.fetch(target({ rule: rule({ upstreamRegistryUrl: upstream, customRoleArn: "arn:aws:iam::1:role/r" }) })),
      (error) => error instanceof UpstreamDenied && error.message === "ECR cannot assume the rule's role",
    );
  });

  it("can be checked without a pull", async () => {
    const check = (prefix = "hub") => importer.check(ACCOUNT, REGION, prefix);
    assert.equal(await check("other"), "The rule does not exist");
    replies.set("/v2/", reply(200));
    assert.equal(await check(), undefined);
    assert.deepEqual([asked, sessions], [["/v2/"], [["quay.io", undefined]]]);
    replies.set("/v2/", reply(418));
    assert.equal(await check(), "The upstream registry answers with status 418");
    for (const Failure of [UpstreamDenied, UpstreamLimited, UpstreamUnavailable]) {
      replies.set("/v2/", new Failure("no"));
      assert.equal(await check(), "no");
    }
    replies.set("/v2/", new TypeError("a fault of the emulator"));
    await assert.rejects(check(), TypeError);
    state().rules.set("hub", rule({ credentialArn: SECRET }));
    assert.equal(await check(), "the rule's secret does not exist");
  });

  it("that fail have a code and a reason, unless the emulator itself fails", () => {
    const cases: readonly (readonly [error: unknown, failure: object | undefined])[] = [
      [new UpstreamDenied("no"), { code: "UpstreamAccessDenied", reason: "Upstream access denied: no" }],
      [new UpstreamLimited("no"), { code: "UpstreamTooManyRequests", reason: "no" }],
      [upstreamFailure(new UpstreamUnavailable("no")), { code: "UpstreamUnavailable", reason: "no" }],
      [noImage(), { code: "ImageNotFound", reason: "Requested image not found" }],
      [new TypeError("no"), undefined],
    ];
    for (const [error, failure] of cases) assert.deepEqual(failureOf(error), failure);
  });
});

describe("emulator: tokens of registries", () => {
  const key = Buffer.from("key");
  const claims = { principal: rootPrincipal(ACCOUNT), region: REGION, expiresAt: 7 };

  it("hold what they were issued for, and only this emulator can sign them", () => {
    const token = issueToken(claims, key);
    assert.deepEqual(readToken(token, key), claims);
    const [payload = "", signature = ""] = token.split(".");
    const other = Buffer.from(JSON.stringify({ ...claims, region: "us-east-1" })).toString("base64url");
    for (const forged of ["", ".", payload, `${payload}.`, `${other}.${signature}`, `${payload}.${signature.slice(4)}`])
      assert.equal(readToken(forged, key), undefined, forged);
    assert.equal(readToken(token, Buffer.from("other")), undefined);
  });
});
