import { formatPath, planRegistries } from "pulumi-pull-through-cache/plan";
import { type Document, parseDocument } from "yaml";
import { unusable } from "../exit";
import type { Cache, DeclaredTemplate } from "./model";

/** A file with ECR's limit of 50 rules is much shorter, and the parser takes long for repeated keys. */
const LONGEST = 1_000_000;

/**
 * The caches of a registries file. Only the template settings in the entry itself count as declared, because the
 * program that uses the file may have defaults for the rest.
 */
export function cachesOfFile(text: string, name: string, regions: readonly string[]): Cache[] {
  if (text.length > LONGEST) throw unusable(name, ["is longer than 1,000,000 characters"]);
  const document = parseDocument(text, { prettyErrors: false });
  const map = document.errors.length === 0 ? contentOf(document) : undefined;
  if (typeof map !== "object" || map === null || Array.isArray(map)) {
    throw unusable(name, ["is not a YAML map of registries"]);
  }
  const registries = map as { [key: string]: Settings | null };
  const planned = planRegistries("cache", registries);
  if (!planned.ok) {
    throw unusable(
      name,
      planned.issues.map(({ path, message }) => `${formatPath(path.slice(1))}: ${message}`),
    );
  }
  return regions.flatMap((region) =>
    planned.entries.map(({ key, prefix, upstream, upstreamRepositoryPrefix, template, repositories }): Cache => {
      const own = registries[key] ?? {};
      const declared: DeclaredTemplate = {
        ...(own.lifecycle !== undefined && { lifecyclePolicy: template.lifecyclePolicy }),
        ...(own.tagMutability !== undefined && { imageTagMutability: template.imageTagMutability }),
        ...(own.encryption !== undefined && { encryptionType: template.encryption.type }),
        ...(own.repositoryPolicy !== undefined && { repositoryPolicy: own.repositoryPolicy }),
      };
      const rule = {
        upstreamRegistryUrl: upstream.host,
        upstreamRepositoryPrefix,
        credentialArn: own.credentialArns?.[region] ?? own.credentialArn,
        customRoleArn: own.roleArn,
      };
      return {
        region,
        isRegionAssumed: true,
        prefix,
        upstream: upstream.host,
        upstreamPrefix: upstreamRepositoryPrefix,
        repositories,
        declared: { rule, template: declared },
      };
    }),
  );
}

/** Undefined if aliases make it too large. */
function contentOf(document: Document): unknown {
  try {
    return document.toJSON();
  } catch {
    return undefined;
  }
}

/** The settings of an entry. Its shape has been checked. */
interface Settings {
  readonly lifecycle?: object;
  readonly tagMutability?: string;
  readonly encryption?: object;
  readonly repositoryPolicy?: string;
  readonly credentialArn?: string;
  readonly credentialArns?: { readonly [region: string]: string };
  readonly roleArn?: string;
}
