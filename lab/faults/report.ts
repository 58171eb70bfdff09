import { PULUMI_VERSION } from "../../local/pulumi-cli/version";
import { type Call, type Cell, FAULTS, type Fault, nameOf, PHASES, type Phase } from "./cells";
import type { CellResult, Outcome } from "./run-cell";

export interface Measured {
  readonly calls: Readonly<Record<Phase, readonly Call[]>>;
  readonly results: readonly CellResult[];
  /** Cells for which there was no time. */
  readonly missing: readonly Cell[];
  readonly minutes: number;
}

const SIGNS: Readonly<Record<Outcome, string>> = {
  itself: "ok",
  again: "again",
  "again, refresh": "again¹",
  "clean up": "clean",
  not: "**not**",
};

/** The table as Markdown. */
export function markdown({ calls, results, missing, minutes }: Measured): string {
  const find = (phase: Phase, call: Call, fault: Fault) =>
    results.find(({ cell }) => cell.phase === phase && nameOf(cell.call) === nameOf(call) && cell.fault === fault);
  const table = (phase: Phase) => {
    const rows = calls[phase].map((call) => {
      const cells = FAULTS.map((fault) => {
        const found = find(phase, call, fault);
        return found ? SIGNS[found.outcome] : fault.appliesTo(call) ? "no time" : "";
      });
      return `| \`${nameOf(call)}\` | ${cells.join(" | ")} |`;
    });
    const head = `| call | ${FAULTS.map(({ name }) => name).join(" | ")} |`;
    return [`### ${phase}`, "", head, `|---|${FAULTS.map(() => "---|").join("")}`, ...rows].join("\n");
  };
  const count = (outcome: Outcome, phase?: Phase) =>
    results.filter((result) => result.outcome === outcome && (!phase || result.cell.phase === phase)).length;
  const totals = [...PHASES, undefined].map((phase) => {
    const counts = (Object.keys(SIGNS) as Outcome[]).map((outcome) => count(outcome, phase));
    const sum = counts.reduce((total, part) => total + part, 0);
    return `| ${phase ?? "all"} | ${phase ? calls[phase].length : ""} | ${sum} | ${counts.join(" | ")} |`;
  });
  const broken = results.filter((result) => result.broken.length > 0);
  return `${HEAD}
Run on ${new Date().toISOString().slice(0, 10)} with Pulumi ${PULUMI_VERSION} and Node.js ${process.version}: ${results.length} cells in ${Math.round(minutes)} minutes${missing.length > 0 ? `; **no time for ${missing.length} cells**` : ""}.

| phase | calls | cells | ok | again | again¹ | clean | not |
|---|---|---|---|---|---|---|---|
${totals.join("\n")}

Rules without their credential, looked for right after each disturbed run: ${broken.length === 0 ? "none" : broken.map(({ cell }) => `${cell.phase} ${nameOf(cell.call)} ${cell.fault.name}`).join(", ")}.

${LEGEND}
## Calls and faults

${PHASES.map(table).join("\n\n")}

## What was left in AWS

Where the same command again did not suffice:

| phase | call | fault | left in AWS, unknown to the stack | what the command said |
|---|---|---|---|---|
${results
  .filter(({ outcome }) => outcome === "clean up" || outcome === "not")
  .sort(inOrder)
  .map(leftRow)
  .join("\n")}

${RECIPES}`;
}

function inOrder(a: CellResult, b: CellResult): number {
  const key = ({ cell }: CellResult) => `${PHASES.indexOf(cell.phase)} ${nameOf(cell.call)} ${cell.fault.name}`;
  return key(a) < key(b) ? -1 : 1;
}

function leftRow({ cell, leftovers, note = "" }: CellResult): string {
  const { rules = [], templates = [], secrets = [], roles = [] } = leftovers ?? {};
  const left = [
    ...rules.map((prefix) => `rule \`${prefix}\``),
    ...templates.map((prefix) => `template \`${prefix}\``),
    ...secrets.map(() => "a secret"),
    ...roles.map((name) => `role \`${name.replace(/-[0-9a-f]{7}$/, "-…")}\``),
  ];
  const [, exception] = /(\w+Exception)/.exec(note) ?? [];
  const said =
    exception ?? (note.includes("error:") ? note.slice(0, 80).replaceAll("\n", " ") : "nothing: it succeeded");
  return `| ${cell.phase} | \`${nameOf(cell.call)}\` | ${cell.fault.name} | ${left.join(", ") || "nothing"} | ${said} |`;
}

