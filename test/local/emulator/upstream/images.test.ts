import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import {
  isKnownRegion,
  parseArn,
  parseRegistryHost,
  partitionOf,
  registryHost,
  repositoryArn,
} from "../../../../local/emulator/aws";
import { denied, noImage, noRepository, registryReply, upstreamFailure } from "../../../../local/emulator/oci/errors";
import { catalogueOf } from "../../../../local/emulator/upstream/catalogue";
import { UpstreamDenied, UpstreamLimited, UpstreamUnavailable } from "../../../../local/emulator/upstream/client";
import { isUpstreamHost, tokenIssuer, upstreamHost } from "../../../../local/emulator/upstream/hosts";
import { buildImage } from "../../../../local/emulator/upstream/images";
import { StandInRegistry } from "../../../../local/emulator/upstream/registry";
import { tarFile } from "../../../../local/emulator/upstream/tar";

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

const digestOf = (content: Buffer) => `sha256:${createHash("sha256").update(content).digest("hex")}`;

describe("emulator: the images of upstreams", () => {
  const image = buildImage("quay.io", "team/app", "1.0", 1);
  const part = (parts: ReadonlyMap<string, Buffer | { readonly body: Buffer }>, { digest, size }: Descriptor) => {
    const found = parts.get(digest);
    const body = Buffer.isBuffer(found) ? found : found?.body;
    assert.ok(body);
    assert.deepEqual([digestOf(body), body.length], [digest, size]);
    return body;
  };

  it("are indexes of Linux images for two architectures, by the OCI image specification", () => {
    const index = JSON.parse(image.manifests.get(image.digest)?.body.toString() ?? "");
    assert.equal(index.schemaVersion, 2);
    assert.equal(index.mediaType, "application/vnd.oci.image.index.v1+json");
    assert.equal(image.manifests.get(image.digest)?.mediaType, index.mediaType);
    assert.deepEqual(
      index.manifests.map(({ mediaType, platform }: { mediaType: string; platform: object }) => [mediaType, platform]),
      ["amd64", "arm64"].map((architecture) => [
        "application/vnd.oci.image.manifest.v1+json",
        { architecture, os: "linux" },
      ]),
    );
    for (const child of index.manifests) {
      const { architecture } = child.platform;
      const manifest = JSON.parse(part(image.manifests, child).toString());
      assert.equal(manifest.schemaVersion, 2);
      assert.equal(manifest.mediaType, child.mediaType);
      assert.equal(manifest.config.mediaType, "application/vnd.oci.image.config.v1+json");
      assert.deepEqual(
        manifest.layers.map(({ mediaType }: Descriptor) => mediaType),
        ["application/vnd.oci.image.layer.v1.tar+gzip"],
      );
      const config = JSON.parse(part(image.blobs, manifest.config).toString());
      const layer = part(image.blobs, manifest.layers[0]);
      assert.deepEqual([config.architecture, config.os, config.config.Cmd], [architecture, "linux", ["/bin/true"]]);
      assert.equal(config.config.Labels["org.opencontainers.image.source"], "quay.io/team/app");
      assert.deepEqual(config.rootfs, { type: "layers", diff_ids: [digestOf(gunzipSync(layer))] });
      assert.equal(execFileSync("tar", ["-tzf", "-"], { input: layer, encoding: "utf8" }), "image.txt\n");
      assert.equal(
        execFileSync("tar", ["-xzOf", "-"], { input: layer, encoding: "utf8" }),
        `quay.io/team/app:1.0\nlinux/${architecture}\nrevision 1\n`,
      );
    }
    assert.equal(image.manifests.size, 3);
    assert.equal(image.blobs.size, 4);
  });

  it("have layers with one file for everybody to read, as tar archives of whole blocks", () => {
    const octal = (archive: Buffer, at: number, length: number) => archive.subarray(at, at + length).toString("ascii");
    for (const [size, blocks] of [
      [0, 3],
      [1, 4],
      [511, 4],
      [512, 4],
      [513, 5],
    ] as const) {
      const content = Buffer.alloc(size, "x");
      const archive = tarFile("a.txt", content);
      assert.equal(archive.length, blocks * 512);
      assert.deepEqual(archive.subarray(512, 512 + size), content);
      assert.ok(archive.subarray(512 + size).every((byte) => byte === 0));
      // The format is ustar: IEEE Std 1003.1, pax.
      assert.equal(octal(archive, 0, 100), "a.txt".padEnd(100, "\0"));
      assert.equal(octal(archive, 100, 24), "0000644\0" + "0000000\0" + "0000000\0");
      assert.equal(octal(archive, 124, 24), `${size.toString(8).padStart(11, "0")}\0${"0".repeat(11)}\0`);
      assert.equal(octal(archive, 156, 1), "0");
      assert.equal(octal(archive, 257, 8), "ustar\0" + "00");
      const header = Buffer.from(archive.subarray(0, 512)).fill(" ", 148, 156);
      const sum = header.reduce((total, byte) => total + byte, 0);
      assert.equal(octal(archive, 148, 8), `${sum.toString(8).padStart(6, "0")}\0 `);
    }
  });

  it("are the same for the same name and revision only", () => {
    assert.equal(buildImage("quay.io", "team/app", "1.0", 1).digest, image.digest);
    for (const other of [
      buildImage("ghcr.io", "team/app", "1.0", 1),
      buildImage("quay.io", "team/other", "1.0", 1),
      buildImage("quay.io", "team/app", "1.1", 1),
      buildImage("quay.io", "team/app", "1.0", 2),
    ]) {
      assert.notEqual(other.digest, image.digest);
    }
  });

  it("are known for each registry that ECR can cache, and for any host of Azure the same", () => {
    const hosts = ["registry-1.docker.io", "ghcr.io", "quay.io", "registry.k8s.io", "public.ecr.aws"];
    for (const host of [...hosts, "registry.gitlab.com", "cgr.dev"])
      assert.notDeepEqual(catalogueOf(host), catalogueOf("contoso.azurecr.io"), host);
    assert.deepEqual(catalogueOf("registry-1.docker.io")["library/busybox"], ["latest", "1.36"]);
    for (const host of ["contoso.azurecr.io", "constructor"])
      assert.deepEqual(Object.keys(catalogueOf(host)), ["team/app", "app"]);
  });

  it("are published anew with a tag, while the ones before stay", () => {
    const registry = new StandInRegistry("quay.io");
    const first = registry.image("prometheus/prometheus", "latest") ?? assert.fail();
    assert.equal(registry.image("prometheus/prometheus", "latest"), first);
    const second = registry.publish("prometheus/prometheus", "latest");
    assert.notEqual(second, first.digest);
    assert.equal(registry.image("prometheus/prometheus", "latest")?.digest, second);
    const digests = () => registry.imagesOf("prometheus/prometheus").map(({ digest }) => digest);
    assert.ok(digests().includes(first.digest) && digests().includes(second));
    assert.deepEqual(registry.tags("prometheus/prometheus"), ["latest", "v3.0.1"]);
    assert.equal(registry.imagesOf("prometheus/prometheus").length, 3);
    assert.equal(registry.publish("own/app", "1"), buildImage("quay.io", "own/app", "1", 1).digest);
    assert.deepEqual([registry.tags("own/app"), registry.tags("own")], [["1"], []]);
    assert.equal(registry.imagesOf("own/app").length, 1);
    assert.equal(registry.image("own/app", "2"), undefined);
  });

  it("come from hosts that issue tokens as the real ones do", () => {
    const hosts: [host: string, issuer: string | undefined, path: string, service: string, credentials: boolean][] = [
      ["registry-1.docker.io", "auth.docker.io", "/token", "registry.docker.io", true],
      ["ghcr.io", "ghcr.io", "/token", "ghcr.io", true],
      ["registry.gitlab.com", "gitlab.com", "/jwt/auth", "container_registry", true],
      ["cgr.dev", "cgr.dev", "/token", "cgr.dev", true],
      ["quay.io", "quay.io", "/v2/auth", "quay.io", false],
      ["public.ecr.aws", "public.ecr.aws", "/token/", "public.ecr.aws", false],
      ["contoso.azurecr.io", "contoso.azurecr.io", "/oauth2/token", "contoso.azurecr.io", true],
    ];
    for (const [name, host, path, service, credentials] of hosts) {
      assert.deepEqual(upstreamHost(name), { tokens: { host, path, service }, credentials });
      assert.equal(tokenIssuer(host ?? "", path), name);
      assert.equal(tokenIssuer(host ?? "", `${path}x`), undefined);
    }
    assert.deepEqual(upstreamHost("registry.k8s.io"), { credentials: false });
    for (const name of ["quay.io", "auth.docker.io", "gitlab.com", "contoso.azurecr.io", "registry.k8s.io"])
      assert.equal(isUpstreamHost(name), true, name);
    for (const name of ["example.com", "docker.io", "four.azurecr.io"]) assert.equal(isUpstreamHost(name), false, name);
    for (const name of [
      "example.com",
      "four.azurecr.io",
      "contoso.azurecr.io.example.com",
      "x.contoso.azurecr.io",
      "constructor",
    ])
      assert.equal(upstreamHost(name), undefined, name);
    assert.equal(tokenIssuer("registry.k8s.io", "/token"), undefined);
  });

  it("that fail become errors of the OCI distribution API, with ECR's codes", () => {
    for (const [error, failureCode, code, status] of [
      [new UpstreamDenied("no"), "UpstreamAccessDenied", "DENIED", 403],
      [new UpstreamLimited("no"), "UpstreamTooManyRequests", "TOOMANYREQUESTS", 429],
      [new UpstreamUnavailable("no"), "UpstreamUnavailable", "UNAVAILABLE", 503],
    ] as const) {
      const failure = upstreamFailure(error);
      assert.deepEqual(
        [failure?.failureCode, failure?.code, failure?.status, failure?.cause],
        [failureCode, code, status, error],
      );
      assert.match(failure?.message ?? "", /no$/);
    }
    assert.equal(upstreamFailure(new Error("no")), undefined);
    const replies = [
      [noRepository("a/b", "111122223333"), 404, "NAME_UNKNOWN", /'a\/b'.*'111122223333'/],
      [noImage(), 404, "MANIFEST_UNKNOWN", /not found/],
      [
        denied("root", "ecr:BatchGetImage", "arn"),
        403,
        "DENIED",
        /^User: root is not authorized .*BatchGetImage .*arn$/,
      ],
    ] as const;
    for (const [error, status, code, message] of replies) {
      const reply = registryReply(error);
      const [found] = JSON.parse(String(reply.body)).errors;
      assert.deepEqual([reply.status, found.code], [status, code]);
      assert.match(found.message, message);
      assert.deepEqual(reply.headers, {
        "content-type": "application/json",
        "docker-distribution-api-version": "registry/2.0",
      });
    }
  });
});

