import type * as pulumi from "@pulumi/pulumi";
import { isPlainObject } from "./walk";

/*
 * App Runner pulls only from Amazon ECR, and a property next to the image says whether from the private or the public
 * one. A rewritten image is in a private registry, which needs a role. Source: App Runner API Reference,
 * ImageRepository and AuthenticationConfiguration.
 */

const TYPES = new Set(["aws:apprunner/service:Service", "aws-native:apprunner:Service"]);
const PRIVATE = "ECR";
const PUBLIC = "ECR_PUBLIC";

/** Why the image of an App Runner service cannot be rewritten. */
export function appRunnerObstacle(type: string, props: pulumi.Inputs): string | undefined {
  if (!TYPES.has(type)) return undefined;
  const source = child(props, "sourceConfiguration");
  const repositoryType = child(source, "imageRepository")?.imageRepositoryType;
  if (repositoryType === PRIVATE) return undefined;
  if (repositoryType !== PUBLIC) return "its imageRepositoryType is neither ECR nor ECR_PUBLIC, or not known";
  if ((child(source, "authenticationConfiguration")?.accessRoleArn ?? undefined) !== undefined) return undefined;
  return "App Runner needs sourceConfiguration.authenticationConfiguration.accessRoleArn to pull from a private registry";
}

/** The inputs of an App Runner service whose image is now in a private registry. */
export function withPrivateRepository(type: string, props: Record<string, unknown>): Record<string, unknown> {
  if (!TYPES.has(type)) return props;
  const source = child(props, "sourceConfiguration");
  const imageRepository = { ...child(source, "imageRepository"), imageRepositoryType: PRIVATE };
  return { ...props, sourceConfiguration: { ...source, imageRepository } };
}

function child(value: Record<string, unknown> | undefined, name: string): Record<string, unknown> | undefined {
  const inner = value?.[name];
  return isPlainObject(inner) ? inner : undefined;
}
