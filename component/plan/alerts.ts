import { failureTemplate, type Renewal, reminderMessage } from "../alerts/message";
import { failurePattern } from "../alerts/pattern";
import type { AlertsArgs } from "../args";
import { setCommand } from "../problems/commands";
import type { Issue } from "../problems/issue";
import { reminderTimes } from "./expiry";
import type { AlertsPlan, EntryPlan, FailurePlan, ReminderPlan } from "./model";
import { fixedName, ROLE_NAME_MAX } from "./names";
import { regionalArnIssues } from "./regional-arns";

export const TOPIC = { one: "topicArn", many: "topicArns", what: "the topic" } as const;

interface AlertsContext {
  /** Name of the component. */
  readonly name: string;
  /** Names of the project and the stack. */
  readonly stack: readonly string[];
  readonly regions: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Plans the alerts about failures and the reminders about tokens that expire. */
export function planAlerts(
  alerts: AlertsArgs | undefined,
  entries: readonly EntryPlan[],
  context: AlertsContext,
  issues: Issue[],
): AlertsPlan | undefined {
  if (!alerts) return undefined;
  issues.push(...regionalArnIssues(["alerts"], alerts, TOPIC, context.regions), ...repeatedEmails(alerts));
  return {
    failures: planFailures(entries),
    // Source: API reference of Amazon SNS, SetTopicAttributes: a display name has up to 100 characters.
    displayName: `Pull through cache ${context.name}`.slice(0, 100),
    emails: alerts.emails ?? [],
    reminderRole: fixedName([...context.stack, context.name, "reminders"], ROLE_NAME_MAX),
    adopt: entries.some(({ adopt, tokenExpires }) => adopt && tokenExpires !== undefined),
    reminders: entries.flatMap((entry) => planReminders(entry, context.now)),
  };
}

/** A rule for each cache with a token, because its message says how to renew it, and one for all others. */
function planFailures(entries: readonly EntryPlan[]): FailurePlan[] {
  const hasToken = ({ upstream }: EntryPlan) => upstream.authentication === "credentials";
  const others = entries.filter((entry) => !hasToken(entry)).map(({ prefix }) => prefix);
  return [
    ...(others.length > 0 ? [{ pattern: failurePattern(others), template: failureTemplate() }] : []),
    ...entries.filter(hasToken).map((entry) => ({
      prefix: entry.prefix,
      pattern: failurePattern([entry.prefix]),
      template: failureTemplate(renewalOf(entry)),
    })),
  ];
}

function renewalOf({ key, prefix, credential }: EntryPlan): Renewal {
  return { key, prefix, command: credential === "created" ? setCommand(key, "accessToken") : undefined };
}

function planReminders(entry: EntryPlan, now: number): ReminderPlan[] {
  const { key, tokenExpires, upstream } = entry;
  if (tokenExpires === undefined) return [];
  return reminderTimes(tokenExpires, now).map(({ days, time }) => ({
    id: `${key}-${days}`,
    expression: `at(${time})`,
    message: reminderMessage(upstream.host, tokenExpires, days, renewalOf(entry)),
  }));
}

function repeatedEmails({ emails = [] }: AlertsArgs): Issue[] {
  return emails.flatMap((email, index) =>
    emails.indexOf(email) < index ? [{ path: ["alerts", "emails", index], message: "is listed twice" }] : [],
  );
}
