import { replicationFiltered as policy } from "../../../policy-pack/policies/replication-filtered";
import { judges, later, passes, replication, rule, undecided } from "../support";

const r = rule("r");
const having = (replicationConfiguration: unknown) => replication("copies", { replicationConfiguration });
const copies = (...rules: unknown[]) => having({ rules });
const destinations = [{ region: "eu-west-1", registryId: "111122223333" }];
const only = (filter: string) => ({ destinations, repositoryFilters: [{ filter, filterType: "PREFIX_MATCH" }] });

judges(policy, {
  "passes filters, also one for a cache, and registries without a cache": [
    passes,
    [r, copies(only("shop/"))],
    [r, copies(only("quay/"))],
    [r, copies()],
    [copies({ destinations })],
    [rule("r", { region: "us-east-1" }), copies({ destinations })],
  ],
  "reports the rule without a filter, the caches and the destinations": [
    "copies: rules[1] has no repositoryFilters, so it copies what is cached below hub, quay to eu-west-1.",
    [r, rule("hub", { ecrRepositoryPrefix: "hub/" }), copies(only("shop/"), { destinations })],
  ],
  "reports it without what is not known yet": [
    "copies: rules[0] has no repositoryFilters, so it copies every cached image to its destinations.",
    [rule("r", { ecrRepositoryPrefix: later }), copies({ destinations: later, repositoryFilters: [] })],
  ],
  "waits for rules and filters that are not known yet": [
    undecided("copies"),
    ...[later, [later], [{ destinations, repositoryFilters: later }]].map((rules) => [r, having({ rules })]),
    [r, having(later)],
  ],
});
