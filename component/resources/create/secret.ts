import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { SECRET_POLICY_MAX, secretPolicy } from "../../documents/policy";
import { secretReadersPolicy } from "../../iam/secret-readers";
import type { CachePlan, SecretPlan } from "../../plan/model";
import { jsonObject, principalArn } from "../../schema/aws";
import { adopting } from "../existing/adopt";
import { SECRET } from "../existing/kinds";
import { whenKnown } from "../late/when-known";
import { identityOf } from "../options";
import { afterCheck, inRegion, type Scope } from "../scope";

/** The secret of a cache, and its version. The rule depends on the version, which holds the credentials. */
export interface CacheSecret {
  readonly arn: pulumi.Output<string>;
  readonly version: aws.secretsmanager.SecretVersion;
}

/** Creates the secret from which ECR reads the upstream's credentials. */
export function createSecret(
  scope: Scope,
  cache: CachePlan,
  plan: SecretPlan,
  secretString: pulumi.Output<string>,
): CacheSecret {
  const { region } = cache;
  const { name, optionsOf } = identityOf(scope, cache);
  const secret = new aws.secretsmanager.Secret(
    name,
    {
      ...(plan.name === undefined
        ? { namePrefix: afterCheck(scope, plan.namePrefix) }
        : { name: afterCheck(scope, plan.name) }),
      description: plan.description,
      recoveryWindowInDays: plan.recoveryWindowInDays,
      tags: { ...scope.tags, ...plan.tags },
      region: inRegion(scope, region),
    },
    {
      ...optionsOf(SECRET.type),
      hooks: plan.name === undefined ? scope.hooks.regional : scope.hooks.unique,
      transforms:
        plan.name !== undefined && cache.entry.adopt ? adopting(SECRET, plan.name, region, {}, scope) : undefined,
    },
  );
  const version = new aws.secretsmanager.SecretVersion(
    name,
    { secretId: secret.arn, secretString, region: inRegion(scope, region) },
    // The provider cannot delete a version whose stages have moved since a refresh. Secrets Manager removes it in time.
    { ...optionsOf("aws:secretsmanager/secretVersion:SecretVersion"), retainOnDelete: true },
  );
  const policy = resourcePolicy(cache.entry.key, plan);
  if (policy !== undefined) {
    new aws.secretsmanager.SecretPolicy(
      name,
      { secretArn: secret.arn, policy, blockPublicPolicy: true, region: inRegion(scope, region) },
      optionsOf("aws:secretsmanager/secretPolicy:SecretPolicy"),
    );
  }
  return { arn: secret.arn, version };
}

/** The given policy, or one for the readers, checked once it is known. */
export function resourcePolicy(
  key: string,
  { policy, readers }: Pick<SecretPlan, "policy" | "readers">,
): pulumi.Input<string> | undefined {
  const path = ["registries", key, "secret"];
  if (policy !== undefined) return whenKnown(secretPolicy, policy, [...path, "policy"]);
  if (readers.length === 0) return undefined;
  const checked = readers.map((reader, index) => whenKnown(principalArn, reader, [...path, "readers", index]));
  return whenKnown(jsonObject(SECRET_POLICY_MAX), pulumi.output(checked).apply(secretReadersPolicy), [
    ...path,
    "readers",
  ]);
}
