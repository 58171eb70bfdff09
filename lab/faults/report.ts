import { PULUMI_VERSION } from "../../local/pulumi-cli/version";
import { type Call, type Cell, cellsOf, FAULTS, type Fault, nameOf, PHASES, type Phase } from "./cells";
import type { CellResult, Outcome } from "./run-cell";

export interface Measured {
  readonly calls: Readonly<Record<Phase, readonly Call[]>>;
  readonly results: readonly CellResult[];
  /** Cells that were not run for lack of time. */
  readonly missing: readonly Cell[];
  readonly minutes: number;
}

const SIGNS: Readonly<Record<Outcome, string>> = {
  itself: "ok",
  again: "again",
  "again, refresh": "again¹",
  delete: "delete",
  adopt: "adopt",
  "clean up": "clean",
  not: "**not**",
};

/** The table as Markdown. */
export function markdown({ calls, results, missing, minutes }: Measured): string {
  const find = (phase: Phase, call: Call, fault: Fault) =>
    results.find(({ cell }) => cell.phase === phase && nameOf(cell.call) === nameOf(call) && cell.fault === fault);
  const table = (phase: Phase) => {
    const rows = [...new Set(cellsOf(phase, calls[phase]).map(({ call }) => call))].map((call) => {
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

| phase | calls | cells | ok | again | again¹ | delete | adopt | clean | not |
|---|---|---|---|---|---|---|---|---|---|
${totals.join("\n")}

Rules that had no credential right after a disturbed run: ${broken.length === 0 ? "none" : broken.map(({ cell }) => `${cell.phase} ${nameOf(cell.call)} ${cell.fault.name}`).join(", ")}.

${LEGEND}
## Calls and faults

${PHASES.map(table).join("\n\n")}

## What was left in AWS

The cases in which it was not enough to run the same command again:

| phase | call | fault | what had to be deleted in AWS | what the command said |
|---|---|---|---|---|
${results
  .filter(({ outcome }) => outcome === "adopt" || outcome === "delete" || outcome === "clean up" || outcome === "not")
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

Made by \`npm run faults\`. The stack has everything that the component can make: a rule with a secret, its policy and a
template role; rules without credentials, one of them with a KMS key; a rule for another Region's ECR, with its role; a scanning
configuration and a registry policy, in which others have content, too; a puller's policy. It is deployed (\`up\`), given another
token (\`rotation\`), given another prefix (\`replace\`), previewed, and destroyed after others added to the two settings. Four
changes replace something under its own name, delete first: a rule gets another upstream (\`upstream\`) or loses its role (\`role\`),
a template loses its key (\`key\`), two entries swap their prefixes (\`swap\`). Each AWS operation that a phase calls is disturbed in
each way below; of the four changes, what they delete and create. Then the stack is recovered as a user would do it. In the end
everything in AWS, with the content of others, and in the stack's state is compared with an undisturbed run.
`;

const LEGEND = `| sign | the final state was reached |
|---|---|
| ok | by the disturbed run itself: the SDK, the provider or the component tried again |
| again | by the same command. After a kill, \`pulumi cancel\` comes first: it removes the lock |
| again¹ | by the same command, after \`pulumi refresh --clear-pending-creates\`. Most of these cells need it only to end the engine's warning of an interrupted creation |
| delete | by the same command, after the one command that its error names: it deletes what the interrupted replacement made |
| adopt | by the same command with \`adopt: true\`, as the error says: the component takes over what the interrupted run had made |
| clean | by the same command, after something that the stack does not know was deleted in AWS. See [Recovery](#recovery) |
| not | by none of these |

Faults:

- \`once\` hits the first call. The AWS SDK makes 3 attempts. \`always\` hits every call of the run.
- \`answer lost\` does the work and then resets the connection.
- \`hidden\` makes a new role or secret invisible for the next three reads. \`hidden from ECR\` hides it from ECR alone, for 15 seconds.
- \`killed\` ends the CLI and its plugins with SIGKILL just before or just after the operation.

All runs have \`--parallel 1\`, so that a kill interrupts one operation. Reads change nothing, so they are not killed, and have none
of the faults that the SDK treats like a throttle. If a phase calls an operation several times, only the first call is disturbed.

`;

const RECIPES = `## Recovery

After a kill, or an error that says that something exists already:

\`\`\`
pulumi cancel                                  # only after a kill: removes the lock
pulumi refresh --clear-pending-creates         # forgets what was interrupted, and reads the rest from AWS
pulumi up                                      # with adopt: true if something exists already; or pulumi destroy
aws ecr delete-...                             # only if the error names this command; then pulumi up again
\`\`\`

A kill just after a secret was created leaves that secret behind. It is empty, unused, and costs as much as any other. \`up\` creates
another one, because the names end in random characters: AWS does not let anybody reuse the name of a secret that is scheduled for
deletion. To find it (other stacks of the account have secrets with such names, too):

\`\`\`
pulumi stack export > stack.json
for arn in $(aws secretsmanager list-secrets --filters Key=name,Values=ecr-pullthroughcache/ --query 'SecretList[].ARN' --output text); do
  grep -q "$arn" stack.json || echo "aws secretsmanager delete-secret --force-delete-without-recovery --secret-id $arn"
done
\`\`\`
`;
