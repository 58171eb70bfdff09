import { randomUUID } from "node:crypto";
import type { Cloud } from "../../context";
import { servicePrincipal } from "../../policy/principal";
import { publish } from "../sns/publish";
import { matchesPattern, parsePattern } from "./pattern";
import { ruleArn } from "./rules";
import { transformed } from "./transform";

/** An event of an AWS service, before EventBridge adds the fields of all events. */
export interface ServiceEvent {
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, string | undefined>>;
}

/**
 * Sends an event to the targets of every rule that matches it. If a target does not accept it, the sender gets no
 * error.
 */
export function sendEvent(cloud: Cloud, account: string, region: string, sent: ServiceEvent): void {
  const event = {
    version: "0",
    id: randomUUID(),
    "detail-type": sent.detailType,
    source: sent.source,
    account,
    time: new Date(cloud.clock.now()).toISOString().replace(/\.\d+Z$/, "Z"),
    region,
    resources: sent.resources,
    detail: sent.detail,
  };
  for (const rule of cloud.store.region(account, region).eventRules.values()) {
    if (rule.State === "DISABLED" || !matchesPattern(parsePattern(rule.EventPattern), event)) continue;
    const source = { sourceArn: ruleArn(account, region, rule.Name), sourceAccount: account };
    const principal = servicePrincipal("events.amazonaws.com", source);
    for (const { Arn, InputTransformer } of rule.targets.values()) {
      const message = InputTransformer === undefined ? JSON.stringify(event) : transformed(InputTransformer, event);
      publish(cloud, principal, Arn, message);
    }
  }
}
