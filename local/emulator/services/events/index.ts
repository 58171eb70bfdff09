import type { Operations } from "../../operation";
import * as rules from "./rules";
import * as targets from "./targets";

/** The operations of Amazon EventBridge that the emulator knows, on the default event bus. */
export const eventsOperations: Operations = {
  PutRule: rules.PutRule,
  DescribeRule: rules.DescribeRule,
  DeleteRule: rules.DeleteRule,
  TestEventPattern: rules.TestEventPattern,
  ListTagsForResource: rules.ListTagsForResource,
  TagResource: rules.TagResource,
  UntagResource: rules.UntagResource,
  PutTargets: targets.PutTargets,
  RemoveTargets: targets.RemoveTargets,
  ListTargetsByRule: targets.ListTargetsByRule,
};
