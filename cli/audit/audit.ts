import { createImageDecider } from "pulumi-pull-through-cache/images";
import { Aws, defaultRegion } from "../aws/aws";
import { enterAccount, refuseOtherAccount } from "../aws/caller";
import { findRules, type RulesSource, regionOfRules } from "../caches/cache-rules";
import { CannotRunError, EXIT, type ExitCode } from "../exit";
import { readText } from "../read-text";
import { counted, someOf } from "../terminal/count";
import { command } from "../terminal/github";
import { table } from "../terminal/table";
import type { Terminal } from "../terminal/terminal";
import { auditEcs } from "./ecs";
import { type Audited, type FindingGroup, grouped } from "./finding";
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
  const decide = createImageDecider(rules);
  const region = regionOfRules(rules) ?? (await defaultRegion());
  const aws = new Aws(terminal, options);
  if (options.rules !== undefined && (ecs || lambda)) {
    const account = await enterAccount(aws, [region], terminal);
    for (const { url } of rules) refuseOtherAccount(url, url.split(".")[0], account);
  }
  const isCached = (image: string) => rules.some(({ url }) => url.includes("/") && image.startsWith(`${url}/`));
  const audited: Audited[] = [];
  if (pods !== undefined) audited.push(auditPods(await readText(terminal, pods), decide, since));
  const unchecked: string[] = [];
  const run = { terminal, unchecked };
  if (ecs) audited.push(await auditEcs(aws.ecs(region), decide, run));
  const isStopped = () => audited.some(({ left }) => left > 0);
  if (lambda && !isStopped()) audited.push(await auditLambda(aws.lambda(region), isCached, decide, run));
  if (isStopped()) unchecked.push("the rest, because the command was interrupted");
  const findings = grouped(audited.flatMap((one) => one.findings));
  const containers = audited.reduce((sum, one) => sum + one.containers, 0);
  report(findings, containers, unchecked, options, terminal);
  if (isStopped()) return EXIT.interrupted;
  return findings.length > 0 || unchecked.length > 0 ? EXIT.found : EXIT.sound;
}

function report(
  findings: readonly FindingGroup[],
  containers: number,
  unchecked: readonly string[],
  { format }: AuditOptions,
  terminal: Terminal,
): void {
  const count = findings.reduce((sum, one) => sum + one.count, 0);
  if (format === "json") {
    terminal.print(JSON.stringify({ containers, bypassing: count, findings, unchecked }, undefined, 2));
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
  terminal.say(`${someOf(count, containers, "container", ["bypasses", "bypass"])} the cache.`);
  for (const one of unchecked) terminal.say(terminal.style("yellow", `Not checked: ${one}`));
}
