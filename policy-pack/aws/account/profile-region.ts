import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { items, json, read, text, type Unknown, unknown } from "../../kit/values";

/**
 * The Region in a profile of the AWS configuration, or `undefined` if there is none. The AWS SDK is not used because it
 * reads the files only asynchronously. Source: AWS SDKs and Tools reference guide, "Shared config and credentials
 * files".
 */
export function profileRegion(provider: object): string | Unknown | undefined {
  const profile = text(read(provider, "profile")) ?? process.env.AWS_PROFILE ?? "default";
  const files = items(json(read(provider, "sharedConfigFiles")));
  if (profile === unknown || files === unknown || files.includes(unknown)) return unknown;
  const given = files.filter((file) => typeof file === "string");
  const places = given.length > 0 ? given : [process.env.AWS_CONFIG_FILE ?? "~/.aws/config"];
  const regions = places.map((file) => regionsIn(file).get(profile)).filter((region) => region !== undefined);
  return regions.at(-1);
}

const section = /^\s*\[\s*(?:profile\s+)?([^\]]+?)\s*\]/;
const setting = /^region\s*=\s*(\S+)/;
const regionsOfFiles = new Map<string, ReadonlyMap<string, string>>();

function regionsIn(place: string): ReadonlyMap<string, string> {
  const file = path.resolve(place.replace(/^~(?=\/|$)/, homedir()));
  const remembered = regionsOfFiles.get(file);
  if (remembered !== undefined) return remembered;
  const regions = new Map<string, string>();
  let profile = "";
  for (const line of linesOf(file)) {
    profile = section.exec(line)?.[1] ?? profile;
    const region = setting.exec(line)?.[1];
    if (region !== undefined) regions.set(profile, region);
  }
  regionsOfFiles.set(file, regions);
  return regions;
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split(/\r?\n/);
  } catch {
    return [];
  }
}
