import { createHash, randomBytes } from "node:crypto";

const RANDOM_CHARACTERS = 7;

/**
 * The name of a resource that the program does not name: `<logical name>-<7 hex characters>`, the same for the same
 * seed. `pulumi:autonaming` is not supported. Source: pulumi-terraform-bridge, pkg/tfbridge/info/autonaming.go
 * `ComputeAutoNameDefault`, and pulumi/sdk, resource_id.go `NewUniqueName`.
 * @throws Error when the name is too long
 */
export function autoName(token: string, logicalName: string, maxLength: number, seed: Uint8Array): string {
  const prefix = `${logicalName}-`;
  if (prefix.length + RANDOM_CHARACTERS > maxLength) {
    throw new Error(
      `could not make instance of '${token}': name '${prefix}' plus ${RANDOM_CHARACTERS} random chars is longer than maximum length ${maxLength}`,
    );
  }
  const random = seed.length > 0 ? createHash("sha256").update(seed).digest("hex") : randomBytes(32).toString("hex");
  return `${prefix}${random.slice(0, RANDOM_CHARACTERS)}`;
}

const UNIQUE_SUFFIX = /(.*)\d{18}[0-9a-f]{8}$/s;
let counter = randomBytes(2).readUInt16BE();

/**
 * A name with a prefix, a time and a counter, created together with the resource. Source: terraform-plugin-sdk,
 * helper/id.
 */
export function uniqueName(prefix: string): string {
  const time = `${new Date().toISOString().replace(/\D/g, "")}0`;
  counter += 1;
  return `${prefix}${time}${counter.toString(16).padStart(8, "0")}`;
}

/** The prefix of a name that was created with one. Source: internal/create/naming.go `NamePrefixFromName`. */
export function prefixOf(name: string): string | undefined {
  return UNIQUE_SUFFIX.exec(name)?.[1];
}
