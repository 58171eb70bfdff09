import assert from "node:assert/strict";
import type { DeploymentResult, Project } from "./engine";

const COMPONENT = "pull-through-cache:index:PullThroughCache";

/** A program that creates one component, "cache", from arguments and options in JavaScript, with code around it. */
export function cacheProgram(args: string, { options = "{}", before = "", more = "" } = {}): string {
  return `"use strict";
const pulumi = require("@pulumi/pulumi");
const aws = require("@pulumi/aws");
const { PullThroughCache } = require("pulumi-pull-through-cache");
${before}
const cache = new PullThroughCache("cache", ${args}, ${options});
${more}
`;
}

/** What a deployment changed, such as `create Secret cache-dockerhub`, in the order in which the steps ended. */
export function changed({ steps }: DeploymentResult): string[] {
  return steps
    .filter(({ op, type }) => op !== "same" && op !== "read" && type !== COMPONENT)
    .map(({ op, type, urn }) => `${op} ${type.split(":").at(-1)} ${nameOf(urn)}`);
}

/** Deploys a program, and returns what changed, sorted. The update must do what the preview said. */
export async function deploy(project: Project, program: string): Promise<string[]> {
  await project.setProgram(program);
  const preview = changed(await project.preview()).sort();
  const update = changed(await project.up()).sort();
  assert.deepEqual(preview, update, "preview and update differ");
  return update;
}

export function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

/** Sets a registry's credentials as the docs tell users to. */
export async function setCredentials(project: Project, key: string, username: string, accessToken: string) {
  const path = `pull-through-cache:credentials.${key}`;
  const secrets = { username, accessToken };
  const values = Object.entries(secrets).flatMap(([name, value]) => ["--secret", `${path}.${name}=${value}`]);
  await project.pulumi(["config", "set-all", "--path", ...values]);
}
