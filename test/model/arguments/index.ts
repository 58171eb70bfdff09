import { ALERTS } from "./alerts";
import type { Argument } from "./argument";
import { LIFECYCLE } from "./lifecycle";
import { POLICIES } from "./policies";
import { ROLES } from "./roles";
import { RULES } from "./rules";
import { SCANNING } from "./scanning";
import { SECRETS } from "./secrets";
import { TEMPLATES } from "./templates";

export type { Argument } from "./argument";

/** Where every value is tried: in the component's argument, and in the fields that it becomes. */
export const ARGUMENTS: readonly Argument[] = [
  ...RULES,
  ...TEMPLATES,
  ...LIFECYCLE,
  ...SECRETS,
  ...ROLES,
  ...POLICIES,
  ...SCANNING,
  ...ALERTS,
];
