import assert from "node:assert/strict";
import fc from "fast-check";
import { dump, load } from "js-yaml";
import { readManifest } from "../../cli/manifests/manifest";
import { rewriteDocument } from "../../cli/rewrite/document";
import { createImageDecider, placeTable } from "../../component/images";
import { KUBERNETES_PLACES } from "../../component/images/places/kubernetes";
import { imagePaths, type KnownPlace } from "../../component/images/places/place";
import type { Pod } from "../../lab/clients/pods";
import { workloadUsesCache } from "../../policy-pack/policies/workload-uses-cache";
import { policies } from "../component/clients/policies";
import { rewrite } from "../component/rewrite/support";
import { messages, resource, rule } from "../policy-pack/support";
import { runCli } from "../support/cli";
import { REGISTRY, RULES, rulesFile } from "./rules";

type Manifest = { apiVersion: string; kind: string; [field: string]: unknown };

const TABLE = placeTable();
const DECIDER = createImageDecider(RULES);

/** The readers of manifests. Each returns the manifest as it would be deployed. */
const READERS: Record<string, (manifest: Manifest) => Promise<unknown>> = {
  rewriteImages: async ({ apiVersion, kind, ...fields }) => {
    const { props } = await rewrite(`kubernetes:${groupOf(apiVersion)}:${kind}`, fields, {}, RULES);
    return { apiVersion, kind, ...(props ?? fields) };
  },
  rewrite: async (manifest) => {
    const document = { text: dump(manifest, { lineWidth: -1 }), line: 1 };
    const read = readManifest(document, TABLE, /(?:)/);
    const { text } = rewriteDocument(document.text, read, DECIDER);
    return load(text);
  },
  "policy pack": async ({ apiVersion, kind, ...fields }) => {
    const workload = resource(`kubernetes:${groupOf(apiVersion)}:${kind}`, "a", fields);
    const advice = (await messages(workloadUsesCache, [...CACHES, workload])).flatMap((message) => {
      const [, image, cached] = /^(\S+) is not pulled through the cache\.\nWrite (\S+)\.\n/.exec(message) ?? [];
      return image === undefined || cached === undefined ? [] : [[image, cached] as const];
    });
    return { apiVersion, kind, ...followed(fields, new Map(advice)) };
  },
};

/** The resources of the rules. */
const CACHES = RULES.map(({ upstream, url }) => {
  const [, account, region, prefix] = /^(\d+)\.dkr\.ecr\.([\w-]+)\.[a-z.]+\/(.+)$/.exec(url) ?? [];
  return rule(`${prefix}`, {
    upstreamRegistryUrl: upstream,
    ecrRepositoryPrefix: prefix,
    registryId: account,
    ...{ region },
  });
});

