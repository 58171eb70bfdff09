import { execFileSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { gte, parse } from "semver";
import { OLDEST_PULUMI_VERSION } from "./version";

/** A Pulumi CLI that can run Node.js programs. */
export interface Toolchain {
  /** Path of the `pulumi` executable. */
  readonly pulumi: string;
  /** The folder to put first on PATH: it holds the executable. */
  readonly bin: string;
  /** Its version, without a leading `v`. */
  readonly version: string;
  /** The script of this project's Node.js language host, if that is the CLI's. */
  readonly languageHost?: string;
}

/** @throws Error when the executable is too old or has no Node.js language host. */
export function inspect(pulumi: string): Toolchain {
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const version = parse(execFileSync(pulumi, ["version"], { encoding: "utf8", env, timeout: 30_000 }).trim());
  if (version === null || !gte(version, OLDEST_PULUMI_VERSION)) {
    throw new Error(`${pulumi} has version ${version}; ${OLDEST_PULUMI_VERSION} or later is needed`);
  }
  const host = "pulumi-language-nodejs";
  const bundled = join(dirname(realpathSync(pulumi)), host);
  if (!existsSync(bundled) && onPath(host) === undefined) throw new Error(`${pulumi} has no ${host} beside it`);
  return { pulumi, bin: dirname(pulumi), version: version.version };
}

/** The Pulumi CLI that is on PATH. @throws Error when there is none, or one that cannot be used */
export function findInstalled(): Toolchain {
  const pulumi = onPath("pulumi");
  if (pulumi === undefined) throw new Error("there is no `pulumi` on PATH");
  return inspect(pulumi);
}

/** Where PATH finds a command first. */
export function onPath(name: string): string | undefined {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .filter((directory) => directory !== "")
    .map((directory) => join(directory, name))
    .find((candidate) => existsSync(candidate));
}
