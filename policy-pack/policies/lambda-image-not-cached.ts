import { cacheScope, type ScopeConfig, scope } from "../aws/caches/scope";
import { lambdaFunction } from "../aws/types";
import { type AnyResource, type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { read, text, unknown } from "../kit/values";
import { fail, pass, undecided, type Verdict } from "../kit/verdict";

type Config = Pick<ScopeConfig, "cachePrefixes">;

const ecrImage = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)/;

export const lambdaImageNotCached = stackPolicy<Config>({
  name: "lambda-image-not-cached",
  displayName: "Lambda functions do not pull through the cache",
  rule: "A Lambda function must not use an image below a cache prefix.",
  why: "AWS Lambda cannot pull through a cache: the image must already be there, and the lifecycle policy may expire it.",
  fix: "Copy the image to a repository outside the cache.",
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
    .filter((resource) => resource.type === lambdaFunction)
    .map((resource) => ({ resource, verdict: judgeFunction(resource, caches) }));
}

function judgeFunction(resource: StackResource, caches: ReturnType<typeof cacheScope>): Verdict {
  const image = text(read(resource.props, "imageUri"));
  if (image === undefined) return pass;
  if (image === unknown) return caches.contains(resource, unknown) === false ? pass : undecided;
  const [, account = "", region = "", repository] = ecrImage.exec(image) ?? [];
  if (repository === undefined) return pass;
  const inside = caches.contains(registryOfImage(resource, account, region), repository);
  if (inside === unknown) return undecided;
  return inside ? fail(`The image is in the repository ${repository}, below a cache prefix.`) : pass;
}

/** The image may be in another Region than the function, so its own account and Region are compared with the rules'. */
function registryOfImage(resource: StackResource, account: string, region: string): AnyResource {
  return { ...resource, props: { registryId: account, region } };
}
