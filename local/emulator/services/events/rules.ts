import type { EventBridge } from "@aws-sdk/client-eventbridge";
import { partitionOf } from "../../aws";
import type { CallContext } from "../../context";
import { type OperationsOf, operation } from "../../operation";
import { requirePermission } from "../../policy/require";
import type { EventRule } from "../../state/model";
import { tagOperations, withTags } from "../tags";
import { limitExceeded, notFound, validation } from "./errors";
import { parsePattern } from "./pattern";

/** Amazon EventBridge quotas: rules of an event bus. */
const RULES_PER_BUS = 300;
const TAGS = { invalid: validation };

interface Named {
  readonly Name: string;
  readonly EventBusName?: string;
}
interface ResourceInput {
  readonly ResourceARN: string;
}

export function ruleArn(account: string, region: string, name: string): string {
  return `arn:${partitionOf(region)}:events:${region}:${account}:rule/${name}`;
}

const resource = ({ Name }: { Name: string }, { account, region }: CallContext) => ruleArn(account, region, Name);
const taggedResource = ({ ResourceARN }: ResourceInput) => ResourceARN;

function rulesOf({ EventBusName = "default" }: { EventBusName?: string }, context: CallContext) {
  if (EventBusName !== "default") throw notFound(`Event bus ${EventBusName}`);
  return context.cloud.store.region(context.account, context.region).eventRules;
}

const ruleNotFound = (name: string) => notFound(`Rule ${name}`);

export function findRule(input: Named, context: CallContext): EventRule {
  const rule = rulesOf(input, context).get(input.Name);
  if (rule === undefined) throw ruleNotFound(input.Name);
  return rule;
}

function findTagged({ ResourceARN }: ResourceInput, context: CallContext): EventRule {
  const rule = [...rulesOf({}, context).values()].find((each) => resource(each, context) === ResourceARN);
  if (rule === undefined) throw ruleNotFound(ResourceARN);
  return rule;
}

const { tag, untag } = tagOperations(findTagged, TAGS, taggedResource);

export const rules: OperationsOf<EventBridge> = {
  PutRule: operation((input, context) => {
    const eventRules = rulesOf(input, context);
    const { Name, EventPattern, Description, RoleArn } = input;
    if (EventPattern === undefined) {
      throw validation("Parameter(s) EventPattern or ScheduleExpression must be specified.");
    }
    parsePattern(EventPattern);
    // Only for a new rule. Source: API reference of Amazon EventBridge, PutRule.
    if (input.Tags?.length) requirePermission(context, "events:TagResource", resource(input, context));
    const known = eventRules.get(Name);
    if (known === undefined && eventRules.size >= RULES_PER_BUS) throw limitExceeded();
    const Arn = resource(input, context);
    eventRules.set(Name, {
      Name,
      Arn,
      EventPattern,
      State: input.State === "DISABLED" ? "DISABLED" : "ENABLED",
      Description,
      RoleArn,
      EventBusName: "default",
      CreatedBy: context.account,
      // PutRule's reference: the tags of an existing rule do not change.
      Tags: known?.Tags ?? withTags(TAGS, input.Tags),
      targets: known?.targets ?? new Map(),
    });
    return { RuleArn: Arn };
  }, resource),
  DescribeRule: operation(findRule, resource),
  DeleteRule: operation((input, context) => {
    const eventRules = rulesOf(input, context);
    // Deleting a rule that does not exist succeeds: DeleteRule's reference names no error for it on the default bus.
    if (eventRules.get(input.Name)?.targets.size) throw validation("Rule can't be deleted since it has targets.");
    eventRules.delete(input.Name);
  }, resource),
  ListTagsForResource: operation(findTagged, taggedResource),
  TagResource: tag,
  UntagResource: untag,
};
