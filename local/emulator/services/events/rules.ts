import type { EventBridge } from "@aws-sdk/client-eventbridge";
import { parseArn, partitionOf } from "../../aws";
import type { CallContext } from "../../context";
import { AwsError, found } from "../../errors";
import { type OperationsOf, operation, operationsOn } from "../../operation";
import { requirePermission } from "../../policy/require";
import type { EventRule } from "../../state/model";
import { page } from "../pages";
import { tagOperations, withTags } from "../tags";
import { parsePattern } from "./pattern";
import { checkTransformer } from "./transform";

/** Amazon EventBridge quotas. */
const RULES_PER_BUS = 300;
const TARGETS_PER_RULE = 5;

const validation = (message: string) => new AwsError("ValidationException", message);
const limitExceeded = () =>
  new AwsError("LimitExceededException", "The requested resource exceeds the maximum number allowed.");
const notFound = (what: string) => new AwsError("ResourceNotFoundException", `${what} does not exist.`);

const TAGS = { invalid: validation };

interface BusInput {
  readonly EventBusName?: string;
}
interface RuleInput extends BusInput {
  readonly Name: string;
}
interface TargetInput extends BusInput {
  readonly Rule: string;
}
interface ResourceInput {
  readonly ResourceARN: string;
}

export function ruleArn(account: string, region: string, name: string): string {
  return `arn:${partitionOf(region)}:events:${region}:${account}:rule/${name}`;
}

const ruleResource = ({ Name }: RuleInput, { account, region }: CallContext) => ruleArn(account, region, Name);
const taggedResource = ({ ResourceARN }: ResourceInput) => ResourceARN;

function rulesOf({ EventBusName = "default" }: BusInput, context: CallContext): Map<string, EventRule> {
  if (EventBusName !== "default") throw notFound(`Event bus ${EventBusName}`);
  return context.cloud.store.region(context.account, context.region).eventRules;
}

const findRule = (input: RuleInput, context: CallContext) =>
  found(rulesOf(input, context).get(input.Name), () => notFound(`Rule ${input.Name}`));

const findTagged = ({ ResourceARN }: ResourceInput, context: CallContext) =>
  found(
    [...rulesOf({}, context).values()].find(({ Arn }) => Arn === ResourceARN),
    () => notFound(`Rule ${ResourceARN}`),
  );

const onTargets = operationsOn(
  ({ Rule, EventBusName }: TargetInput, context) => findRule({ Name: Rule, EventBusName }, context),
  ({ Rule }, { account, region }) => ruleArn(account, region, Rule),
);
const { tag, untag } = tagOperations(findTagged, TAGS, taggedResource);

export const rules: OperationsOf<EventBridge> = {
  PutRule: operation((input, context) => {
    const eventRules = rulesOf(input, context);
    const { Name, EventPattern, Description, RoleArn } = input;
    if (EventPattern === undefined) {
      throw validation("Parameter(s) EventPattern or ScheduleExpression must be specified.");
    }
    parsePattern(EventPattern);
    const Arn = ruleResource(input, context);
    // Only for a new rule. Source: API reference of Amazon EventBridge, PutRule.
    if (input.Tags?.length) requirePermission(context, "events:TagResource", Arn);
    const known = eventRules.get(Name);
    if (known === undefined && eventRules.size >= RULES_PER_BUS) throw limitExceeded();
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
  }, ruleResource),
  DescribeRule: operation(findRule, ruleResource),
  DeleteRule: operation((input, context) => {
    const eventRules = rulesOf(input, context);
    // Deleting a rule that does not exist succeeds: DeleteRule's reference names no error for it on the default bus.
    if (eventRules.get(input.Name)?.targets.size) throw validation("Rule can't be deleted since it has targets.");
    eventRules.delete(input.Name);
  }, ruleResource),
  PutTargets: onTargets((rule, input, { region }) => {
    const targets = new Map(rule.targets);
    for (const given of input.Targets) {
      const arn = parseArn(given.Arn);
      if (arn?.service !== "sns") throw validation(`The emulator has no targets but SNS topics: ${given.Arn}`);
      if (arn.region !== region) throw validation(`Target ${given.Id} must be in Region ${region}.`);
      if (given.InputTransformer !== undefined) checkTransformer(given.InputTransformer);
      targets.set(given.Id, given);
    }
    if (targets.size > TARGETS_PER_RULE) throw limitExceeded();
    rule.targets = targets;
    return { FailedEntryCount: 0, FailedEntries: [] };
  }),
  RemoveTargets: onTargets((rule, { Ids }) => {
    const missing = Ids.filter((id) => !rule.targets.delete(id));
    return {
      FailedEntryCount: missing.length,
      FailedEntries: missing.map((id) => ({
        TargetId: id,
        ErrorCode: "ResourceNotFoundException",
        ErrorMessage: `Rule ${rule.Name} does not have the target ${id}.`,
      })),
    };
  }),
  ListTargetsByRule: onTargets(({ targets }, { Limit, NextToken }) => {
    const { items, nextToken } = page([...targets.values()], Limit, NextToken, () => validation("Invalid token."));
    return { Targets: items, NextToken: nextToken };
  }),
  ListTagsForResource: operation(findTagged, taggedResource),
  TagResource: tag,
  UntagResource: untag,
};
