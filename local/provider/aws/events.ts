import type { Target } from "@aws-sdk/client-eventbridge";
import { eventually, isAwsError, unlessMissing } from "./errors";
import { fromTagList, type Operations, str, toTagList, updateTags } from "./operations";

/** Sources: hashicorp/terraform-provider-aws, internal/service/events/rule.go and target.go. */

const MISSING = ["ResourceNotFoundException"];

export const eventRule: Operations = {
  async create(aws, inputs) {
    const events = await aws.events();
    await events.putRule({ ...putRuleInput(inputs), Tags: toTagList(inputs.tagsAll) });
    return String(inputs.name);
  },
  async read(aws, id) {
    const events = await aws.events();
    const found = await unlessMissing(MISSING, () => events.describeRule({ Name: id }));
    if (!found) return undefined;
    const { Tags } = await events.listTagsForResource({ ResourceARN: found.Arn });
    return {
      name: found.Name,
      arn: found.Arn,
      description: found.Description,
      eventBusName: "default",
      eventPattern: found.EventPattern,
      roleArn: found.RoleArn,
      scheduleExpression: found.ScheduleExpression,
      state: found.State,
      isEnabled: found.State !== "DISABLED",
      tagsAll: fromTagList(Tags),
    };
  },
  async update(aws, args) {
    const events = await aws.events();
    const { state, inputs, changed } = args;
    if ([...changed].some((key) => key !== "tags" && key !== "tagsAll" && key !== "forceDestroy")) {
      // Once `isEnabled` changes, the state that was read back no longer counts.
      const wanted = changed.has("isEnabled") ? { ...inputs, state: undefined } : inputs;
      await events.putRule({ ...putRuleInput(wanted), Tags: toTagList(inputs.tagsAll) });
    }
    const ResourceARN = String(state.arn);
    await updateTags(
      args,
      (Tags) => events.tagResource({ ResourceARN, Tags }),
      (TagKeys) => events.untagResource({ ResourceARN, TagKeys }),
    );
  },
  async delete(aws, id, state) {
    const events = await aws.events();
    await eventually(
      (error) => isAwsError(error, "ValidationException") && /since it has targets/.test(error.message),
      () => unlessMissing(MISSING, () => events.deleteRule({ Name: id, Force: state.forceDestroy === true })),
    );
  },
};

const STATES: { readonly [isEnabled: string]: "ENABLED" | "DISABLED" } = { true: "ENABLED", false: "DISABLED" };

function putRuleInput(inputs: Record<string, unknown>) {
  return {
    Name: String(inputs.name),
    Description: str(inputs.description),
    EventBusName: str(inputs.eventBusName),
    EventPattern: str(inputs.eventPattern),
    RoleArn: str(inputs.roleArn),
    ScheduleExpression: str(inputs.scheduleExpression),
    State: (str(inputs.state) as "ENABLED" | "DISABLED" | undefined) ?? STATES[String(inputs.isEnabled)],
  };
}

interface Transformer {
  inputPaths?: Record<string, string>;
  inputTemplate: string;
}

function targetOf(inputs: Record<string, unknown>): Target {
  const transformer = inputs.inputTransformer as Transformer | undefined;
  return {
    Id: String(inputs.targetId),
    Arn: String(inputs.arn),
    RoleArn: str(inputs.roleArn),
    Input: str(inputs.input),
    InputPath: str(inputs.inputPath),
    InputTransformer: transformer && {
      InputPathsMap: transformer.inputPaths,
      InputTemplate: transformer.inputTemplate,
    },
  };
}

export const eventTarget: Operations = {
  async create(aws, inputs) {
    await put(await aws.events(), inputs);
    return `${inputs.rule}-${inputs.targetId}`;
  },
  async read(aws, _id, state) {
    const events = await aws.events();
    const found = await unlessMissing(MISSING, () => events.listTargetsByRule({ Rule: String(state.rule) }));
    const target = found?.Targets?.find(({ Id }) => Id === state.targetId);
    return (
      target && {
        rule: state.rule,
        targetId: target.Id,
        arn: target.Arn,
        eventBusName: "default",
        input: target.Input,
        inputPath: target.InputPath,
        roleArn: target.RoleArn,
        inputTransformer: target.InputTransformer && {
          inputPaths: target.InputTransformer.InputPathsMap,
          inputTemplate: target.InputTransformer.InputTemplate,
        },
      }
    );
  },
  async update(aws, { inputs, changed }) {
    if ([...changed].some((key) => key !== "forceDestroy")) await put(await aws.events(), inputs);
  },
  async delete(aws, _id, state) {
    const events = await aws.events();
    const removed = await unlessMissing(MISSING, () =>
      events.removeTargets({
        Rule: String(state.rule),
        Ids: [String(state.targetId)],
        Force: state.forceDestroy === true,
      }),
    );
    refuseFailed(removed?.FailedEntries);
  },
};

async function put(
  events: { putTargets(input: { Rule: string; Targets: Target[] }): Promise<{ FailedEntries?: unknown[] }> },
  inputs: Record<string, unknown>,
): Promise<void> {
  const { FailedEntries } = await events.putTargets({ Rule: String(inputs.rule), Targets: [targetOf(inputs)] });
  refuseFailed(FailedEntries);
}

/** EventBridge answers with success, and names what failed. */
function refuseFailed(entries: readonly unknown[] = []): void {
  if (entries.length > 0) throw new Error(JSON.stringify(entries));
}
