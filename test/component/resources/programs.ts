import type * as pulumi from "@pulumi/pulumi";
import type { PullThroughCacheArgs } from "../../../component/args";
import { PullThroughCache } from "../../../component/index";
import { ACCOUNT, type Answers, Monitor, REGION } from "./monitor";

export const ROLE = `arn:aws:iam::${ACCOUNT}:role/team/a/puller`;
export const OTHER = "444455556666";
/** A registry of another account. */
export const OTHER_ECR = `${OTHER}.dkr.ecr.eu-west-1.amazonaws.com`;
export const TOKEN = { username: "someone", accessToken: "a-token" };

/** One of everything that the component can create. */
export const EVERYTHING: PullThroughCacheArgs = {
  registries: {
    dockerhub: {
      repositories: ["library/*"],
      secret: { readers: [ROLE], tags: { team: "own" } },
      tokenExpires: "2199-01-31",
    },
    quay: {
      access: {
        accounts: [OTHER],
        roleArns: [`arn:aws:iam::${OTHER}:role/ci`],
        organizationId: "o-abcdefghij",
        lambda: true,
      },
    },
    ecr: { registry: OTHER_ECR, upstreamPrefix: "base" },
  },
  credentials: { dockerhub: TOKEN },
  defaults: { resourceTags: { cached: "yes" } },
  tags: { team: "platform" },
  scanning: {},
  registryPolicy: {},
  pullerRoles: { nodes: ROLE },
  pullTimeExclusions: { scanner: ROLE },
  alerts: { emails: ["someone@example.com"] },
};

export interface ProgramOptions {
  /** Name of the component. */
  readonly name?: string;
  readonly options?: () => pulumi.ComponentResourceOptions;
  readonly answers?: Answers;
  readonly isPreview?: boolean;
  readonly isEngine?: boolean;
}

/** Runs a program with one component to its end, as users' unit tests do. */
export async function run(
  args: PullThroughCacheArgs,
  { name = "cache", options, answers, ...engine }: ProgramOptions = {},
): Promise<{ readonly monitor: Monitor; readonly cache: PullThroughCache }> {
  const monitor = await Monitor.start(answers, engine);
  const cache = new PullThroughCache(name, args, options?.());
  await monitor.end();
  return { monitor, cache };
}

/** An answer with an error of the provider. gRPC carries the message in `details`. */
export const failing = (message: string) => () => {
  throw Object.assign(new Error(message), { code: 2, details: message });
};

/** An ARN in the component's account. */
export const arn = (service: string, resource: string, region = "") =>
  `arn:aws:${service}:${region}:${ACCOUNT}:${resource}`;

export const KEY = arn("kms", "key/0123abcd", REGION);
export const SECRET = arn("secretsmanager", "secret:ecr-pullthroughcache/own-AbCdEf", REGION);
