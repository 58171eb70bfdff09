import type { EventBridge } from "@aws-sdk/client-eventbridge";
import type { OperationsOf } from "../../operation";
import { rules } from "./rules";
import { targets } from "./targets";

/** The operations of Amazon EventBridge that the emulator knows, on the default event bus. */
export const eventsOperations: OperationsOf<EventBridge> = { ...rules, ...targets };
