import type { Probe } from "../probe";
import { EVENT_PROBES } from "./events";
import { IMAGE_PROBES } from "./images";
import { POLICY_PROBES } from "./policies";
import { REGISTRY_PROBES } from "./registry";
import { RULE_PROBES } from "./rules";
import { TEMPLATE_PROBES } from "./templates";

export const PROBES: readonly Probe[] = [
  ...RULE_PROBES,
  ...TEMPLATE_PROBES,
  ...IMAGE_PROBES,
  ...REGISTRY_PROBES,
  ...POLICY_PROBES,
  ...EVENT_PROBES,
];
