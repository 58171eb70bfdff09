import type { Probe } from "../probe";
import { IMAGE_PROBES } from "./images";
import { OTHER_PROBES } from "./registry";
import { RULE_PROBES } from "./rules";
import { TEMPLATE_PROBES } from "./templates";

export const PROBES: readonly Probe[] = [...RULE_PROBES, ...TEMPLATE_PROBES, ...IMAGE_PROBES, ...OTHER_PROBES];
