import type { Policies, Severity } from "@pulumi/policy";
import { nearest } from "./kit/nearest";
import type { Topic } from "./kit/tags";
import { notDecided } from "./kit/undecided";
import { policies } from "./policies";

export type { Topic };

/** Which policies to take. A policy must fit everything that is given; an empty selection takes all. */
export interface Selection {
  /** Names of policies, such as `rule-has-template`. */
  readonly names?: readonly string[];
  readonly topics?: readonly Topic[];
  readonly severities?: readonly Severity[];
  /** Controls of AWS Security Hub that the policies serve: `ECR.1` (scanning), `ECR.3` (lifecycle policies). */
  readonly controls?: readonly string[];
}

/**
 * The selected policies, for a policy pack of your own. The last one, `not-decided`, is added to every selection: it says
 * what the others could not judge yet. Resources of aws-native and misspelled settings are recognized only in this
 * package's own pack.
 *
 * @throws Error if there is no policy of a given name.
 */
export function selectPolicies({ names, topics, severities, controls }: Selection = {}): Policies {
  const known = policies.map(({ name }) => name);
  const missing = names?.find((name) => !known.includes(name));
  if (missing !== undefined) {
    const right = nearest(missing, known);
    throw new Error(`there is no policy "${missing}"${right === undefined ? "" : `; did you mean "${right}"?`}`);
  }
  return policies.filter(
    (policy) =>
      policy === notDecided ||
      ((names?.includes(policy.name) ?? true) &&
        (topics?.some((topic) => policy.tags?.includes(topic)) ?? true) &&
        (policy.severity === undefined || (severities?.includes(policy.severity) ?? true)) &&
        (controls?.includes(policy.framework?.reference ?? "") ?? true)),
  );
}
