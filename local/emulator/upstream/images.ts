import { gzipSync } from "node:zlib";
import { sha256 } from "../state/blobs";
import { tarFile } from "./tar";

export const INDEX = "application/vnd.oci.image.index.v1+json";
export const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const CONFIG = "application/vnd.oci.image.config.v1+json";
const LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";
const ARCHITECTURES = ["amd64", "arm64"];

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export interface StandInImage {
  /** Digest of the index, which names one manifest per architecture. */
  readonly digest: string;
  readonly manifests: ReadonlyMap<string, { mediaType: string; body: Buffer }>;
  readonly blobs: ReadonlyMap<string, Buffer>;
}

function describe(mediaType: string, body: Buffer): Descriptor {
  return { mediaType, digest: sha256(body), size: body.length };
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value));

/** A signature, an SBOM or the like of another manifest. Source: OCI image specification, manifest with a subject. */
export function buildReferrer(subject: string, artifactType: string): StandInImage {
  const config = encode({});
  const layer = encode({ subject, artifactType });
  const manifest = encode({
    ...{ schemaVersion: 2, mediaType: MANIFEST, artifactType },
    config: describe("application/vnd.oci.empty.v1+json", config),
    layers: [describe(artifactType, layer)],
    subject: { mediaType: INDEX, digest: subject, size: 1 },
  });
  return {
    digest: sha256(manifest),
    manifests: new Map([[sha256(manifest), { mediaType: MANIFEST, body: manifest }]]),
    blobs: new Map([config, layer].map((blob) => [sha256(blob), blob])),
  };
}

/** A small image for Linux on amd64 and arm64. The same arguments always produce the same bytes. */
export function buildImage(host: string, repository: string, tag: string, revision: number): StandInImage {
  const manifests = new Map<string, { mediaType: string; body: Buffer }>();
  const blobs = new Map<string, Buffer>();
  const children = ARCHITECTURES.map((architecture) => {
    const text = `${host}/${repository}:${tag}\nlinux/${architecture}\nrevision ${revision}\n`;
    const tar = tarFile("image.txt", Buffer.from(text));
    const layer = gzipSync(tar, { level: 9 });
    const config = encode({
      architecture,
      os: "linux",
      config: { Cmd: ["/bin/true"], Labels: { "org.opencontainers.image.source": `${host}/${repository}` } },
      rootfs: { type: "layers", diff_ids: [sha256(tar)] },
    });
    blobs.set(sha256(layer), layer).set(sha256(config), config);
    const manifest = encode({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: describe(CONFIG, config),
      layers: [describe(LAYER, layer)],
    });
    manifests.set(sha256(manifest), { mediaType: MANIFEST, body: manifest });
    return { ...describe(MANIFEST, manifest), platform: { architecture, os: "linux" } };
  });
  const index = encode({ schemaVersion: 2, mediaType: INDEX, manifests: children });
  manifests.set(sha256(index), { mediaType: INDEX, body: index });
  return { digest: sha256(index), manifests, blobs };
}
