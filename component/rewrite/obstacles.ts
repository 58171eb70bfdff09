import type * as pulumi from "@pulumi/pulumi";
import { isPlainObject } from "./walk";

/*
 * Settings next to an image that say from where the service may pull it. App Runner pulls only from Amazon ECR, private or
 * public, and needs a role for a private registry. CodeBuild pulls from a private registry only with the project's role.
 * Sources: App Runner API Reference, ImageRepository and AuthenticationConfiguration; CodeBuild API Reference,
 * ProjectEnvironment.
 */

const APP_RUNNER = new Set(["aws:apprunner/service:Service", "aws-native:apprunner:Service"]);
const PRIVATE = "ECR";
const PUBLIC = "ECR_PUBLIC";

const CODE_BUILD = new Set(["aws:codebuild/project:Project", "aws-native:codebuild:Project"]);

/** Why the image of a resource cannot be rewritten. */
export function obstacleOf(type: string, props: pulumi.Inputs): string | undefined {
  if (APP_RUNNER.has(type)) return appRunnerObstacle(props);
  if (!CODE_BUILD.has(type) || child(props, "environment")?.imagePullCredentialsType === "SERVICE_ROLE")
    return undefined;
  return "CodeBuild pulls it from Amazon ECR only with environment.imagePullCredentialsType SERVICE_ROLE";
}

function appRunnerObstacle(props: pulumi.Inputs): string | undefined {
  const source = child(props, "sourceConfiguration");
  const repositoryType = child(source, "imageRepository")?.imageRepositoryType;
  if (repositoryType === PRIVATE) return undefined;
  if (repositoryType !== PUBLIC) return "its imageRepositoryType is neither ECR nor ECR_PUBLIC, or not known";
  if ((child(source, "authenticationConfiguration")?.accessRoleArn ?? undefined) !== undefined) return undefined;
  return "App Runner needs sourceConfiguration.authenticationConfiguration.accessRoleArn to pull from a private registry";
}

/** The inputs of an App Runner service whose image is now in a private registry. */
export function withPrivateRepository(type: string, props: Record<string, unknown>): Record<string, unknown> {
  if (!APP_RUNNER.has(type)) return props;
  const source = child(props, "sourceConfiguration");
  const imageRepository = { ...child(source, "imageRepository"), imageRepositoryType: PRIVATE };
  return { ...props, sourceConfiguration: { ...source, imageRepository } };
}

function child(value: Record<string, unknown> | undefined, name: string): Record<string, unknown> | undefined {
  const inner = value?.[name];
  return isPlainObject(inner) ? inner : undefined;
}
