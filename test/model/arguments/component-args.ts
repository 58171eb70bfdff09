import type { PullThroughCacheArgs, RegistryArgs } from "../../../component/args";
import { ACCOUNT, REGION } from "../cloud";

export const ECR_HOST = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
export const CREDENTIAL = { dockerhub: { username: "someone", accessToken: "invented" } };

/** Arguments with one cache that needs no credentials. */
export const registry = (settings: RegistryArgs): PullThroughCacheArgs => ({
  registries: { cache: { registry: "quay.io", ...settings } },
});

/** Arguments with one cache whose secret the component creates. */
export const withSecret = (secret: RegistryArgs["secret"]): PullThroughCacheArgs => ({
  registries: { dockerhub: { secret } },
  credentials: CREDENTIAL,
});
