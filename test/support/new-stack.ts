import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { KEY_SERVICE, type KeyService } from "./key-service";

export const STACK = "test";

/**
 * Writes the two files that `pulumi stack init --secrets-provider` writes, in a fraction of the time. It does not select the
 * stack: the project's commands have PULUMI_STACK for that.
 */
export async function writeNewStack(directory: string, backendUrl: string, keys: KeyService): Promise<void> {
  const [, project = ""] = /^name: (\S+)$/m.exec(await readFile(join(directory, "Pulumi.yaml"), "utf8")) ?? [];
  const folder = join(fileURLToPath(backendUrl), ".pulumi/stacks", project);
  const latest = { manifest: { time: new Date(), magic: "", version: "" } };
  const state = { version: 3, checkpoint: { stack: `organization/${project}/${STACK}`, latest } };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${STACK}.json`), JSON.stringify(state));
  const settings = `secretsprovider: ${KEY_SERVICE}\nencryptedkey: ${keys.newKey()}\n`;
  await writeFile(join(directory, `Pulumi.${STACK}.yaml`), settings);
}
