import { stringify } from "yaml";
import type { Entry } from "./convert";

/** The text of registries.yaml. */
export function registriesFile(registries: { readonly [key: string]: Entry }): string {
  const head = [
    "# The upstream registries behind Amazon ECR, moved over from Terraform by `pull-through-cache migrate`.",
    "# Tokens are not in this file: they are in the stack's encrypted config.",
    "",
  ].join("\n");
  return head + stringify(registries, { lineWidth: 0 });
}
