import type { Interest } from "../kit/requests";
import {
  creationTemplate,
  isJudged,
  lambdaFunction,
  pullThroughCacheRule,
  registryPolicy,
  scanningConfiguration,
} from "./types";

type Json = Readonly<Record<string, unknown>>;

/** The @pulumi/aws name of an @pulumi/aws-native type, with the properties that differ. */
interface Form {
  readonly type: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, (value: unknown) => unknown>>;
}

/** Source: pulumi/pulumi-aws-native, sdk/nodejs/ecr and lambda. */
const forms: Readonly<Record<string, Form>> = {
  "aws-native:ecr:PullThroughCacheRule": { type: pullThroughCacheRule },
  "aws-native:ecr:RepositoryCreationTemplate": {
    type: creationTemplate,
    names: { appliedFor: "appliedFors", encryptionConfiguration: "encryptionConfigurations" },
    values: { encryptionConfiguration: (block) => (isObject(block) ? [block] : block), resourceTags: tagMap },
  },
  "aws-native:ecr:RegistryScanningConfiguration": { type: scanningConfiguration },
  "aws-native:ecr:RegistryPolicy": { type: registryPolicy, names: { policyText: "policy" } },
  "aws-native:lambda:Function": { type: lambdaFunction },
};

/** The types that the policies check. Types of aws-native are translated to @pulumi/aws. */
export const interest: Interest = {
  isJudged,
  translationOf: (type) => {
    const form = forms[type];
    if (form === undefined) return undefined;
    const property = (name: string) => form.names?.[name] ?? name;
    return {
      type: form.type,
      property,
      properties: (properties) =>
        // Unknown values stay as the engine wrote them.
        Object.fromEntries(
          Object.entries(properties).map(([name, value]) => [property(name), form.values?.[name]?.(value) ?? value]),
        ),
    };
  },
};

function tagMap(tags: unknown): unknown {
  if (!Array.isArray(tags)) return tags;
  return Object.fromEntries(tags.map((tag) => (isObject(tag) ? [String(tag.key), tag.value] : [String(tag), tag])));
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
