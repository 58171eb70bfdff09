import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CacheSource } from "../caches/find";
import type { Cache } from "../caches/model";
import { shellWord } from "../shell";
import type { Terminal } from "../terminal/terminal";

/** What to do about a finding: whole commands that can be pasted. */
export interface Fix {
  /** Where a Pulumi program declares the cache. */
  readonly pulumi: string;
  /** Where none does, if that is another one. */
  readonly aws?: string;
}

/** Whose fixes to show: a program declares the caches, none does, or one might. */
export type Audience = "pulumi" | "aws" | "both";

export function audienceOf(source: CacheSource, { directory }: Terminal): Audience {
  const { stack, selectedStack, outputs, registries } = source;
  if ([stack, selectedStack, outputs, registries].some((one) => one !== undefined)) return "pulumi";
  return hasProgram(directory) ? "both" : "aws";
}

/** Whether Pulumi would find a project here. It looks in the parent folders, too. */
function hasProgram(directory: string): boolean {
  if (["Pulumi.yaml", "Pulumi.yml"].some((name) => existsSync(join(directory, name)))) return true;
  const parent = dirname(directory);
  return parent !== directory && hasProgram(parent);
}

export function shownFix({ pulumi, aws = pulumi }: Fix, audience: Audience): string {
  if (audience === "both" && pulumi !== aws) return `${pulumi}. Without Pulumi: ${aws}`;
  return audience === "aws" ? aws : pulumi;
}

/** What `pulumi up` alone puts right. */
export const UP_AND_REFRESH = "run `pulumi up --refresh`";

/** The same for what is not there at all, perhaps because it is the wrong Region. */
export function createAgain({ region, isRegionAssumed }: Cache): string {
  return isRegionAssumed
    ? `${UP_AND_REFRESH} if the program deploys to ${region}; otherwise correct --region`
    : UP_AND_REFRESH;
}

/** A command of the AWS CLI. Values are quoted for the shell, and objects are written as JSON. */
export function awsCommand(call: string, options: { readonly [name: string]: string | object | undefined }): string {
  const words = Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return [`--${name}`, typeof value === "string" ? shellWord(value) : shellWord(JSON.stringify(value))];
  });
  return ["aws", call, ...words].join(" ");
}

export function policyOf(...Statement: readonly object[]) {
  return { Version: "2012-10-17", Statement };
}
