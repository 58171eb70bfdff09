import { partitionOf } from "../../aws";
import type { CallContext } from "../../context";
import { AwsError } from "../../errors";
import { read, write } from "../../operation";
import { requirePermission } from "../../policy/require";
import type { EventRule } from "../../state/model";
import { boolean, enumeration, required, string, structure } from "../../validation/shape";
import { tagsFrom, tagsView } from "../tags";
import { ruleNotFound, validation } from "./errors";
import { matchesPattern, parsePattern } from "./pattern";
import * as shape from "./shapes";

/** Amazon EventBridge quotas: rules of an event bus. */
const RULES_PER_BUS = 300;

interface Named {
  readonly name: string;
  readonly bus?: string;
}

export function ruleArn(account: string, region: string, name: string): string {
  return `arn:${partitionOf(region)}:events:${region}:${account}:rule/${name}`;
}

export function findRule({ name, bus }: Named, context: CallContext): EventRule {
  requireDefaultBus(bus);
  const rule = context.cloud.store.region(context.account, context.region).eventRules.get(name);
  if (rule === undefined) throw ruleNotFound(name);
  return rule;
}

function requireDefaultBus(bus = "default"): void {
  if (bus !== "default") throw new AwsError("ResourceNotFoundException", `Event bus ${bus} does not exist.`);
}

const resourceOf = (name: string, context: CallContext) => ruleArn(context.account, context.region, name);

export const PutRule = write(
  structure({
    Name: required(shape.name),
    ScheduleExpression: string({ max: 256 }),
    EventPattern: shape.eventPattern,
    State: enumeration(["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"]),
    Description: string({ max: 512 }),
    RoleArn: shape.arn,
    Tags: shape.tags,
    EventBusName: shape.eventBusName,
  }),
  (input, context) => {
    requireDefaultBus(input.EventBusName);
    if (input.ScheduleExpression !== undefined) throw validation("The emulator has no rules on a schedule.");
    if (input.EventPattern === undefined) {
      throw validation("Parameter(s) EventPattern or ScheduleExpression must be specified.");
    }
    parsePattern(input.EventPattern);
    // Only for a new rule. Source: API reference of Amazon EventBridge, PutRule.
    if (input.Tags !== undefined && input.Tags.length > 0) {
      requirePermission(context, "events:TagResource", resourceOf(input.Name, context));
    }
    const { eventRules } = context.cloud.store.region(context.account, context.region);
    const known = eventRules.get(input.Name);
    if (known === undefined && eventRules.size >= RULES_PER_BUS) {
      throw new AwsError("LimitExceededException", "The requested resource exceeds the maximum number allowed.");
    }
    eventRules.set(input.Name, {
      name: input.Name,
      pattern: input.EventPattern,
      enabled: input.State !== "DISABLED",
      description: input.Description,
      roleArn: input.RoleArn,
      // PutRule's reference: the tags of an existing rule do not change.
      tags: known?.tags ?? tagsFrom(input.Tags, validation),
      targets: known?.targets ?? new Map(),
    });
    return { RuleArn: resourceOf(input.Name, context) };
  },
  (input, context) => resourceOf(input.Name, context),
);

const named = structure({ Name: required(shape.name), EventBusName: shape.eventBusName });

export const DescribeRule = read(
  named,
  (input, context) => {
    const rule = findRule({ name: input.Name, bus: input.EventBusName }, context);
    return {
      Name: rule.name,
      Arn: resourceOf(rule.name, context),
      EventPattern: rule.pattern,
      State: rule.enabled ? "ENABLED" : "DISABLED",
      Description: rule.description,
      RoleArn: rule.roleArn,
      EventBusName: "default",
      CreatedBy: context.account,
    };
  },
  (input, context) => resourceOf(input.Name, context),
);

export const DeleteRule = write(
  structure({ Name: required(shape.name), EventBusName: shape.eventBusName, Force: boolean() }),
  (input, context) => {
    requireDefaultBus(input.EventBusName);
    const { eventRules } = context.cloud.store.region(context.account, context.region);
    // Deleting a rule that does not exist succeeds: DeleteRule's reference names no error for it on the default bus.
    if ((eventRules.get(input.Name)?.targets.size ?? 0) > 0) {
      throw validation("Rule can't be deleted since it has targets.");
    }
    eventRules.delete(input.Name);
  },
  (input, context) => resourceOf(input.Name, context),
);

export const TestEventPattern = read(
  structure({ EventPattern: required(shape.eventPattern), Event: required(string()) }),
  (input) => ({ Result: matchesPattern(parsePattern(input.EventPattern), JSON.parse(input.Event)) }),
);

function ruleByArn(arn: string, context: CallContext): EventRule {
  const rules = context.cloud.store.region(context.account, context.region).eventRules.values();
  const rule = [...rules].find(({ name }) => resourceOf(name, context) === arn);
  if (rule === undefined) throw ruleNotFound(arn);
  return rule;
}

export const ListTagsForResource = read(
  structure({ ResourceARN: required(shape.arn) }),
  (input, context) => ({ Tags: tagsView(ruleByArn(input.ResourceARN, context).tags) }),
  (input) => input.ResourceARN,
);

export const TagResource = write(
  structure({ ResourceARN: required(shape.arn), Tags: required(shape.tags) }),
  (input, context) => {
    const rule = ruleByArn(input.ResourceARN, context);
    rule.tags = tagsFrom(input.Tags, validation, rule.tags);
  },
  (input) => input.ResourceARN,
);

export const UntagResource = write(
  structure({ ResourceARN: required(shape.arn), TagKeys: required(shape.tagKeys) }),
  (input, context) => {
    const { tags } = ruleByArn(input.ResourceARN, context);
    for (const key of input.TagKeys) tags.delete(key);
  },
  (input) => input.ResourceARN,
);
