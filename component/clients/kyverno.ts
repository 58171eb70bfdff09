import type { CacheRule } from "../images";
import { DOCKER_HUB, DOCKER_HUB_ALIASES } from "../images/docker-hub";
import { cacheLocations, compileRules } from "../images/rules";
import { namePattern } from "./rewrites";
import { toYaml } from "./yaml";

/**
 * A Kyverno `ClusterPolicy` as YAML: Pods get the cache's image names when they are created, in containers, init
 * containers and ephemeral containers. Tags and digests are kept. It rewrites names like `cacheImage`.
 *
 * - Only Pods are changed, not the Deployments behind them, so that GitOps tools see no difference.
 * - Existing Pods and their ephemeral containers are not changed: Kubernetes would restart or refuse them.
 * - When Kyverno is down, Pods start with their original images (`failurePolicy: Ignore`).
 *
 * For Kyverno up to 1.19. `ClusterPolicy` has been deprecated since 1.17: use `kyvernoMutatingPolicy`. Kubernetes 1.36
 * or later does the same without Kyverno: `mutatingAdmissionPolicy`.
 *
 * Source: Kyverno, "Mutate Rules" (foreach) and "JMESPath".
 */
export function kyvernoPolicy(rules: readonly CacheRule[]): string {
  const context = [
    { name: "image", variable: { jmesPath: "element.image || ''" } },
    { name: "reference", variable: { jmesPath: withRegistry("image") } },
    { name: "fullName", variable: { jmesPath: withLibrary("reference") } },
    { name: "cachedImage", variable: { jmesPath: rewritten("fullName", rules) } },
  ];
  const foreach = (list: string, unless: object[] = []) => ({
    list: `request.object.spec.${list} || \`[]\``,
    context,
    preconditions: { all: [{ key: "{{ cachedImage }}", operator: "NotEquals", value: "" }, ...unless] },
    // By index: a strategic merge would move the changed containers to the front, and init containers run in order.
    patchesJson6902: `- op: replace\n  path: /spec/${list}/{{elementIndex}}/image\n  value: "{{ cachedImage }}"\n`,
  });
  const existing = {
    key: "{{ element.name }}",
    operator: "AnyNotIn",
    value: "{{ request.oldObject.spec.ephemeralContainers[].name || `[]` }}",
  };
  return toYaml([
    {
      apiVersion: "kyverno.io/v1",
      kind: "ClusterPolicy",
      metadata: {
        name: "pull-through-cache",
        annotations: { "pod-policies.kyverno.io/autogen-controllers": "none" },
      },
      spec: {
        background: false,
        failurePolicy: "Ignore",
        rules: [
          {
            name: "images",
            match: { any: [{ resources: { kinds: ["Pod"], operations: ["CREATE"] } }] },
            mutate: { foreach: [foreach("containers"), foreach("initContainers")] },
          },
          {
            name: "ephemeral-images",
            match: { any: [{ resources: { kinds: ["Pod/ephemeralcontainers"], operations: ["UPDATE"] } }] },
            mutate: { foreach: [foreach("ephemeralContainers", [existing])] },
          },
        ],
      },
    },
  ]);
}

/**
 * JMESPath for the name with its registry. A name without one, or with another of Docker Hub's names, is on Docker Hub.
 */
function withRegistry(image: string): string {
  const [first, hub] = [`split(${image}, '/')[0]`, raw(`${DOCKER_HUB}/`)];
  const aliases = DOCKER_HUB_ALIASES.map((alias) => replaced(image, `${alias}/`, `${DOCKER_HUB}/`));
  // The reference grammar's rule for the first part: a registry has a dot, a colon or a capital, or is localhost.
  const none = `(!contains(${image}, '/') || !(regex_match('[.:A-Z]', ${first}) || ${first} == 'localhost'))`;
  return [...aliases, `${image} != '' && ${none} && join('', [${hub}, ${image}])`, image].join(" || ");
}

/** JMESPath for the name with Docker Hub's `library/` if it needs it. */
function withLibrary(reference: string): string {
  const official = `starts_with(${reference}, ${raw(`${DOCKER_HUB}/`)}) && length(split(${reference}, '/')) == \`2\``;
  return `${official} && ${join(`${DOCKER_HUB}/library/`, `${DOCKER_HUB}/`, reference)} || ${reference}`;
}

/** JMESPath for the name in the cache, or `''` to keep the image. */
function rewritten(name: string, rules: readonly CacheRule[]): string {
  const not = (prefix: string) => `!starts_with(${name}, ${raw(prefix)})`;
  const rewrites = compileRules(rules).map(({ from, to, except, repositories }) => {
    const listed = repositories ? [`regex_match(${raw(namePattern(repositories))}, ${rest(from, name)})`] : [];
    return [...except.map(not), ...listed, replaced(name, from, to)].join(" && ");
  });
  const outsideOfCaches = cacheLocations(rules).map((location) => `${not(location)} && `);
  return `${outsideOfCaches.join("")}(${[...rewrites, "''"].join(" || ")}) || ''`;
}

function replaced(name: string, from: string, to: string): string {
  return `starts_with(${name}, ${raw(from)}) && ${join(to, from, name)}`;
}

function join(to: string, from: string, name: string): string {
  return `join('', [${raw(to)}, ${rest(from, name)}])`;
}

/** JMESPath for the rest of a name after `from`, or the whole name if it starts differently. */
function rest(from: string, name: string): string {
  return `trim_prefix(${name}, ${raw(from)})`;
}

/** A JMESPath raw string. */
function raw(text: string): string {
  return `'${text.replaceAll(/[\\']/g, "\\$&")}'`;
}
