import type { Properties } from "../../wire";
import { type Ask, kindsOf, PREFIX, REPLACES, within } from "./kind";

/** The types of EventBridge. Sources: hashicorp/terraform-provider-aws, internal/service/events. */
export const EVENTS = kindsOf("", { service: "events", missing: ["ResourceNotFoundException"] } as const, {
  "aws:cloudwatch/eventRule:EventRule": {
    title: "EventBridge Rule",
    creates: "putRule",
    fields: {
      name: REPLACES,
      namePrefix: PREFIX,
      description: {},
      eventPattern: { form: "json" },
      forceDestroy: { default: false, writeOnly: true },
      scheduleExpression: {},
      state: { keptWhenMissing: true },
    },
    transient: [["ValidationException", /since it has targets/]],
    tags: { member: "ResourceARN", by: "arn", list: true },
    awaited: true,
    id: ({ Name }) => Name,
    read: ({ call, id }) => call("describeRule", { Name: id }),
    async update({ call, sent, changed }) {
      if ([...changed].some((key) => !["tags", "tagsAll", "forceDestroy"].includes(key))) await call("putRule", sent);
    },
    delete: ({ call, id, state }) => call("deleteRule", { Name: id, Force: state.forceDestroy === true }),
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    title: "EventBridge Target",
    creates: "putTargets",
    fields: {
      arn: {},
      rule: REPLACES,
      forceDestroy: { default: false, writeOnly: true },
      input: {},
      inputTransformer: {},
      roleArn: {},
      targetId: { ...REPLACES, api: "Id" },
    },
    id: ({ Rule, Id }) => `${Rule}-${Id}`,
    create: putTarget,
    async read({ call, state }) {
      const { Targets } = await call("listTargetsByRule", { Rule: state.rule });
      const target = (Targets as Properties[] | undefined)?.find(({ Id }) => Id === state.targetId);
      const { InputPathsMap, InputTemplate } = within(target ?? {}, "InputTransformer");
      const InputTransformer = InputTemplate && { InputPaths: InputPathsMap, InputTemplate };
      return target && { ...target, Rule: state.rule, InputTransformer };
    },
    async update(ask) {
      if ([...ask.changed].some((key) => key !== "forceDestroy")) await putTarget(ask);
    },
    async delete({ call, state }) {
      const { rule, targetId, forceDestroy } = state;
      refuseFailed(await call("removeTargets", { Rule: rule, Ids: [targetId], Force: forceDestroy === true }));
    },
  },
});

async function putTarget({ call, sent }: Ask): Promise<Properties> {
  const { Rule, InputTransformer, ...target } = sent;
  const { InputPaths, InputTemplate } = (InputTransformer ?? {}) as Properties;
  const transformer = InputTemplate === undefined ? undefined : { InputPathsMap: InputPaths, InputTemplate };
  return refuseFailed(await call("putTargets", { Rule, Targets: [{ ...target, InputTransformer: transformer }] }));
}

/** EventBridge answers with success, and names what failed. */
function refuseFailed(answer: Properties): Properties {
  const entries = (answer.FailedEntries ?? []) as unknown[];
  if (entries.length > 0) throw new Error(JSON.stringify(entries));
  return answer;
}
