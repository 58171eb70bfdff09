import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { FAILURE_PATHS } from "../../alerts/message";
import { reminderPolicy, schedulerTrust, topicPolicy } from "../../iam/alerts";
import type { AlertsPlan, RegionPlan } from "../../plan/model";
import { topicArn as topicArnSchema } from "../../schema/aws";
import { whenKnown } from "../late/when-known";
import { inRegion, type Scope } from "../scope";
import { createRole } from "./roles";

/** Start of the names in AWS. Resource names may contain `@region`, which is not valid there. */
const NAME_PREFIX = "pull-through-cache-";

interface AlertRegion extends Pick<RegionPlan, "region" | "topicArn"> {
  /** The first of `regions` keeps what was created before `regions` was set, so that nobody has to subscribe again. */
  readonly isHome: boolean;
}

/** Creates the alerts of every Region, and the reminders in the home Region. Returns the topics' ARNs by Region. */
export function createAllAlerts(
  scope: Scope,
  alerts: AlertsPlan,
  regions: readonly RegionPlan[],
): pulumi.Output<string>[] {
  const topicArns = regions.map(({ region, topicArn }, index) =>
    createAlerts(scope, alerts, { region, topicArn, isHome: index === 0 }),
  );
  const [home] = topicArns;
  if (home) createReminders(scope, alerts, home, regions[0]?.region);
  return topicArns;
}

/** Creates the alerts of one Region and returns the ARN of the topic. */
function createAlerts(
  scope: Scope,
  alerts: AlertsPlan,
  { region, topicArn: given, isHome }: AlertRegion,
): pulumi.Output<string> {
  const named = (suffix: string) => `${scope.name}-alerts${suffix}`;
  const child = (suffix = ""): [string, pulumi.CustomResourceOptions] => [
    region === undefined ? named(suffix) : `${named(suffix)}@${region}`,
    { parent: scope.parent, aliases: region !== undefined && isHome ? [{ name: named(suffix) }] : undefined },
  ];
  const rules = alerts.failures.map(({ prefix, pattern, template }) => {
    const [name, options] = child(prefix === undefined ? "" : `-${prefix}`);
    const rule = new aws.cloudwatch.EventRule(
      name,
      {
        namePrefix: NAME_PREFIX,
        description: `Failed imports of the pull through cache ${scope.name}`.slice(0, 512),
        eventPattern: scope.ecr.apply(() => pattern),
        tags: scope.tags,
        region: inRegion(scope, region),
      },
      options,
    );
    return { name, options, template, rule };
  });
  const existing = given && whenKnown(topicArnSchema, given.arn, given.path);
  const ruleArns = rules.map(({ rule }) => rule.arn);
  const topicArn = existing ?? createTopic(scope, alerts, ruleArns, region, ...child());
  for (const { name, options, template, rule } of rules) {
    new aws.cloudwatch.EventTarget(
      name,
      {
        rule: rule.name,
        targetId: "alerts",
        arn: topicArn,
        inputTransformer: { inputPaths: FAILURE_PATHS, inputTemplate: template },
        region: inRegion(scope, region),
      },
      options,
    );
  }
  for (const email of alerts.emails) {
    const [subscription, subscriptionOptions] = child(`-${email}`);
    new aws.sns.TopicSubscription(
      subscription,
      { topic: topicArn, protocol: "email", endpoint: email, region: inRegion(scope, region) },
      subscriptionOptions,
    );
  }
  return pulumi.output(topicArn);
}

function createTopic(
  scope: Scope,
  { displayName }: AlertsPlan,
  ruleArns: pulumi.Output<string>[],
  region: string | undefined,
  name: string,
  options: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const topic = new aws.sns.Topic(
    name,
    { namePrefix: NAME_PREFIX, displayName, tags: scope.tags, region: inRegion(scope, region) },
    options,
  );
  const policy = pulumi.all([topic.arn, pulumi.all(ruleArns)]).apply(([arn, rules]) => topicPolicy(arn, rules));
  new aws.sns.TopicPolicy(name, { arn: topic.arn, policy, region: inRegion(scope, region) }, options);
  return topic.arn;
}

/** Creates the schedules for reminders about tokens, in the Region of the topic. */
function createReminders(
  scope: Scope,
  { reminders, reminderRole, adopt }: AlertsPlan,
  topicArn: pulumi.Output<string>,
  region: string | undefined,
): void {
  if (reminders.length === 0) return;
  const role = createRole(
    scope,
    "reminders",
    { name: reminderRole, adopt },
    "Lets EventBridge Scheduler remind of tokens of a pull through cache that expire",
    scope.ecr.apply(({ accountId }) => schedulerTrust(accountId)),
    topicArn.apply(reminderPolicy),
  );
  for (const { id, expression, message } of reminders) {
    new aws.scheduler.Schedule(
      `${scope.name}-reminder-${id}`,
      {
        namePrefix: NAME_PREFIX,
        description: `A token of the pull through cache ${scope.name} expires`.slice(0, 512),
        scheduleExpression: expression,
        flexibleTimeWindow: { mode: "OFF" },
        target: { arn: topicArn, roleArn: role.arn, input: message },
        region: inRegion(scope, region),
      },
      { parent: scope.parent, dependsOn: [role.policy] },
    );
  }
}
