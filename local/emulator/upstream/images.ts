import { gzipSync } from "node:zlib";
import { sha256 } from "../digest";

const INDEX = "application/vnd.oci.image.index.v1+json";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const CONFIG = "application/vnd.oci.image.config.v1+json";
const LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

/** A tar archive without files. What stands behind its end tells it from others. */
const archive = (name: string) => Buffer.concat([Buffer.alloc(1024), Buffer.from(name)]);

/** A manifest or blob. */
export interface Content {
  readonly mediaType: string;
  readonly body: Buffer;
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value));
const describe = (mediaType: string, body: Buffer) => ({ mediaType, digest: sha256(body), size: body.length });

/** A small image for Linux on amd64 and arm64: its parts, and last the index. The same name has the same bytes. */
export function buildImage(name: string): Content[] {
  const children = ["amd64", "arm64"].map((architecture) => {
    const tar = archive(`${name} for ${architecture}`);
    const layer = gzipSync(tar);
    const config = encode({
      architecture,
      os: "linux",
      config: { Cmd: ["/bin/true"], Labels: { "org.opencontainers.image.title": name } },
      rootfs: { type: "layers", diff_ids: [sha256(tar)] },
    });
    const descriptors = { config: describe(CONFIG, config), layers: [describe(LAYER, layer)] };
    const manifest = encode({ schemaVersion: 2, mediaType: MANIFEST, ...descriptors });
    const child = { ...describe(MANIFEST, manifest), platform: { architecture, os: "linux" } };
    const parts = [
      { mediaType: LAYER, body: layer },
      { mediaType: CONFIG, body: config },
      { mediaType: MANIFEST, body: manifest },
    ];
    return { child, parts };
  });
  const index = encode({ schemaVersion: 2, mediaType: INDEX, manifests: children.map(({ child }) => child) });
  return [...children.flatMap(({ parts }) => parts), { mediaType: INDEX, body: index }];
}

/**
 * A signature, an SBOM or the like of another manifest: its parts, and last its manifest. Source: OCI image
 * specification, manifest with a subject.
 */
export function buildReferrer(subject: string, artifactType: string): Content[] {
  const EMPTY = "application/vnd.oci.empty.v1+json";
  const [config, layer] = [encode({}), encode({ subject, artifactType })];
  const manifest = encode({
    ...{ schemaVersion: 2, mediaType: MANIFEST, artifactType },
    config: describe(EMPTY, config),
    layers: [describe(artifactType, layer)],
    subject: { mediaType: INDEX, digest: subject, size: 1 },
  });
  return [
    { mediaType: EMPTY, body: config },
    { mediaType: artifactType, body: layer },
    { mediaType: MANIFEST, body: manifest },
  ];
}
