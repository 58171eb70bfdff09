import { around } from "../values";
import type { Argument } from "./argument";
import { rule, secret, template } from "./calls";
import { registry } from "./component-args";
import { texts } from "./samples";

/** Arguments of a pull through cache rule. */
export const RULES: readonly Argument[] = [
  {
    path: "registries.cache.prefix",
    args: (prefix: string) => registry({ prefix }),
    calls: (prefix: string) => [
      template({ prefix }),
      rule({ ecrRepositoryPrefix: prefix }),
      secret({ Name: `ecr-pullthroughcache/${prefix}-0123456789abcdef0123456789` }),
    ],
    values: () => [...texts("ecr", "PullThroughCacheRuleRepositoryPrefix"), ...texts("ecr", "Prefix")],
  },
  {
    path: "registries.cache.upstreamPrefix",
    args: (upstreamPrefix: string) => registry({ registry: "quay", upstreamPrefix }),
    calls: (upstreamRepositoryPrefix: string) => [rule({ upstreamRegistryUrl: "quay.io", upstreamRepositoryPrefix })],
    values: () => texts("ecr", "PullThroughCacheRuleRepositoryPrefix"),
  },
  {
    path: "registries.cache.repositories",
    args: (repositories: string[]) => registry({ repositories }),
    calls: (repositories: string[]) =>
      repositories.map((name) => ({
        service: "ecr",
        operation: "CreateRepository",
        input: { repositoryName: `cache/${name.replaceAll("*", "a")}` },
      })),
    values: () =>
      ["*", "a*", "*-a", "a/*", "a/*/b", "*/a*", "a.*", "-*", "*-", "a/", "/a", "a//b", "a__*", "a?", "A", "a:1", "$*"]
        .concat(texts("ecr", "RepositoryName") as string[])
        .concat(around(249, 250).map((length) => "a".repeat(length)))
        .map((image) => [image]),
  },
  {
    path: "registries.cache.credentialArn",
    args: (credentialArn: string) => registry({ registry: "ghcr.io", credentialArn }),
    calls: (credentialArn: string) => [rule({ upstreamRegistryUrl: "ghcr.io", credentialArn })],
    values: () => texts("ecr", "CredentialArn"),
    shapesOnly: true,
  },
];
