import { shellWord } from "../shell";
import type { SecretMode } from "./convert";
import type { Found } from "./entry";
import { leftToDestroy } from "./state-rm";

export interface NextSteps {
  readonly name: string;
  readonly mode: SecretMode;
  readonly region?: string;
  readonly stack?: string;
  readonly found: readonly Found[];
  /** Resources that stay with Terraform for another reason. */
  readonly left: readonly string[];
}

/** NEXT.md: the remaining steps, each with its command and what it must show. */
export function nextSteps({ name, mode, region, stack, found, left }: NextSteps): string {
  const on = stack === undefined ? "" : ` --stack ${shellWord(stack)}`;
  const destroyed = leftToDestroy(found, mode);
  const knowsState = found.some(({ deployed }) => deployed !== undefined);
  return `# Moving ${found.length} ${found.length === 1 ? "registry" : "registries"} from Terraform to Pulumi

Pulls work before, during and after each of these steps. Nothing that is in AWS is deleted before step 6.

## 1. The program

\`\`\`typescript
import { PullThroughCache } from "pulumi-pull-through-cache";

const cache = new PullThroughCache(${JSON.stringify(name)}, { registriesFile: "registries.yaml" });
export const urls = cache.urls;
\`\`\`

\`\`\`sh
npm install pulumi-pull-through-cache @pulumi/pulumi @pulumi/aws
pulumi config set aws:region ${region === undefined ? "<the Region of the cache>" : shellWord(region)}${on}
\`\`\`

## 2. Import what is live

\`\`\`sh
pulumi import --file import.json --yes --skip-preview --protect=false --generate-code=false${on}
\`\`\`

It imports the rules and the templates, and changes nothing in AWS. If the stack already has the component ${JSON.stringify(name)}, remove its
entry (\`"component": true\`) from import.json and add \`"nameTable": { ${JSON.stringify(name)}: "<its URN>" }\` beside \`resources\`.

## 3. Preview

\`\`\`sh
pulumi preview --diff${on}
\`\`\`

**Stop if it shows a delete or a replacement.** ${
    mode === "new"
      ? "It creates a secret for each registry with a token, and updates rules and templates in place."
      : "It updates rules and templates in place; secrets and roles stay as they are."
  }

## 4. Take the imported resources out of Terraform's state

\`\`\`sh
sh terraform-state-rm.sh        # where the Terraform state is; TERRAFORM=tofu or TERRAFORM=terragrunt for these
\`\`\`

From now on \`terraform apply\` would try to create them again and fail: do not run it any more.

## 5. Deploy, and check

\`\`\`sh
pulumi up${on}
pulumi up${on}                       # changes nothing
npx pull-through-cache verify${stack === undefined ? " --selected-stack" : on}
\`\`\`

\`verify\` may find that no scanning rule of the Region covers the cache: Terraform's module sets none. The component's
\`scanning\` does, or leave the check out with \`--skip scanning\`.

## 6. Clean up

${
  destroyed.length > 0
    ? `\`terraform destroy\` now removes only resources of these registries that nothing uses any more. Look at its plan for what else\nis in the state.\n\n${destroyed.map((address) => `- \`${address}\``).join("\n")}\n`
    : knowsState
      ? "Terraform has nothing left of these registries: `terraform destroy` removes only what else is in its state.\n"
      : "`terraform destroy` removes what is left: the old secrets and the roles of the templates, which nothing uses any more.\n" +
        "Look at its plan first: it must show no rule and no template.\n"
}${left.length > 0 ? `\nThese stay with Terraform. Look at each before a destroy:\n\n${left.map((line) => `- ${line}`).join("\n")}\n` : ""}
Terraform's state has the tokens in clear text, also in its older versions: delete it with its backups when it is empty, and
rotate the tokens (${mode === "keep" ? "in AWS Secrets Manager, where they stay" : "`pulumi config set --secret`, `pulumi up`"}).
`;
}