describe("emulator: names of AWS", () => {
  it("are registries only with an account and a Region, at the end of the host", () => {
    const host = registryHost("111122223333", "eu-west-1");
    assert.deepEqual(parseRegistryHost(host), { account: "111122223333", region: "eu-west-1" });
    for (const other of [`${host}.cn`, `${host}:443`, `x${host}`, host.slice(1), host.replace(".dkr", ""), "quay.io"])
      assert.equal(parseRegistryHost(other), undefined, other);
  });

  it("are in the partition of their Region", () => {
    for (const [region, partition] of [
      ["eu-west-1", "aws"],
      ["cn-north-1", "aws-cn"],
      ["us-gov-west-1", "aws-us-gov"],
    ] as const) {
      assert.equal(partitionOf(region), partition);
      assert.ok(isKnownRegion(region));
      assert.equal(
        repositoryArn("111122223333", region, "a/b"),
        `arn:${partition}:ecr:${region}:111122223333:repository/a/b`,
      );
    }
    for (const region of ["eu-west-9", "", "eu"]) assert.equal(isKnownRegion(region), false);
  });

  it("are ARNs with six parts, of which the Region and the account may be empty", () => {
    assert.deepEqual(parseArn("arn:aws:secretsmanager:eu-west-1:111122223333:secret:a:b"), {
      partition: "aws",
      service: "secretsmanager",
      region: "eu-west-1",
      account: "111122223333",
      resource: "secret:a:b",
    });
    assert.deepEqual(parseArn("arn:aws:s3:::bucket"), {
      partition: "aws",
      service: "s3",
      region: "",
      account: "",
      resource: "bucket",
    });
    for (const text of ["", "arn", "arn:aws:s3::", "x:aws:s3:::b", "arn::s3:::b", "arn:aws::::b"])
      assert.equal(parseArn(text), undefined, text);
  });
});
