import type { CacheRule } from "../images";
import { cacheEnvironment } from "./environment";

/**
 * A file for `docker buildx bake -f docker-bake.hcl -f <this file>` (name it `*.json`). It has every name of
 * `cacheEnvironment` as a variable, which the environment may override, and a target `pull-through-cache` that passes
 * them as build arguments. Other targets inherit them with `inherits = ["pull-through-cache"]`, and their Dockerfiles
 * declare them with the lines of `dockerfileArgs`.
 *
 * Source: Docker Docs, "Bake file reference".
 *
 * @throws Error if two upstreams would get the same name.
 */
export function bakeFile(rules: readonly CacheRule[]): string {
  const values = Object.entries(cacheEnvironment(rules));
  const file = {
    variable: Object.fromEntries(values.map(([name, url]) => [name, { default: url }])),
    target: { "pull-through-cache": { args: Object.fromEntries(values.map(([name]) => [name, `\${${name}}`])) } },
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}
