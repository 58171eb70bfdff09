import type { FaultRule } from "../../local/emulator/faults/rules";

/** Changes that replace something under its own name: delete first, then create. */
export const VARIANTS = ["upstream", "role", "key", "swap"] as const;
export type Variant = (typeof VARIANTS)[number];

export const PHASES = ["up", "rotation", "replace", ...VARIANTS, "preview", "destroy"] as const;
export type Phase = (typeof PHASES)[number];

export function isVariant(phase: Phase): phase is Variant {
  return VARIANTS.some((variant) => variant === phase);
}

/** An operation of AWS. */
export interface Call {
  readonly service: string;
  readonly operation: string;
}

type Disturbance = Pick<FaultRule, "kind" | "when" | "delay" | "times" | "reads" | "fromEcrSeconds">;

/** What happens to a call, and its column in the table. */
export interface Fault {
  readonly name: string;
  readonly rule: Disturbance;
  /** The CLI is killed while the rule holds the call. */
  readonly kill?: boolean;
  appliesTo(call: Call): boolean;
}

export interface Cell {
  readonly phase: Phase;
  readonly call: Call;
  readonly fault: Fault;
}

const isRead = ({ operation }: Call) => /^(Get|List|Describe)/.test(operation);
const isWrite = (call: Call) => !isRead(call);
const always = () => true;
const canHide = ({ operation }: Call) => ["CreateRole", "CreateSecret"].includes(operation);

function once(name: string, rule: Omit<Disturbance, "times">, appliesTo: Fault["appliesTo"]): Fault {
  return { name: `${name} once`, rule: { ...rule, times: 1 }, appliesTo };
}

function killed(when: "before" | "after", appliesTo: Fault["appliesTo"]): Fault {
  return { name: `killed ${when}`, rule: { kind: "stop", when, times: 1 }, kill: true, appliesTo };
}

const TIMEOUT_MS = 200;
const HIDDEN_READS = 3;
const HIDDEN_SECONDS = 15;

/** The columns of the table. A read changes nothing, so fewer ways of failing can differ. */
export const FAULTS: readonly Fault[] = [
  once("throttle", { kind: "throttle" }, always),
  once("error 500", { kind: "error500" }, isWrite),
  once("timeout", { kind: "timeout", delay: TIMEOUT_MS }, isWrite),
  once("reset", { kind: "reset" }, isWrite),
  once("answer lost", { kind: "reset", when: "after" }, isWrite),
  once("access denied", { kind: "accessDenied" }, isWrite),
  { name: "hidden", rule: { kind: "hide", times: 1, reads: HIDDEN_READS }, appliesTo: canHide },
  {
    name: "hidden from ECR",
    rule: { kind: "hide", times: 1, fromEcrSeconds: HIDDEN_SECONDS },
    appliesTo: canHide,
  },
  { name: "error 500 always", rule: { kind: "error500" }, appliesTo: always },
  { name: "access denied always", rule: { kind: "accessDenied" }, appliesTo: isRead },
  killed("before", isWrite),
  killed("after", isWrite),
];

/** The cells of a phase, from the calls that it makes. Of a replacement under the same name, only it is disturbed. */
export function cellsOf(phase: Phase, calls: readonly Call[]): Cell[] {
  const replacing = ({ service, operation }: Call) => service === "ecr" && /^(Create|Delete)/.test(operation);
  return calls
    .filter((call) => !isVariant(phase) || replacing(call))
    .flatMap((call) => FAULTS.filter((fault) => fault.appliesTo(call)).map((fault) => ({ phase, call, fault })));
}

export function nameOf({ service, operation }: Call): string {
  return `${service}:${operation}`;
}
