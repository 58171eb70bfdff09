/* Tokens of the resource types that several tests use, and the ARN of a secret. */

export const RULE = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule";
export const TEMPLATE = "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate";
export const SCANNING = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration";
export const SECRET = "aws:secretsmanager/secret:Secret";
export const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";
export const ROLE = "aws:iam/role:Role";
export const ARN = "arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/hub-AbCdEf";
