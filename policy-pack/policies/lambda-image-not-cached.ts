import { type CacheScope, cacheScope, type ScopeConfig, scope } from "../aws/caches/scope";
import { imagesOf } from "../aws/images/places/read";
import { parseImage } from "../aws/images/reference";
import { lambdaFunction } from "../aws/types";
import { type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { unknown } from "../kit/values";
import { all, fail, pass, undecided, type Verdict } from "../kit/verdict";

type Config = Pick<ScopeConfig, "cachePrefixes">;

export const lambdaImageNotCached = stackPolicy<Config>({
  name: "lambda-image-not-cached",
  displayName: "Lambda functions do not pull through the cache",
  rule: "A Lambda function must not use an image below a cache prefix.",
  why: "AWS Lambda cannot pull through a cache: the image must already be there, and the lifecycle policy may expire it.",
  fix: "Copy the image to a repository that is not below a cache prefix, or that this stack declares if the prefix is ROOT.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html",
  enforcementLevel: "advisory",
  severity: "medium",
  topic: "availability",
  trigger: lambdaFunction,
  config: { cachePrefixes: scope.cachePrefixes ?? {} },
  judge: judgeFunctions,
});

export function judgeFunctions(resources: readonly StackResource[], config: Config): Finding[] {
  const caches = cacheScope(resources, { allRepositories: false, ...config });
  return resources
    .filter(({ type }) => type === lambdaFunction)
    .map((resource) => ({ resource, verdict: judgeFunction(resource, caches) }));
}

function judgeFunction(resource: StackResource, caches: CacheScope): Verdict {
  const { images, open } = imagesOf(resource);
  const mayConcern = open && caches.contains(resource, unknown) !== false;
  return all([
    ...images.map(({ reference }) => judgeImage(reference, resource, caches)),
    mayConcern ? undecided : pass,
  ]);
}

/** The image may be in another Region than the function, so its own account and Region are compared with the rules'. */
function judgeImage(reference: string, resource: StackResource, caches: CacheScope): Verdict {
  const { ecr, path } = parseImage(reference) ?? {};
  if (ecr === undefined || path === undefined) return pass;
  const inside = caches.contains({ ...resource, props: { registryId: ecr.account, region: ecr.region } }, path);
  if (inside === unknown) return undecided;
  return inside ? fail(`The image is in the repository ${path}, below a cache prefix.`) : pass;
}
