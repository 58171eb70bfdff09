import assert from "node:assert/strict";
import { images } from "./cases";

interface Container {
  name: string;
  image: string;
}

export interface Pod {
  apiVersion: "v1";
  kind: "Pod";
  metadata: {
    name: string;
    namespace: string;
    ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean }[];
  };
  spec: {
    containers: Container[];
    initContainers?: Container[] | null;
    ephemeralContainers?: Container[] | null;
    volumes?: { name: string; image?: { reference?: string } }[];
  };
}

export function pod(spec: Pod["spec"]): Pod {
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "checked", namespace: "default" }, spec };
}

/** A Pod with every image as a container and, in the same order, as an init container and a volume. */
export function podWithAllImages(): Pod {
  return pod({
    containers: images.map(([image], index) => ({ name: `c${index}`, image })),
    initContainers: images.map(([image], index) => ({ name: `i${index}`, image })),
    volumes: [
      { name: "empty" },
      ...images.map(([image], index) => ({ name: `v${index}`, image: { reference: image } })),
    ],
  });
}

/** The image that a policy makes of one: digests stay. */
function policyImage([image, expected]: (typeof images)[number]): string {
  return image.includes("@") ? image : expected;
}

/** Checks every image, and that the containers kept their order: init containers run in order. */
export function assertRewritten(result: Pod | undefined, hasVolumes = true): void {
  for (const [list, letter] of [
    [result?.spec.containers, "c"],
    [result?.spec.initContainers, "i"],
  ] as const) {
    assert.deepEqual(
      list?.map(({ name, image }) => [name, image]),
      images.map((image, index) => [`${letter}${index}`, policyImage(image)]),
    );
  }
  if (!hasVolumes) return;
  const [, ...volumes] = result?.spec.volumes ?? [];
  assert.deepEqual(
    volumes.map((volume) => volume.image?.reference),
    images.map(policyImage),
  );
}

/** A Pod that an operator created, and would create again if its image changed. */
export function podOfOperator(): Pod {
  const owner = { apiVersion: "postgresql.cnpg.io/v1", kind: "Cluster", name: "orders", uid: "1", controller: true };
  const owned = pod({ containers: [{ name: "postgres", image: "ghcr.io/cloudnative-pg/postgresql:18.1" }] });
  return { ...owned, metadata: { ...owned.metadata, ownerReferences: [owner] } };
}
