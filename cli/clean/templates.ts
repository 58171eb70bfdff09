import { DeleteRepositoryCreationTemplateCommand, type ECRClient } from "@aws-sdk/client-ecr";
import { isUnder } from "../caches/model";
import { describeTemplates } from "../caches/rules";
import type { Leftover } from "./leftover";

const CACHES = "PULL_THROUGH_CACHE";

/** Templates that only caches use. Those with other uses, too, are shared. */
export async function leftoverTemplates(ecr: ECRClient, prefixes: readonly string[]): Promise<Leftover> {
  const templates = (await describeTemplates(ecr))
    .filter(({ appliedFor = [] }) => appliedFor.includes(CACHES))
    .filter(({ prefix: name = "" }) => prefixes.some((prefix) => isUnder(prefix, `${name}/`)))
    .map(({ prefix: name = "", appliedFor = [] }) => ({
      ...{ name, about: [name] },
      uses: appliedFor.filter((use) => use !== CACHES),
    }));
  return {
    parts: templates
      .filter(({ uses }) => uses.length === 0)
      .map(({ name, about }) => ({
        ...{ name, about },
        remove: () => ecr.send(new DeleteRepositoryCreationTemplateCommand({ prefix: name })),
      })),
    shared: templates
      .filter(({ uses }) => uses.length > 0)
      .map(({ name, about, uses }) => ({ name, about, why: `it is also for ${uses.join(" and ")}` })),
  };
}
