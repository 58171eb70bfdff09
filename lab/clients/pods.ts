import assert from "node:assert/strict";
import { images } from "./cases";

interface Container {
  name: string;
  image: string;
}

export interface Pod {
  apiVersion: "v1";
  kind: "Pod";
  metadata: { name: string; namespace: string };
  spec: { containers: Container[]; initContainers?: Container[] | null; ephemeralContainers?: Container[] | null };
}

export function pod(spec: Pod["spec"]): Pod {
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "checked", namespace: "default" }, spec };
}

/** A Pod with every image as a container and, in the same order, as an init container. */
export function podWithAllImages(): Pod {
  return pod({
    containers: images.map(([image], index) => ({ name: `c${index}`, image })),
    initContainers: images.map(([image], index) => ({ name: `i${index}`, image })),
  });
}

/** Checks every image, and that the containers kept their order: init containers run in order. */
export function assertRewritten(result: Pod | undefined): void {
  for (const [list, letter] of [
    [result?.spec.containers, "c"],
    [result?.spec.initContainers, "i"],
  ] as const) {
    assert.deepEqual(
      list?.map(({ name, image }) => [name, image]),
      images.map(([, expected], index) => [`${letter}${index}`, expected]),
    );
  }
}
