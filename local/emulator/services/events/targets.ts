import { parseArn } from "../../aws";
import type { CallContext } from "../../context";
import { AwsError } from "../../errors";
import { read, write } from "../../operation";
import type { EventTarget } from "../../state/model";
import { page } from "../../validation/pages";
import { boolean, integer, list, map, required, string, structure } from "../../validation/shape";
import { validation } from "./errors";
import { findRule, ruleArn } from "./rules";
import * as shape from "./shapes";
import { checkTransformer } from "./transform";

/** Amazon EventBridge quotas: targets of a rule. */
const TARGETS_PER_RULE = 5;

const path = string({ max: 256 });

const target = structure({
  Id: required(shape.name),
  Arn: required(shape.arn),
  RoleArn: shape.arn,
  Input: string({ max: 8192 }),
  InputPath: path,
  InputTransformer: structure({
    InputPathsMap: map(string({ min: 1, max: 256, pattern: /^[A-Za-z0-9_-]+$/ }), path, { max: 100 }),
    InputTemplate: required(string({ min: 1, max: 8192 })),
  }),
});

const ruleOf = (input: { Rule: string; EventBusName?: string }, context: CallContext) =>
  findRule({ name: input.Rule, bus: input.EventBusName }, context);

const resource = (input: { Rule: string }, context: CallContext) =>
  ruleArn(context.account, context.region, input.Rule);

export const PutTargets = write(
  structure({
    Rule: required(shape.name),
    EventBusName: shape.eventBusName,
    Targets: required(list(target, { min: 1, max: 100 })),
  }),
  (input, context) => {
    const rule = ruleOf(input, context);
    const targets = new Map(rule.targets);
    for (const given of input.Targets) {
      const arn = parseArn(given.Arn);
      if (arn?.service !== "sns") throw validation(`The emulator has no targets but SNS topics: ${given.Arn}`);
      if (arn.region !== context.region) throw validation(`Target ${given.Id} must be in Region ${context.region}.`);
      if (given.Input !== undefined || given.InputPath !== undefined || given.RoleArn !== undefined) {
        throw validation("The emulator knows targets with an InputTransformer or without any input.");
      }
      const made: EventTarget = { id: given.Id, arn: given.Arn };
      if (given.InputTransformer !== undefined) {
        const { InputPathsMap, InputTemplate } = given.InputTransformer;
        made.transformer = { paths: new Map(Object.entries(InputPathsMap ?? {})), template: InputTemplate };
        checkTransformer(made.transformer);
      }
      targets.set(given.Id, made);
    }
    if (targets.size > TARGETS_PER_RULE) {
      throw new AwsError("LimitExceededException", "The requested resource exceeds the maximum number allowed.");
    }
    rule.targets = targets;
    return { FailedEntryCount: 0, FailedEntries: [] };
  },
  resource,
);

export const RemoveTargets = write(
  structure({
    Rule: required(shape.name),
    EventBusName: shape.eventBusName,
    Ids: required(list(shape.name, { min: 1, max: 100 })),
    Force: boolean(),
  }),
  (input, context) => {
    const rule = ruleOf(input, context);
    const missing = input.Ids.filter((id) => !rule.targets.delete(id));
    return {
      FailedEntryCount: missing.length,
      FailedEntries: missing.map((id) => ({
        TargetId: id,
        ErrorCode: "ResourceNotFoundException",
        ErrorMessage: `Rule ${rule.name} does not have the target ${id}.`,
      })),
    };
  },
  resource,
);

export const ListTargetsByRule = read(
  structure({
    Rule: required(shape.name),
    EventBusName: shape.eventBusName,
    NextToken: string({ min: 1, max: 2048 }),
    Limit: integer({ min: 1, max: 100 }),
  }),
  (input, context) => {
    const all = [...ruleOf(input, context).targets.values()];
    const { items, nextToken } = page(all, input.Limit ?? 100, input.NextToken, validation("The token is not valid."));
    return { Targets: items.map(view), NextToken: nextToken };
  },
  resource,
);

function view({ id, arn, transformer }: EventTarget) {
  return {
    Id: id,
    Arn: arn,
    InputTransformer: transformer && {
      InputPathsMap: Object.fromEntries(transformer.paths),
      InputTemplate: transformer.template,
    },
  };
}
