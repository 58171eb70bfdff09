import type { EventBridge } from "@aws-sdk/client-eventbridge";
import { parseArn } from "../../aws";
import type { CallContext } from "../../context";
import { type OperationsOf, operation } from "../../operation";
import { page } from "../pages";
import { limitExceeded, validation } from "./errors";
import { findRule, ruleArn } from "./rules";
import { checkTransformer } from "./transform";

/** Amazon EventBridge quotas: targets of a rule. */
const TARGETS_PER_RULE = 5;

interface RuleInput {
  readonly Rule: string;
  readonly EventBusName?: string;
}

const ruleOf = ({ Rule, EventBusName }: RuleInput, context: CallContext) =>
  findRule({ Name: Rule, EventBusName }, context);

const resource = ({ Rule }: RuleInput, { account, region }: CallContext) => ruleArn(account, region, Rule);

export const targets: OperationsOf<EventBridge> = {
  PutTargets: operation((input, context) => {
    const rule = ruleOf(input, context);
    const targets = new Map(rule.targets);
    for (const given of input.Targets) {
      const arn = parseArn(given.Arn);
      if (arn?.service !== "sns") throw validation(`The emulator has no targets but SNS topics: ${given.Arn}`);
      if (arn.region !== context.region) throw validation(`Target ${given.Id} must be in Region ${context.region}.`);
      if (given.InputTransformer !== undefined) checkTransformer(given.InputTransformer);
      targets.set(given.Id, given);
    }
    if (targets.size > TARGETS_PER_RULE) throw limitExceeded();
    rule.targets = targets;
    return { FailedEntryCount: 0, FailedEntries: [] };
  }, resource),
  RemoveTargets: operation((input, context) => {
    const rule = ruleOf(input, context);
    const missing = input.Ids.filter((id) => !rule.targets.delete(id));
    return {
      FailedEntryCount: missing.length,
      FailedEntries: missing.map((id) => ({
        TargetId: id,
        ErrorCode: "ResourceNotFoundException",
        ErrorMessage: `Rule ${rule.Name} does not have the target ${id}.`,
      })),
    };
  }, resource),
  ListTargetsByRule: operation((input, context) => {
    const all = [...ruleOf(input, context).targets.values()];
    const { items, nextToken } = page(all, input.Limit, input.NextToken, () => validation("The token is not valid."));
    return { Targets: items, NextToken: nextToken };
  }, resource),
};
