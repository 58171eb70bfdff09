import * as pulumi from "@pulumi/pulumi";
import type { PullThroughCacheArgs } from "../args";
import { fromConfig } from "../input/config";
import { InvalidInputError, toProblems } from "../problems/error";
import { credentials as credentialsSchema } from "../schema/arguments";
import { isDeferred } from "../schema/input";
import { parse } from "../schema/parse";

/** Source: API model of AWS Secrets Manager, CreateSecret. */
const SECRET_BYTES_MAX = 65_536;

/**
 * The secret string of a registry: JSON with exactly `username` and `accessToken`, as ECR reads it. It is a secret in
 * Pulumi's sense wherever the parts come from. Source: Amazon ECR user guide, "Storing your upstream repository
 * credentials in an AWS Secrets Manager secret".
 */
export function secretString(key: string, given: PullThroughCacheArgs["credentials"]): pulumi.Output<string> {
  const isGiven = isDeferred(given) || Object.hasOwn(given ?? {}, key);
  const path = ["credentials", key];
  const found = isGiven ? pulumi.output(given).apply((all) => all?.[key]) : pulumi.output(fromConfig(key));
  return pulumi.secret(
    found.apply((value) => {
      const parsed = parse(credentialsSchema, value ?? {}, path);
      if (!parsed.ok) throw new InvalidInputError("PullThroughCache", toProblems(parsed.issues));
      const { username, accessToken } = parsed.value;
      const text = JSON.stringify({ username, accessToken });
      if (Buffer.byteLength(text) <= SECRET_BYTES_MAX) return text;
      const message = `AWS Secrets Manager takes at most ${SECRET_BYTES_MAX} bytes for the user name and the token together`;
      throw new InvalidInputError("PullThroughCache", toProblems([{ path, message }]));
    }),
  );
}
