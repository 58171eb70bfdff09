import type { CacheRule } from "../images";
import { DOCKER_HUB } from "../images/hosts";
import { cacheLocations, compileRules } from "../images/rules";
import { checked } from "./checked";
import type { PodPolicyOptions } from "./pod-policy";
import { namePattern, otherHostsOf } from "./rewrites";

/**
 * The part that a Kubernetes `MutatingAdmissionPolicy` and a Kyverno `MutatingPolicy` have in common: which requests
 * they match, and how CEL rewrites their images.
 */
export function podMutation(rules: readonly CacheRule[], options: PodPolicyOptions): object {
  const { namespaceSelector, objectSelector, operators = [], digests } = options;
  const resource = (operation: string, name: string) => ({
    apiGroups: [""],
    apiVersions: ["v1"],
    operations: [operation],
    resources: [name],
  });
  return {
    matchConstraints: {
      ...(namespaceSelector && { namespaceSelector }),
      ...(objectSelector && { objectSelector }),
      resourceRules: [resource("CREATE", "pods"), resource("UPDATE", "pods/ephemeralcontainers")],
    },
    matchConditions: [{ name: "no-operator", expression: noOperator(operators) }],
    variables: [
      { name: "images", expression: images(digests === "rewrite") },
      { name: "references", expression: each("images", withRegistry(rules)) },
      { name: "fullNames", expression: each("references", withLibrary()) },
      { name: "rewritten", expression: `${each("fullNames", inCache(checked(rules)))}.filter(c, c.image != "")` },
    ],
    mutations: [{ patchType: "ApplyConfiguration", applyConfiguration: { expression: patch() } }],
  };
}

/**
 * CEL for a Pod that no operator created. A static Pod belongs to its node, which starts it from a file.
 *
 * Source: Kubernetes Documentation, "Owners and Dependents" and "Create static Pods".
 */
function noOperator(operators: readonly string[]): string {
  const groups = ["apps", "batch", ...operators].map((group) => literal(`${group}/`)).join(", ");
  const isKnown = `o.apiVersion == "v1" && o.kind != "Node" || [${groups}].exists(g, o.apiVersion.startsWith(g))`;
  return `request.operation != "CREATE" || object.metadata.?ownerReferences.orValue([])
  .all(o, !o.?controller.orValue(false) || ${isKnown})`;
}

const LISTS = ["containers", "initContainers", "ephemeralContainers"] as const;

/** CEL for the images in a request, as maps of list, name and image. */
function images(withDigests: boolean): string {
  const list = (field: string, image = "image") =>
    `object.spec.?${field}.orValue([])` +
    `.map(c, {"list": ${literal(field)}, "name": string(c.name), "image": string(c.?${image}.orValue(""))})`;
  const isNew = "!oldObject.spec.?ephemeralContainers.orValue([]).exists(o, o.name == c.name)";
  // Identifiers, the placeholder of Istio's injector, and digests.
  const isName = 'c.image != "" && c.image != "auto" && !c.image.startsWith("sha256:")';
  return `(request.operation == "CREATE"
  ? ${list("containers")}
    + ${list("initContainers")}
    + ${list("volumes", "image.reference")}
  : ${list("ephemeralContainers")}.filter(c, ${isNew})
).filter(c, ${isName}${withDigests ? "" : ' && !c.image.contains("@")'})`;
}

function each(variable: string, image: string): string {
  return `variables.${variable}.map(c, {"list": c.list, "name": c.name, "image": ${image}})`;
}

/** CEL for the name with its registry by its usual host. A name without one is on Docker Hub. */
function withRegistry(rules: readonly CacheRule[]): string {
  const hub = literal(`${DOCKER_HUB}/`);
  const usual = otherHostsOf(rules).map(
    ({ host, upstream }) => `${startsWith(`${host}/`)} ? ${literal(`${upstream}/`)} + ${rest(`${host}/`)}\n  : `,
  );
  // The reference grammar's rule for the first part: a registry has a dot, a colon or a capital, or is localhost.
  const none = `!c.image.matches("^([^/]*[.:A-Z][^/]*|localhost)/")`;
  return `\n  ${usual.join("")}${none} ? ${hub} + c.image\n  : c.image\n`;
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
  const volume = "Object.spec.volumes{name: c.name, image: Object.spec.volumes.image{reference: c.image}}";
  fields.push(`    volumes: variables.rewritten.filter(c, c.list == "volumes").map(c, ${volume})`);
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
