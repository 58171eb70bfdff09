import { createDecipheriv, pbkdf2Sync } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Settings of stacks that are not of this AWS: the files `Pulumi.<stack>.yaml` of the project that the passphrase does
 * not open, with their contents. Pulumi would write into one if a stack here had the same name.
 */
export function foreignSettings(from: string, passphrase: string): Map<string, string> {
  const project = projectOf(from);
  const names = project === undefined ? [] : readdirSync(project).filter((name) => /^Pulumi\..+\.ya?ml$/.test(name));
  const files = names.map((name) => join(project ?? "", name));
  return new Map(
    files
      .map((file) => [file, readFileSync(file, "utf8")] as const)
      .filter(([, content]) => !opens(content, passphrase)),
  );
}

/** Writes back what was changed or removed. Returns those files. */
export function restore(settings: ReadonlyMap<string, string>): string[] {
  const changed = [...settings].filter(
    ([file, content]) => !existsSync(file) || readFileSync(file, "utf8") !== content,
  );
  for (const [file, content] of changed) writeFileSync(file, content);
  return changed.map(([file]) => file);
}

function projectOf(directory: string): string | undefined {
  if (["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"].some((name) => existsSync(join(directory, name)))) return directory;
  const parent = dirname(directory);
  return parent === directory ? undefined : projectOf(parent);
}

/** Whether a passphrase is that of a stack's settings. Source: pulumi/pulumi, pkg/secrets/passphrase. */
function opens(content: string, passphrase: string): boolean {
  const [, salt, nonce, sealed] = /^encryptionsalt: v1:([^:\s]+):v1:([^:\s]+):([^:\s]+)$/m.exec(content) ?? [];
  if (!salt || !nonce || !sealed) return false;
  const bytes = Buffer.from(sealed, "base64");
  const key = pbkdf2Sync(passphrase, Buffer.from(salt, "base64"), 1_000_000, 32, "sha256");
  try {
    const opener = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
    opener.setAuthTag(bytes.subarray(-16));
    return Buffer.concat([opener.update(bytes.subarray(0, -16)), opener.final()]).toString() === "pulumi";
  } catch {
    return false;
  }
}
