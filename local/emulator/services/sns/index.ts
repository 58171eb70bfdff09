import type { SNS } from "@aws-sdk/client-sns";
import type { OperationsOf } from "../../operation";
import { subscriptions } from "./subscriptions";
import { topics } from "./topics";

/** The operations of Amazon SNS that the emulator knows: standard topics with subscriptions by email. */
export const snsOperations: OperationsOf<SNS> = { ...topics, ...subscriptions };
