import { isCacheSecret } from "../aws/caches/credential";
import { isForCache, prefixLabel } from "../aws/caches/template";
import { creationTemplate, secret } from "../aws/types";
import { type AnyResource, resourcePolicy, stringList } from "../kit/policy";
import { fieldsOf, json, read, type Unknown, unknown, type Value } from "../kit/values";
import { fail, ifConcerned, pass, undecided, type Verdict } from "../kit/verdict";

interface Config {
  readonly tags: readonly string[];
}

export const requiredTags = resourcePolicy<Config>({
  name: "required-tags",
  displayName: "Cached repositories and secrets have the required tags",
  rule: "A creation template for pull through caches (resourceTags) and a cache secret (tags) must have the required tags.",
  why: "The repositories that the cache creates cost money, and without tags nobody knows whose they are. The provider's default tags do not apply to them.",
  fix: "Add the tags to resourceTags of the template, which then needs a customRoleArn, or to tags of the secret.",
  snippet: `
resourceTags: { team: "shop" },
customRoleArn: role.arn,`,
  componentFix: "Add them to defaults.resourceTags (repositories) or tags (secrets) of the PullThroughCache.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-using-tags.html",
  enforcementLevel: "disabled",
  severity: "low",
  topic: "cost",
  label: prefixLabel,
  types: [creationTemplate, secret],
  config: {
    tags: stringList("Keys of the required tags. Empty: none."),
  },
  judge: judgeTags,
});

export function judgeTags(resource: AnyResource, config: Config): Verdict {
  // A secret whose name is not known yet is most likely not a cache's.
  const concerned = resource.type === secret ? isCacheSecret(resource) === true : isForCache(resource);
  return ifConcerned(concerned, judgeMissing(resource, config));
}

function judgeMissing(resource: AnyResource, config: Config): Verdict {
  const keys = resource.type === secret ? secretTags(resource) : keysOf(read(resource.props, "resourceTags"));
  if (keys === unknown) return undecided;
  const missing = config.tags.filter((tag) => !keys.includes(tag));
  if (missing.length === 0) return pass;
  return fail(
    `Missing tags: ${missing.join(", ")}.`,
    resource.type === secret ? "Add them to tags." : "Add them to resourceTags, with a customRoleArn that may tag.",
  );
}

function secretTags(resource: AnyResource): readonly string[] | Unknown {
  const own = keysOf(read(resource.props, "tags"));
  const defaults = json(read(resource.provider?.props ?? {}, "defaultTags"));
  const inherited = keysOf(defaults === unknown ? unknown : fieldsOf(defaults).tags);
  return own === unknown || inherited === unknown ? unknown : [...own, ...inherited];
}

function keysOf(tags: Value): readonly string[] | Unknown {
  return tags === unknown ? unknown : Object.keys(fieldsOf(tags));
}
