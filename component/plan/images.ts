import type { Upstream } from "../catalogue";
import { repositoriesUnder } from "../iam/ecr";
import { DOCKER_HUB, domainOf } from "../images/docker-hub";
import { PATH_LENGTH } from "../images/parse";
import type { Issue } from "../problems/issue";
import { formatPath, shown, write } from "../problems/print";
import type { EntryPlan } from "./model";

/** Problems with the images that an entry lists, by the rules of its upstream. */
export function imageIssues(key: string, prefix: string, images: readonly string[], upstream: Upstream): Issue[] {
  return images.flatMap((image, index) => {
    const message =
      images.indexOf(image) < index ? "is listed twice" : imageProblem(image, prefix, domainOf(upstream.host));
    return message ? [{ path: ["registries", key, "images", index], message }] : [];
  });
}

function imageProblem(image: string, prefix: string, upstream: string): string | undefined {
  const { length } = repositoriesUnder(prefix, image).replaceAll("*", "");
  if (length > PATH_LENGTH) {
    return `with the prefix it has ${length} characters; a reference allows at most ${PATH_LENGTH} for the repository`;
  }
  const [host = "", ...path] = image.split("/");
  if (path.length > 0 && domainOf(host) === upstream) {
    const name = upstream === DOCKER_HUB && path.length === 1 ? `library/${path[0]}` : path.join("/");
    return `must name a repository of ${upstream} without the host${write(name)}`;
  }
  return upstream === DOCKER_HUB ? dockerHubProblem(image) : undefined;
}

/** Every Docker Hub repository has a namespace and a name. */
function dockerHubProblem(image: string): string | undefined {
  const parts = image.split("/").length;
  if (parts > 2) return 'no repository of Docker Hub has more than two parts, as in "library/nginx"';
  if (parts === 2 || image.startsWith("*")) return undefined;
  return `Docker Hub has its official images in "library"${write(`library/${image}`)}, or end it in "/*" for a namespace`;
}

/**
 * IAM adds up permissions. If another cache's prefix contains this one, its permissions would let images into this one
 * too.
 */
export function openImageIssues(entries: readonly EntryPlan[]): Issue[] {
  return entries.flatMap(({ key, prefix, images }) => {
    if (images === undefined || prefix === "ROOT") return [];
    const around = entries.find((other) => isAround(other, prefix));
    if (around === undefined) return [];
    const message = `would have no effect: the permissions for ${formatPath(["registries", around.key])} (prefix ${shown(around.prefix)}) cover ${shown(`${prefix}/`)} too, because an IAM permission cannot exclude names. Give that entry "images" too, with none that match names in ${shown(`${prefix}/`)}`;
    return [{ path: ["registries", key, "images"], message }];
  });
}

function isAround({ prefix: outer, images }: EntryPlan, inner: string): boolean {
  if (outer !== "ROOT" && !inner.startsWith(`${outer}/`)) return false;
  if (images === undefined) return true;
  const inside = outer === "ROOT" ? `${inner}/` : `${inner.slice(outer.length + 1)}/`;
  return images.some((image) => {
    const [start = "", ...rest] = image.split("*");
    return start.startsWith(inside) || (rest.length > 0 && inside.startsWith(start));
  });
}
