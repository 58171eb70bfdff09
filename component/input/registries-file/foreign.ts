import { kindOf } from "../../schema/input";

/** Fields that only entries of the Terraform module have. */
const MODULE_FIELDS = ["repository_read_access_arns", "lifecycle_policy", "image_tag_mutability"];

const MIGRATE = "npx pull-through-cache migrate --from";

/** Recognizes a file made for something else, and says what to do with it. Undefined for a map of registries. */
export function foreignFile(content: object, path: string): string | undefined {
  const values: unknown[] = Object.values(content);
  if (isMap((content as { sops?: unknown }).sops) || values.some(isEncrypted)) {
    return `is encrypted with SOPS, and tokens are not read from files. Move the registries over: sops decrypt ${path} | ${MIGRATE} -`;
  }
  if (values.some(isModuleEntry)) {
    return `is for the Terraform module ecr-pull-through, and tokens are not read from files. Move the registries over: ${MIGRATE} ${path}`;
  }
  const { registries } = content as { registries?: unknown };
  if (isMap(registries) && Object.values(registries).every((entry) => entry === null || isMap(entry))) {
    return 'has the map under "registries:". The file holds the map itself: remove that line and the indentation below it';
  }
  return undefined;
}

function isEncrypted(value: unknown): boolean {
  if (isMap(value)) return Object.values(value).some(isEncrypted);
  return typeof value === "string" && value.startsWith("ENC[");
}

function isModuleEntry(value: unknown): boolean {
  if (!isMap(value)) return false;
  const has = (field: string) => Object.hasOwn(value, field);
  return MODULE_FIELDS.some(has) || ["registry", "username", "accessToken"].every(has);
}

function isMap(value: unknown): value is object {
  return kindOf(value) === "a map";
}
