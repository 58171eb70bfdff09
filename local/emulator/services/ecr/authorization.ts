import type { ECR } from "@aws-sdk/client-ecr";
import { registryHost } from "../../aws";
import { HOUR } from "../../clock";
import { issueToken } from "../../oci/token";
import { type OperationsOf, operation } from "../../operation";

const TOKEN_LIFETIME = 12 * HOUR;

export const authorization: OperationsOf<ECR> = {
  GetAuthorizationToken: operation(({ registryIds }, { cloud, principal, account, region }) => {
    const expiresAt = cloud.clock.now() + TOKEN_LIFETIME;
    const password = issueToken({ principal, region, expiresAt }, cloud.tokenKey);
    return {
      authorizationData: (registryIds ?? [account]).map((registry) => ({
        authorizationToken: Buffer.from(`AWS:${password}`).toString("base64"),
        expiresAt,
        proxyEndpoint: `https://${registryHost(registry, region)}`,
      })),
    };
  }),
};
