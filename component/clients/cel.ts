import type { CacheRule } from "../images";
import { DOCKER_HUB, DOCKER_HUB_ALIASES } from "../images/docker-hub";
import { cacheLocations, compileRules } from "../images/rules";
import { namePattern } from "./rewrites";

/**
 * The part that a Kubernetes `MutatingAdmissionPolicy` and a Kyverno `MutatingPolicy` have in common: which requests
 * they match, and how CEL rewrites their images.
 */
export function celMutation(rules: readonly CacheRule[]): object {
  const resource = (operation: string, name: string) => ({
    apiGroups: [""],
    apiVersions: ["v1"],
    operations: [operation],
    resources: [name],
  });
  return {
    matchConstraints: { resourceRules: [resource("CREATE", "pods"), resource("UPDATE", "pods/ephemeralcontainers")] },
    variables: [
      { name: "images", expression: images() },
      { name: "references", expression: each("images", withRegistry()) },
      { name: "fullNames", expression: each("references", withLibrary()) },
      { name: "rewritten", expression: `${each("fullNames", inCache(rules))}.filter(c, c.image != "")` },
    ],
    mutations: [{ patchType: "ApplyConfiguration", applyConfiguration: { expression: patch() } }],
  };
}

const LISTS = ["containers", "initContainers", "ephemeralContainers"] as const;

/** CEL for the images in a request, as maps of list, container name and image. */
function images(): string {
  const list = (field: (typeof LISTS)[number], filter = "has(c.image)") =>
    `object.spec.?${field}.orValue([]).filter(c, ${filter})` +
    `.map(c, {"list": ${literal(field)}, "name": string(c.name), "image": string(c.image)})`;
  const isNew = "has(c.image) && !oldObject.spec.?ephemeralContainers.orValue([]).exists(o, o.name == c.name)";
  return `request.operation == "CREATE"
  ? ${list("containers")}
    + ${list("initContainers")}
  : ${list("ephemeralContainers", isNew)}`;
}

function each(variable: string, image: string): string {
  return `variables.${variable}.map(c, {"list": c.list, "name": c.name, "image": ${image}})`;
}

/** CEL for the name with its registry. A name without one, or with another of Docker Hub's names, is on Docker Hub. */
function withRegistry(): string {
  const hub = literal(`${DOCKER_HUB}/`);
  const aliases = DOCKER_HUB_ALIASES.map((alias) => `${startsWith(`${alias}/`)} ? ${hub} + ${rest(`${alias}/`)}\n  : `);
  // The reference grammar's rule for the first part: a registry has a dot, a colon or a capital, or is localhost.
  const none = `!c.image.matches("^([^/]*[.:A-Z][^/]*|localhost)/")`;
  return `\n  ${aliases.join("")}${none} ? ${hub} + c.image\n  : c.image\n`;
}

/** CEL for the name with Docker Hub's `library/` if it needs it. */
function withLibrary(): string {
  const hub = `${DOCKER_HUB}/`;
  const official = `${startsWith(hub)} && !${rest(hub)}.contains("/")`;
  return `\n  ${official} ? ${literal(`${hub}library/`)} + ${rest(hub)}\n  : c.image\n`;
}

/** CEL for the name in the cache, or `""` to keep the image. */
function inCache(rules: readonly CacheRule[]): string {
  const cached = cacheLocations(rules).map((location) => `${startsWith(location)} ? ""`);
  const rewrites = compileRules(rules).map(({ from, to, except, repositories }) => {
    const listed = repositories ? [`${rest(from)}.matches(${literal(namePattern(repositories))})`] : [];
    const conditions = [startsWith(from), ...except.map((other) => `!${startsWith(other)}`), ...listed];
    return `${conditions.join(" && ")} ? ${literal(to)} + ${rest(from)}`;
  });
  return `\n  ${[...cached, ...rewrites, '""'].join("\n  : ")}\n`;
}

function patch(): string {
  const fields = LISTS.map((list) => {
    const changed = `variables.rewritten.filter(c, c.list == ${literal(list)})`;
    return `    ${list}: ${changed}.map(c, Object.spec.${list}{name: c.name, image: c.image})`;
  });
  return `Object{\n  spec: Object.spec{\n${fields.join(",\n")}\n  }\n}`;
}

function startsWith(text: string): string {
  return `c.image.startsWith(${literal(text)})`;
}

function rest(prefix: string): string {
  return `c.image.substring(${prefix.length})`;
}

/** A CEL string literal: JSON's escapes are a subset of CEL's. */
function literal(text: string): string {
  return JSON.stringify(text);
}
