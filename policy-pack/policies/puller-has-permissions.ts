import { isIn } from "../aws/caches/cached-image";
import { byLength, inCache, nameUnder, normalPrefix, root } from "../aws/caches/prefix";
import { type CacheRule, cacheRules } from "../aws/caches/rules";
import { type ScopeConfig, scope } from "../aws/caches/scope";
import { allows, permits } from "../aws/iam/permits";
import { policiesOf, type RolePolicies } from "../aws/iam/role-policies";
import { type Pull, pullsOf } from "../aws/images/pullers";
import { parseImage } from "../aws/images/reference";
import {
  creationTemplate,
  iamRole,
  pullThroughCache,
  registryPolicy,
  repository,
  repositoryPolicy,
} from "../aws/types";
import { any } from "../kit/logic";
import { type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { read, text, type Unknown, unknown, type Value } from "../kit/values";
import { all, fail, pass, undecided, type Verdict } from "../kit/verdict";

type Config = Pick<ScopeConfig, "cachePrefixes">;

/** Sources: Amazon ECR user guide, "Using Amazon ECR images with Amazon ECS", "IAM permissions required to sync". */
const logIn = "ecr:GetAuthorizationToken";
const pullActions = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchImportUpstreamImage"];
const createAction = "ecr:CreateRepository";

export const pullerHasPermissions = stackPolicy<Config>({
  name: "puller-has-permissions",
  displayName: "Whoever pulls may make the first pull",
  rule: "A role of the stack that pulls a cached image must be allowed to import it and to create its repository.",
  why: "Otherwise the first pull fails as not found. AWS's policies for ECS and EKS do not allow both, not even AmazonEC2ContainerRegistryPullOnly. Roles of other stacks are not checked.",
  fix: "Allow ecr:BatchImportUpstreamImage and ecr:CreateRepository on the cache's repositories in a policy of the role. If the registry policy of another stack allows them, exclude the role.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html",
  enforcementLevel: "advisory",
  mandatoryFrom: "1.0",
  severity: "high",
  topic: "availability",
  trigger: iamRole,
  config: { cachePrefixes: scope.cachePrefixes ?? {} },
  judge: judgeRoles,
});

/** What the stack tells about its caches. */
interface Caches {
  readonly rules: readonly CacheRule[];
  /** Prefixes of rules in other stacks. */
  readonly prefixes: readonly string[];
  /** Policies of the registry and of repositories. For whom they are is not looked at. */
  readonly policies: readonly Value[];
  /** Names of repositories that need not be created. */
  readonly declared: readonly Value[];
  readonly hasComponent: boolean;
}

export function judgeRoles(resources: readonly StackResource[], config: Config): Finding[] {
  const ofType = (...types: string[]) => resources.filter(({ type }) => types.includes(type));
  const caches: Caches = {
    rules: cacheRules(resources, { repositories: {} }).filter(({ prefix }) => prefix !== root),
    prefixes: config.cachePrefixes,
    policies: [
      ...ofType(registryPolicy, repositoryPolicy).map(({ props }) => read(props, "policy")),
      ...ofType(creationTemplate).map(({ props }) => read(props, "repositoryPolicy")),
    ],
    declared: ofType(repository).map(({ props }) => text(read(props, "name"))),
    hasComponent: ofType(pullThroughCache).length > 0,
  };
  if (caches.rules.length === 0 && caches.prefixes.length === 0) return [];
  return pullsOf(resources).flatMap((pull) => {
    const findings = pull.roles.map((role) => judgeRole(role, pull, caches, policiesOf(role, resources)));
    if (findings.some(({ verdict, note }) => verdict === pass && note === undefined)) return [];
    const open = findings.filter(({ verdict }) => verdict.violations.length === 0);
    return open.length > 0 ? open : findings;
  });
}

function judgeRole(role: StackResource, pull: Pull, caches: Caches, { documents, others }: RolePolicies): Finding {
  const may: May = (action, where) => any([permits(documents, action, where), allows(caches.policies, action, where)]);
  const verdict = all([
    ...cachedImages(pull, caches).map((images) => judgeCache(images, caches, may)),
    pull.open && caches.rules.some((rule) => mayLack(rule, may)) ? undecided : pass,
  ]);
  if (verdict.violations.length === 0) return { resource: role, verdict: verdict.undecided ? undecided : pass };
  if (others.length === 0) return { resource: role, verdict };
  const note = `puller-has-permissions: ${role.name} was not judged, because neither the stack nor this pack knows its policy ${others.join(", ")}.`;
  return { resource: role, verdict: pass, note };
}

type May = (action: string, repositories: string) => boolean | Unknown;

/** An image in a cache, and the ARNs of repositories around it. */
interface Cached {
  readonly reference: string;
  readonly path: string;
  readonly arn: (name: string) => string;
  readonly prefix: string;
}

/** The images by their cache. Pulling by digest imports nothing. Source: aws/containers-roadmap#2837. */
function cachedImages({ references }: Pull, { rules, prefixes }: Caches): readonly (readonly Cached[])[] {
  const caches = new Map<string, Cached[]>();
  for (const reference of references) {
    const image = parseImage(reference);
    if (image?.ecr === undefined || image.isPinned) continue;
    const { account, region } = image.ecr;
    const own = rules.filter((rule) => isIn(rule, image)).map((rule) => String(rule.prefix));
    const [prefix] = [...own, ...prefixes.filter((one) => inCache(one, image.path))].sort(byLength);
    if (prefix === undefined) continue;
    const partition = region.startsWith("eusc-") ? "aws-eusc" : "aws";
    const arn = (name: string) => `arn:${partition}:ecr:${region}:${account}:repository/${name}`;
    const cached = { reference, path: image.path, arn, prefix: normalPrefix(prefix) };
    caches.set(arn(cached.prefix), [...(caches.get(arn(cached.prefix)) ?? []), cached]);
  }
  return [...caches.values()];
}

/** Names one image of each cache, because one policy is the fix for all of them. */
function judgeCache(images: readonly Cached[], caches: Caches, may: May): Verdict {
  const verdicts = images.map((image) => judgeImage(image, caches, may));
  return verdicts.find(({ violations }) => violations.length > 0) ?? all(verdicts);
}

function judgeImage(image: Cached, { declared, hasComponent }: Caches, may: May): Verdict {
  const wanted = [logIn, ...pullActions, ...(declared.includes(image.path) ? [] : [createAction])];
  const answers = wanted.map((action) => ({ action, allowed: may(action, image.arn(image.path)) }));
  const missing = answers.filter(({ allowed }) => allowed === false).map(({ action }) => action);
  if (missing.length === 0) return answers.some(({ allowed }) => allowed === unknown) ? undecided : pass;
  const there = missing.filter((action) => action !== logIn).join(" and ");
  const parts = [
    ...(there === "" ? [] : [`${there} on ${image.arn(nameUnder(image.prefix, "*"))}`]),
    ...(missing.includes(logIn) ? [`${logIn} on *`] : []),
  ];
  return fail(
    `The first pull of ${image.reference} fails, because this role lacks ${missing.join(" and ")}.`,
    hasComponent
      ? "Name the role in pullerRoles of the PullThroughCache."
      : `Allow ${parts.join(", and ")} in a policy of the role.`,
  );
}

/** Whether an image of the cache that is not known yet may need what the role lacks. */
function mayLack({ prefix }: CacheRule, may: May): boolean {
  const repositories = `arn:*:ecr:*:*:repository/${typeof prefix === "string" ? nameUnder(prefix, "*") : "*"}`;
  return [logIn, ...pullActions, createAction].some((action) => may(action, repositories) !== true);
}
