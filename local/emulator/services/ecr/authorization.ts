import { registryHost } from "../../aws";
import { HOUR } from "../../clock";
import { issueToken } from "../../oci/token";
import { read } from "../../operation";
import { list, structure } from "../../validation/shape";
import { registryId } from "./shapes";

const TOKEN_LIFETIME = 12 * HOUR;

export const GetAuthorizationToken = read(
  structure({ registryIds: list(registryId, { min: 1, max: 10 }) }),
  (input, context) => {
    const expiresAt = context.cloud.clock.now() + TOKEN_LIFETIME;
    const password = issueToken(
      { principal: context.principal, region: context.region, expiresAt },
      context.cloud.tokenKey,
    );
    return {
      authorizationData: (input.registryIds ?? [context.account]).map((registry) => ({
        authorizationToken: Buffer.from(`AWS:${password}`).toString("base64"),
        expiresAt: new Date(expiresAt),
        proxyEndpoint: `https://${registryHost(registry, context.region)}`,
      })),
    };
  },
);
