import { z } from "zod";
import type { LoggedRequest } from "../control/request-log";
import { SERVICES } from "../services/catalogue";

const count = z.int().min(1).optional();

/** Which calls go wrong, how, and how often. */
export const faultRule = z.object({
  /** A service's name (`ecr`, `iam`, ...), or `registry` for image pulls. */
  service: z.enum([...Object.values(SERVICES).map(({ name }) => name), "registry"]),
  /** AWS's operation name, or for pulls `manifest`, `blob`, `tags` or `base`. `*` for all. */
  operation: z.string().min(1),
  account: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
  kind: z.enum(["throttle", "error500", "timeout", "reset", "accessDenied", "stop", "hide"]),
  /** Default: `before`. `after` does the work and then loses the answer. */
  when: z.enum(["before", "after"]).optional(),
  /** Milliseconds to wait first (before the fault, or before a `timeout` drops the connection). */
  delay: z.int().min(0).optional(),
  /** Only the nth matching call (1 is the first). */
  nth: count,
  /** At most this many calls. Default: all. */
  times: count,
  /** For `hide`: how many reads do not see what the call created. Default: 1. */
  reads: count,
  /** For `hide`: only ECR does not see what the call created, for this many seconds. */
  fromEcrSeconds: count,
});

export type FaultRule = z.infer<typeof faultRule>;

interface Armed {
  readonly rule: FaultRule;
  seen: number;
  fired: number;
}

/** The active fault rules, and how often each has matched. */
export class FaultRules {
  private armed: Armed[] = [];

  replace(rules: readonly FaultRule[]): void {
    this.armed = rules.map((rule) => ({ rule, seen: 0, fired: 0 }));
  }

  add(rule: FaultRule): void {
    this.armed.push({ rule, seen: 0, fired: 0 });
  }

  list(): (FaultRule & { seen: number; fired: number })[] {
    return this.armed.map(({ rule, seen, fired }) => ({ ...rule, seen, fired }));
  }

  /** Counts a call, and returns the first rule that applies to it, if there is one. */
  next(call: LoggedRequest): FaultRule | undefined {
    let chosen: Armed | undefined;
    for (const armed of this.armed) {
      if (!matches(armed.rule, call)) continue;
      armed.seen++;
      const due = armed.rule.nth === undefined || armed.seen === armed.rule.nth;
      if (chosen === undefined && due && armed.fired < (armed.rule.times ?? Number.POSITIVE_INFINITY)) chosen = armed;
    }
    if (chosen !== undefined) chosen.fired++;
    return chosen?.rule;
  }
}

function matches(rule: FaultRule, call: LoggedRequest): boolean {
  return (
    rule.service === call.service &&
    (rule.operation === "*" || rule.operation === call.operation) &&
    (rule.account === undefined || rule.account === call.account)
  );
}
