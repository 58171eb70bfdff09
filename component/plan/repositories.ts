import type { Upstream } from "../catalogue";
import { repositoriesUnder } from "../iam/ecr";
import { DOCKER_HUB, domainOf } from "../images/hosts";
import { PATH_LENGTH } from "../images/parse";
import type { Issue } from "../problems/issue";
import { formatPath, shown, write } from "../problems/print";
import type { EntryPlan } from "./model";

/** Problems with the repositories that an entry lists, by the rules of its upstream. */
export function repositoryIssues(
  key: string,
  prefixes: Prefixes,
  repositories: readonly string[],
  upstream: Upstream,
): Issue[] {
  return repositories.flatMap((repository, index) => {
    const message =
      repositories.indexOf(repository) < index
        ? "is listed twice"
        : repositoryProblem(repository, prefixes, domainOf(upstream.host));
    return message ? [{ path: ["registries", key, "repositories", index], message }] : [];
  });
}

interface Prefixes {
  /** Of the cache, or ROOT. */
  readonly prefix: string;
  /** Without a slash at the end. */
  readonly upstreamPrefix?: string;
}

function repositoryProblem(
  repository: string,
  { prefix, upstreamPrefix = "ROOT" }: Prefixes,
  upstream: string,
): string | undefined {
  const { length } = repositoriesUnder(prefix, repository).replaceAll("*", "");
  if (length > PATH_LENGTH) {
    return `with the prefix it has ${length} characters; a reference allows at most ${PATH_LENGTH} for the repository`;
  }
  const [host = "", ...path] = repository.split("/");
  if (path.length > 0 && domainOf(host) === upstream) {
    const name = upstream === DOCKER_HUB && path.length === 1 ? `library/${path[0]}` : path.join("/");
    return `must name a repository of ${upstream} without the host${write(name)}`;
  }
  return upstream === DOCKER_HUB ? dockerHubProblem(repository, upstreamPrefix) : undefined;
}

/** Every Docker Hub repository has a namespace, which may be the upstream prefix, and a name. */
function dockerHubProblem(repository: string, upstreamPrefix: string): string | undefined {
  const [first, ...rest] = repository.split("/");
  if (upstreamPrefix !== "ROOT") {
    if (rest.length === 0) return undefined;
    return `comes after the upstreamPrefix, so it has one part${first === upstreamPrefix ? write(rest.join("/")) : ""}`;
  }
  if (rest.length > 1) return 'no repository of Docker Hub has more than two parts, as in "library/nginx"';
  if (rest.length === 1 || repository.startsWith("*")) return undefined;
  return `Docker Hub has its official images in "library"${write(`library/${repository}`)}, or end it in "/*" for a namespace`;
}

/**
 * IAM adds up permissions. If another cache's prefix contains this one, its permissions would let others into this one
 * too.
 */
export function openRepositoryIssues(entries: readonly EntryPlan[]): Issue[] {
  return entries.flatMap(({ key, prefix, repositories }) => {
    if (repositories === undefined || prefix === "ROOT") return [];
    const around = entries.find((other) => isAround(other, prefix));
    if (around === undefined) return [];
    const message = `would have no effect: the permissions for ${formatPath(["registries", around.key])} (prefix ${shown(around.prefix)}) cover ${shown(`${prefix}/`)} too, because an IAM permission cannot exclude names. Give that entry "repositories" too, with none that match names in ${shown(`${prefix}/`)}`;
    return [{ path: ["registries", key, "repositories"], message }];
  });
}

function isAround({ prefix: outer, repositories }: EntryPlan, inner: string): boolean {
  if (outer !== "ROOT" && !inner.startsWith(`${outer}/`)) return false;
  if (repositories === undefined) return true;
  const inside = outer === "ROOT" ? `${inner}/` : `${inner.slice(outer.length + 1)}/`;
  return repositories.some((repository) => {
    const [start = "", ...rest] = repository.split("*");
    return start.startsWith(inside) || (rest.length > 0 && inside.startsWith(start));
  });
}
