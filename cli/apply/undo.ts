import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Repository } from "@aws-sdk/client-ecr";
import { CannotRunError } from "../exit";
import { shellQuote, shellWord } from "../shell";
import type { Terminal } from "../terminal/terminal";
import { mutabilityInput, tagList } from "./change";
import type { Difference } from "./difference";

interface Replaced {
  readonly region: string;
  readonly repository: Repository;
  readonly differences: readonly Difference[];
}

/** Keeps what will be replaced in a script that brings it back with the AWS CLI. No file is overwritten. */
export function keepUndo(
  file: string | undefined,
  account: string,
  replaced: readonly Replaced[],
  terminal: Terminal,
): string {
  const time = new Date().toISOString();
  const name = file ?? `apply-undo-${time.replace(/[-:]|\.\d+/g, "")}.sh`;
  try {
    writeFileSync(resolve(terminal.directory, name), script(account, time, replaced), { flag: "wx" });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === "EEXIST" ? "exists already" : `cannot be written (${code})`;
    throw new CannotRunError(`${name}, the way back, ${reason}. Nothing was changed. Give another file with --undo.`);
  }
  return name;
}

function script(account: string, time: string, replaced: readonly Replaced[]): string {
  const commands = replaced.flatMap(({ region, repository, differences }) =>
    differences.flatMap((difference) =>
      callsOf(repository, difference).map(
        ([operation, ...parameters]) => `aws ecr ${operation} --region ${shellWord(region)} ${parameters.join(" ")}\n`,
      ),
    ),
  );
  return `#!/bin/sh
# What the repositories of account ${account} had on ${time}, before \`pull-through-cache apply\`.
# To go back, run this with the same credentials. Images that expired meanwhile do not come back.
${commands.join("")}`;
}

type Call = readonly [operation: string, ...parameters: string[]];

function callsOf(
  { repositoryName = "", repositoryArn = "" }: Repository,
  { setting, before, after }: Difference,
): Call[] {
  const named = `--repository-name ${shellWord(repositoryName)}`;
  switch (setting) {
    case "tag mutability": {
      const { imageTagMutability, imageTagMutabilityExclusionFilters: filters } = mutabilityInput(before);
      const exclusions = filters ? [`--image-tag-mutability-exclusion-filters ${quotedJson(filters)}`] : [];
      return [["put-image-tag-mutability", named, `--image-tag-mutability ${imageTagMutability}`, ...exclusions]];
    }
    case "tags": {
      const arn = `--resource-arn ${shellWord(repositoryArn)}`;
      const added = Object.keys(after).filter((key) => !Object.hasOwn(before, key));
      const former = tagList(before);
      return [
        ...(former.length > 0 ? [["tag-resource", arn, `--tags ${quotedJson(former)}`] as const] : []),
        ...(added.length > 0 ? [["untag-resource", arn, `--tag-keys ${quotedJson(added)}`] as const] : []),
      ];
    }
    case "repository policy":
      return before === undefined
        ? [["delete-repository-policy", named]]
        : [["set-repository-policy", named, `--policy-text ${shellQuote(before)}`]];
    case "lifecycle policy":
      return before === undefined
        ? [["delete-lifecycle-policy", named]]
        : [["put-lifecycle-policy", named, `--lifecycle-policy-text ${shellQuote(before)}`]];
  }
}

function quotedJson(value: object): string {
  return shellQuote(JSON.stringify(value));
}
