import { Aws, defaultRegion } from "../aws/aws";
import { enterAccount, refuseOtherAccount } from "../aws/caller";
import { findRules, type RulesSource, regionOfRules } from "../caches/cache-rules";
import { CannotRunError, EXIT, type ExitCode } from "../exit";
import { readText } from "../read-text";
import { counted, plural, someOf } from "../terminal/count";
import { command } from "../terminal/github";
import { table } from "../terminal/table";
import type { Terminal } from "../terminal/terminal";
import { auditEcs } from "./ecs";
import { type Audited, type FindingGroup, grouped, judgeBy, type Unserved } from "./finding";
import { auditLambda } from "./lambda";
import { auditPods } from "./pods";

export const FORMATS = ["table", "json", "github"] as const;

export interface AuditOptions extends RulesSource {
  /** A file with Pods as JSON, or `-`. */
  readonly pods?: string;
  readonly ecs: boolean;
  readonly lambda: boolean;
  /** When the policy was installed. */
  readonly since?: Date;
  readonly format: (typeof FORMATS)[number];
}

/** Finds the containers that bypass the caches. */
export async function audit(options: AuditOptions, terminal: Terminal): Promise<ExitCode> {
  const { pods, ecs, lambda, since } = options;
  if (pods === undefined && !ecs && !lambda) {
    throw new CannotRunError(
      "Nothing to look at: give --pods with the output of `kubectl get pods --all-namespaces --output json`, --ecs or --lambda.",
    );
  }
  const rules = await findRules(options, terminal);
  const judge = judgeBy(rules);
  const region = regionOfRules(rules) ?? (await defaultRegion());
  const aws = new Aws(terminal, options);
  if (options.rules !== undefined && (ecs || lambda)) {
    const account = await enterAccount(aws, [region], terminal);
    for (const { url } of rules) refuseOtherAccount(url, url.split(".")[0], account);
  }
  const isCached = (image: string) => rules.some(({ url }) => url.includes("/") && image.startsWith(`${url}/`));
  const audited: Audited[] = [];
  if (pods !== undefined) audited.push(auditPods(await readText(terminal, pods), judge, since));
  const unchecked: string[] = [];
  const run = { terminal, unchecked };
  if (ecs) audited.push(await auditEcs(aws.ecs(region), judge, run));
  const isStopped = () => audited.some(({ left }) => left > 0);
  if (lambda && !isStopped()) audited.push(await auditLambda(aws.lambda(region), isCached, run));
  if (isStopped()) unchecked.push("the rest, because the command was interrupted");
  const findings = grouped(audited.flatMap((one) => one.findings));
  const containers = audited.reduce((sum, one) => sum + one.containers, 0);
  const unserved = audited.flatMap((one) => one.unserved);
  if ((ecs || lambda) && containers === 0 && unchecked.length === 0)
    unchecked.push(`anything: there is nothing to look at in ${region}, which may be the wrong Region`);
  report({ findings, unserved, containers, unchecked }, options, terminal);
  if (isStopped()) return EXIT.interrupted;
  const isSound = findings.length + unchecked.length === 0 && unserved.every(({ kind }) => kind === "no rule");
  return isSound ? EXIT.sound : EXIT.found;
}

interface Result {
  readonly findings: readonly FindingGroup[];
  readonly unserved: readonly Unserved[];
  readonly containers: number;
  readonly unchecked: readonly string[];
}

function report(result: Result, { format }: AuditOptions, terminal: Terminal): void {
  const { findings, unserved, containers, unchecked } = result;
  const count = findings.reduce((sum, one) => sum + one.count, 0);
  if (format === "json") {
    terminal.print(JSON.stringify({ containers, bypassing: count, findings, unserved, unchecked }, undefined, 2));
    return;
  }
  if (format === "github") {
    for (const { owner, container, image, why, fix } of findings) {
      terminal.instruct(command("warning", `${owner} ${container}`.trim(), `${image}: ${why}. To fix: ${fix}`));
    }
  } else if (findings.length > 0) {
    const rows = findings.map(({ owner, container, image, cached, nodes, count: times, why, fix }) => [
      times > 1 ? `${owner} (${times})` : owner,
      container,
      nodes.length > 1 ? counted(nodes.length, "node") : (nodes[0] ?? ""),
      `${image}: ${why}\n${terminal.style("dim", `-> ${fix}: ${cached}`)}`,
    ]);
    terminal.print(table(terminal, ["OWNER", "CONTAINER", "NODE", "WHAT"], rows));
  }
  terminal.say(
    containers === 0
      ? "No container was found."
      : `${someOf(count, containers, "container", ["bypasses", "bypass"])} the cache.`,
  );
  sayUnserved(unserved, terminal);
  for (const one of unchecked) terminal.say(terminal.style("yellow", `Not checked: ${one}`));
}

const WORDS = {
  "no rule": ["has an image that no rule serves", "have images that no rule serves"],
  "wrong name": ["has a name that the caches cannot serve", "have names that the caches cannot serve"],
  "no reference": ["has no valid image reference", "have no valid image references"],
} as const satisfies Record<Unserved["kind"], readonly [one: string, several: string]>;

function sayUnserved(unserved: readonly Unserved[], terminal: Terminal): void {
  for (const [kind, [one, several]] of Object.entries(WORDS)) {
    const own = unserved.filter((item) => item.kind === kind);
    if (own.length === 0) continue;
    const named = own.map(({ image, why, owner, container }) =>
      kind === "no reference" ? `${owner} ${container}: ${why}` : [image, why].filter(Boolean).join(", "),
    );
    const all = [...new Set(named)].map((name) => `\n  ${name}`).join("");
    terminal.say(`${counted(own.length, "container")} ${plural(own.length, one, several)}:${all}`);
  }
}
