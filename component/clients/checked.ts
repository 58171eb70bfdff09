import type { CacheRule } from "../images";

const HOST = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d+)?$/;
const PATH = /^[a-z0-9]+((\.|__?|-+|\/)[a-z0-9]+)*\/?$/;
const PATTERN = /^[a-z0-9*._/-]+$/;

/**
 * The rules, if they can be written into any format: hosts and paths have no quotes, line breaks or signs of a template.
 *
 * @throws Error that names the field and not its value.
 */
export function checked(rules: readonly CacheRule[]): readonly CacheRule[] {
  for (const [index, { upstream, url, upstreamPrefix, repositories = [] }] of rules.entries()) {
    const [host = "", ...path] = url.split("/");
    const problems = {
      upstream: !HOST.test(upstream),
      url: !HOST.test(host) || (path.length > 0 && !PATH.test(path.join("/"))),
      upstreamPrefix: upstreamPrefix !== undefined && upstreamPrefix !== "ROOT" && !PATH.test(upstreamPrefix),
      repositories: repositories.some((pattern) => !PATTERN.test(pattern)),
    };
    const [field] = Object.entries(problems).find(([, isWrong]) => isWrong) ?? [];
    if (field) throw new Error(`The cache rule ${index + 1} has a ${field} with characters that no image name has.`);
  }
  return rules;
}