const HEAD = `# What a stack survives

Made by \`npm run faults\`. A stack with everything that the component can make (a rule with a secret, its policy and a
template role; a rule without credentials; a rule of another account's ECR with its role; scanning configuration, registry
policy, a puller's policy) is deployed (\`up\`), given another token (\`rotation\`), given another prefix (\`replace\`) and
destroyed. Each AWS operation that a phase calls is disturbed in each way below, at the first call of the operation in the
phase. Then the user goes on, and what is in AWS and in the stack's state in the end, with all content, is compared with the
end of an undisturbed run.
`;

const LEGEND = `| sign | the final state was reached |
|---|---|
| ok | by the disturbed run itself: the SDK or the provider tried again |
| again | by the same command again (after a kill: \`pulumi cancel\` first, which removes the stack's lock) |
| again¹ | the same, and the engine warns of an interrupted creation that did not happen or was made again, until \`pulumi refresh --clear-pending-creates\` |
| clean | by the recipe below: by \`pulumi refresh\`, or when something was deleted in AWS that the stack does not know |
| not | not by the recipe as the test runs it: a second policy stays on a puller's role; its commands are below, too |

Faults: \`once\` hits the first call (AWS SDK: 3 attempts), \`always\` all of the run; \`answer lost\` does the work and resets the
connection; \`hidden\` makes a new role or secret invisible for the next three reads, \`hidden from ECR\` for ECR alone and 15 seconds; \`killed\` ends the CLI with SIGKILL just
before or just after the operation, and its plugins with it. All runs have \`--parallel 1\`, so that a kill interrupts one
operation. Left out for reads, which change nothing: the ways of failing once that the SDK answers like a throttle (by trying
again), and kills (they interrupt what the kill after the write before them interrupts). Of an operation that a phase calls several times, only the first call is disturbed.

`;

const RECIPES = `## Recovery

After a kill, or a run whose error says that something already exists or that a credential or role is missing:

\`\`\`
pulumi cancel                                  # only after a kill: removes the lock
pulumi refresh --clear-pending-creates         # forgets what was interrupted, and reads the rest from AWS
pulumi up                                      # or pulumi destroy
\`\`\`

If \`up\` says \`PullThroughCacheRuleAlreadyExistsException\` or \`TemplateAlreadyExistsException\`, the interrupted run had made the
rule or the template. They hold nothing that \`up\` does not make again (cached repositories stay):

\`\`\`
aws ecr delete-pull-through-cache-rule --ecr-repository-prefix <prefix>
aws ecr delete-repository-creation-template --prefix <prefix>
\`\`\`

Names of secrets and roles end in random characters, so that \`up\` makes new ones and what the interrupted run had made
stays behind, unused. To find it (other stacks of the account have secrets and roles with these names, too):

\`\`\`
pulumi stack export > stack.json
for arn in $(aws secretsmanager list-secrets --filters Key=name,Values=ecr-pullthroughcache/ --query 'SecretList[].ARN' --output text); do
  grep -q "$arn" stack.json || echo "aws secretsmanager delete-secret --force-delete-without-recovery --secret-id $arn"
done
for role in $(aws iam list-roles --query "Roles[?starts_with(RoleName, '<component>-')].RoleName" --output text); do
  grep -q "$role" stack.json || echo "aws iam delete-role --role-name $role"
done
\`\`\`

A puller's role is the user's, and its policies end in random characters: one that was written just before a kill stays on it
beside the one that \`up\` writes. Delete the \`<component>-...\` policy that \`stack.json\` does not have:

\`\`\`
aws iam list-role-policies --role-name <role>
aws iam delete-role-policy --role-name <role> --policy-name <policy>
\`\`\`
`;
