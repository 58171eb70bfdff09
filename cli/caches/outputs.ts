import { CannotRunError } from "../exit";
import { parseJson, string, type Values } from "./export";
import { type Cache, stripSlash } from "./model";

/** The caches in a stack's outputs, from `pulumi stack output --json`: any output with rules counts. */
export function cachesOfOutputs(text: string, name: string): Cache[] {
  const outputs = parseJson(text, "pulumi stack output --json", name);
  const found = new Map<string, Cache>();
  const listed = listedImages(outputs);
  for (const value of everything(outputs)) {
    const { ecrRepositoryPrefix: prefix, upstreamRegistryUrl: upstream, region, registryId } = value;
    const upstreamPrefix = string(value.upstreamRepositoryPrefix);
    if (typeof prefix !== "string" || typeof upstream !== "string" || typeof region !== "string") continue;
    found.set(`${region} ${prefix}`, {
      region,
      account: string(registryId),
      prefix: stripSlash(prefix),
      upstream,
      upstreamPrefix,
      repositories: listed.get(`${region} ${stripSlash(prefix)}`),
      declared: { rule: { upstreamRegistryUrl: upstream, upstreamRepositoryPrefix: upstreamPrefix } },
    });
  }
  if (found.size === 0) {
    throw new CannotRunError(
      `${name} names no cache: export the component's \`rules\` (\`export const rules = cache.rules;\`), or use --stack.`,
    );
  }
  return [...found.values()];
}

const CACHE_URL = /^[0-9]{12}\.dkr\.ecr\.([a-z0-9-]+)\.[a-z.]+(?:\/(.+))?$/;

/** The repositories that caches list, by Region and prefix, from the component's `cacheRules`. */
export function listedImages(outputs: unknown): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { url, repositories } of everything(outputs)) {
    const [, region, prefix = "ROOT"] = CACHE_URL.exec(String(url)) ?? [];
    if (region !== undefined && Array.isArray(repositories)) found.set(`${region} ${prefix}`, repositories.map(String));
  }
  return found;
}

/** All maps and lists in a value, however deep. */
function* everything(value: unknown): Generator<Values> {
  const pending = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next !== "object" || next === null) continue;
    yield next as Values;
    for (const inner of Object.values(next)) pending.push(inner);
  }
}