function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`;
}

/** The fields with the images that a policy wants. */
function followed(fields: object, advice: ReadonlyMap<string, string>): object {
  return JSON.parse(
    JSON.stringify(fields, function (this: { tag?: string }, _key, value: unknown) {
      if (typeof value !== "string") return value;
      return advice.get(value) ?? advice.get(`${value}:${this.tag}`)?.replace(`:${this.tag}`, "") ?? value;
    }),
  ) as object;
}

/** The policies see Pods alone: those of operators stay, and no other kind is theirs. */
const POD_READERS = Object.fromEntries(
  Object.entries(policies(RULES).admit).map(([name, admit]) => [
    name,
    async (manifest: Manifest) => admit({ operation: "CREATE", object: manifest as unknown as Pod, oldObject: null }),
  ]),
);

/** A manifest of the kind with a value at a path. */
function manifestOf(place: KnownPlace, path: string, image: string): Manifest {
  const [kind = "", ...group] = place.kind.split(".");
  const apiVersion = group.length === 0 ? "v1" : `${group.join(".")}/v1`;
  const [steps = "", tag] = path.split(":");
  const end = image.lastIndexOf(":");
  const isApart = tag !== undefined && end > image.lastIndexOf("/");
  const value = isApart ? image.slice(0, end) : image;
  const nested = steps.split(".").reduceRight<unknown>((inner, step, index, all) => {
    const isLast = index === all.length - 1;
    const [name = "", ...lists] = step.split("[]");
    const sibling = isLast && isApart ? { [tag]: image.slice(end + 1) } : {};
    return { [name]: lists.reduce<unknown>((item) => [named(item)], inner), ...sibling };
  }, value) as object;
  return { apiVersion, kind, metadata: { name: "a", namespace: "b" }, ...nested };
}

/** Lists of Kubernetes are merged by name. */
function named(value: unknown): unknown {
  return typeof value === "object" && !Array.isArray(value) ? { name: "x", ...value } : value;
}

const DIGEST = `sha256:${"a".repeat(64)}`;
const CACHED = `${REGISTRY}/hub/library/nginx:1`;

/** What becomes of an image, wherever it stands. */
const ANSWERS: [image: string, answer: string][] = [
  ["nginx:1", CACHED],
  ["quay.io/org/app:2", `${REGISTRY}/quay/org/app:2`],
  [`nginx:1@${DIGEST}`, `nginx:1@${DIGEST}`],
  ["auto", "auto"],
  ["$(params.image)", "$(params.image)"],
  ["gcr.io/org/app:1", "gcr.io/org/app:1"],
  [CACHED, CACHED],
];

describe("all readers give the same answer", () => {
  for (const place of KUBERNETES_PLACES) {
    it(`${place.kind}: ${imagePaths(place).length} places`, async () => {
      for (const [index, path] of imagePaths(place).entries()) {
        // What becomes of an image does not depend on its place.
        for (const [image, answer] of index === 0 ? ANSWERS : ANSWERS.slice(0, 2)) {
          if (path.includes(":") && image.includes("@")) continue;
          const expected = manifestOf(place, path, place.stays === undefined ? answer : image);
          const given = manifestOf(place, path, image);
          const readers = { ...READERS, ...(place.kind === "Pod" && !image.includes("$") && POD_READERS) };
          for (const [reader, read] of Object.entries(readers)) {
            // A policy changes ephemeral containers when they are added to a Pod, not when it is created.
            if (reader in POD_READERS && path.includes("ephemeral")) continue;
            assert.deepEqual(plain(await read(given)), plain(expected), `${reader} ${path} ${image}`);
          }
        }
      }
    });
  }

  it("also audit, for Pods", async () => {
    for (const path of KUBERNETES_PLACES.filter(({ kind }) => kind === "Pod").flatMap(imagePaths)) {
      const pod = manifestOf({ kind: "Pod", source: "" }, path, "nginx:1");
      const input = JSON.stringify({ kind: "List", items: [pod] });
      const { stdout } = await runCli(["audit", "--rules", rulesFile(RULES), "--pods", "-", "--json"], { input });
      assert.equal(JSON.parse(stdout).findings[0]?.cached, CACHED, path);
    }
  });

  it("for every Pod", async () => {
    const image = fc.oneof(
      fc.constantFrom(...ANSWERS.map(([one]) => one).filter((one) => !one.includes("$"))),
      fc
        .tuple(
          fc.constantFrom("", "docker.io/", "index.docker.io/", "quay.io/", "ghcr.io/", "gcr.io/", "localhost/"),
          fc.constantFrom("app", "org/app", "library/app", "a/b/c"),
          fc.constantFrom("", ":1", `@${DIGEST}`, `:1@${DIGEST}`),
        )
        .map((parts) => parts.join("")),
    );
    const containers = (letter: string) =>
      fc
        .array(image, { maxLength: 3 })
        .map((all) => all.map((one, index) => ({ name: `${letter}${index}`, image: one })));
    const pods = fc.record({ containers: containers("c"), initContainers: containers("i") }).map(
      (spec): Manifest => ({
        ...{ apiVersion: "v1", kind: "Pod", metadata: { name: "a", namespace: "b" }, spec },
      }),
    );
    await fc.assert(
      fc.asyncProperty(pods, async (pod) => {
        const [expected, ...others] = await Promise.all(
          Object.values({ ...READERS, ...POD_READERS }).map((read) => read(structuredClone(pod))),
        );
        for (const other of others) assert.deepEqual(plain(other), plain(expected));
      }),
      { numRuns: 100 },
    );
  });
});

/** Compares plain data, whatever made it. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
