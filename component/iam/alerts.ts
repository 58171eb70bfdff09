import { policyJson } from "./document";

/**
 * The policy of an alert topic: the rules may publish. The schedules publish with their role. Source: Amazon EventBridge
 * user guide, "Using resource-based policies for Amazon EventBridge".
 */
export function topicPolicy(topicArn: string, ruleArns: readonly string[]): string {
  return policyJson([
    {
      Sid: "PullThroughCacheAlerts",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sns:Publish",
      Resource: topicArn,
      Condition: { ArnEquals: { "aws:SourceArn": ruleArns } },
    },
  ]);
}

/**
 * Lets EventBridge Scheduler assume a role, only for this account's schedules. Source: EventBridge Scheduler user
 * guide, "Confused deputy prevention in EventBridge Scheduler".
 */
export function schedulerTrust(accountId: string): string {
  return policyJson([
    {
      Effect: "Allow",
      Principal: { Service: "scheduler.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { "aws:SourceAccount": accountId } },
    },
  ]);
}

/** The permissions of the role that sends reminders. */
export function reminderPolicy(topicArn: string): string {
  return policyJson([{ Sid: "Remind", Effect: "Allow", Action: "sns:Publish", Resource: topicArn }]);
}
