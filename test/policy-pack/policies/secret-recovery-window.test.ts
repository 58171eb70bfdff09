import { secretRecoveryWindow as policy } from "../../../policy-pack/policies/secret-recovery-window";
import { configured, judges, later, passes, secret, undecided } from "../support";

const of = (recoveryWindowInDays: unknown, more: object = {}, stack = "prod-eu") =>
  secret("s", { recoveryWindowInDays, ...more }, { stack });
const named = (one: ReturnType<typeof of>) => configured({ stacks: ["prod*"] }, one);

judges(policy, {
  "judges only the named stacks, and cache secrets": [
    passes,
    of(0),
    named(of(0, {}, "dev")),
    ...[undefined, 7, 30].map((days) => named(of(days))),
    named(of(0, { name: "db" })),
  ],
  "reports no window": ["s: The secret has recoveryWindowInDays 0.", named(of(0))],
  "waits for unknown windows": [undecided("s"), named(of(later))],
});
