/** A mutant that no unit test finds, with the reason. */
export interface Known {
  readonly file: string;
  /** The line that it changes, as written in the file. */
  readonly line: string;
  readonly after: string;
  /**
   * `engine test`: the engine test that the reason names fails; it was run by hand. `equivalent`: the change has no
   * visible effect. `accepted`: no test is worth its time.
   */
  readonly kind: "engine test" | "equivalent" | "accepted";
  readonly reason: string;
}

export const KNOWN: readonly Known[] = [
  {
    file: "component/images/grammar.ts",
    line: "if (host < 0 || host === end) return host;",
    after: "<=",
    kind: "equivalent",
    reason: "a host has one character or more",
  },
  {
    file: "component/images/parse.ts",
    line: "if (pathEnd < 0) {",
    after: "<=",
    kind: "equivalent",
    reason: "a repository has one character or more",
  },
  {
    file: "component/images/parse.ts",
    line: 'if (tagEnd < 0) return refuseAt(reference, "tag", ~tagEnd, "the tag");',
    after: "<=",
    kind: "equivalent",
    reason: "a tag comes after a repository",
  },
  {
    file: "component/images/parse.ts",
    line: "if (colon < 0) {",
    after: "<=",
    kind: "equivalent",
    reason: "a digest comes after a repository",
  },
  {
    file: "component/input/registries-file/positions.ts",
    line: "if (place.offset !== undefined && place.offset >= 0) nearest = place.offset;",
    after: ">",
    kind: "equivalent",
    reason: "only the first value starts at 0, and then the document does too",
  },
  {
    file: "component/lifecycle/validate.ts",
    line: 'return list && JSON.stringify([selection.tagPatternList ? "pattern" : "prefix", ...new Set([...list].sort())]);',
    after: '(selection.tagPatternList ? "prefix" : "pattern")',
    kind: "equivalent",
    reason: "the two words only have to differ",
  },
  {
    file: "component/plan/index.ts",
    line: "const credentials = { given: undefined, config: {}, configIsSecret: true };",
    after: "false",
    kind: "equivalent",
    reason: "the config is not read where credentials may come from an Output",
  },
  {
    file: "component/plan/registry-wide.ts",
    line: '!String(statement.Sid ?? "").startsWith(mark) && !sids.has(statement.Sid) && !contents.has(contentOf(statement)),',
    after: "statement.Sid",
    kind: "equivalent",
    reason: "the word undefined does not start with the mark either",
  },
  {
    file: "component/resources/credentials.ts",
    line: "made.set(entry.key, found);",
    after: ";",
    kind: "accepted",
    reason: "saves memory only",
  },
  {
    file: "component/resources/scope.ts",
    line: "const output = scope.checked.get(value) ?? scope.ecr.apply(() => value);",
    after: "scope.ecr.apply(() => value)",
    kind: "accepted",
    reason: "saves memory only",
  },
  {
    file: "component/resources/scope.ts",
    line: "scope.checked.set(value, output);",
    after: ";",
    kind: "accepted",
    reason: "saves memory only",
  },
  {
    file: "component/resources/hooks.ts",
    line: "const count = (registered.get(context.name) ?? 0) + 1;",
    after: "(0 + 1)",
    kind: "equivalent",
    reason: "the names of hooks only have to differ",
  },
  {
    file: "component/rewrite/visitor.ts",
    line: "return false;",
    after: "true",
    kind: "equivalent",
    reason: "Lambda functions have no build arguments",
  },
  {
    file: "component/schema/aws.ts",
    line: "if (/^\\d{4}-\\d{2}-\\d{2}$/.test(value) && toDay(value) === value) return;",
    after: "/\\d{4}-\\d{2}-\\d{2}$/",
    kind: "equivalent",
    reason: "the rest of the line compares the whole text",
  },
  {
    file: "component/schema/aws.ts",
    line: "if (/^\\d{4}-\\d{2}-\\d{2}$/.test(value) && toDay(value) === value) return;",
    after: "/^\\d{4}-\\d{2}-\\d{2}/",
    kind: "equivalent",
    reason: "the rest of the line compares the whole text",
  },
  {
    file: "local/emulator/faults/held.ts",
    line: 'clientGone.addEventListener("abort", () => settle("gone"), { once: true });',
    after: "false",
    kind: "equivalent",
    reason: "a signal aborts once",
  },
  {
    file: "local/emulator/oci/pull.ts",
    line: "return this.cloud.clock.now() - tag.validatedAt > FRESH_FOR;",
    after: ">=",
    kind: "accepted",
    reason: "the clock has moved on a millisecond later",
  },
  {
    file: "local/emulator/services/ecr/lifecycle/document.ts",
    line: "const group = rules.filter((rule) => rule.storageClass === storageClass);",
    after: "!==",
    kind: "equivalent",
    reason: "both storage classes get the same checks",
  },
  {
    file: "local/emulator/services/ecr/prefixes.ts",
    line: "if (covers(prefix, name) && length > bestLength) {",
    after: ">=",
    kind: "equivalent",
    reason: "two prefixes of one length do not cover the same name",
  },
  {
    file: "local/emulator/upstream/client.ts",
    line: "const TIMEOUT = 10_000;",
    after: "(10_000 + 1)",
    kind: "accepted",
    reason: "the time for which it waits",
  },
  {
    file: "local/emulator/services/scheduler/run.ts",
    line: ".filter(({ done, time }) => !done && time <= cloud.clock.now())",
    after: "<",
    kind: "accepted",
    reason: "the clock has moved on a millisecond later",
  },
  {
    file: "local/emulator/services/iam/simulation.ts",
    line: 'delegates: "implicitDeny",',
    after: '"implicitDeny~"',
    kind: "equivalent",
    reason: "the policies of a role delegate nothing",
  },
  {
    file: "local/emulator/services/iam/policies.ts",
    line: "nextVersion: 2,",
    after: "(2 + 1)",
    kind: "equivalent",
    reason: "nobody can add a version to a policy of AWS",
  },
  {
    file: "policy-pack/policies/token-expiry.ts",
    line: "const time = /^\\d{4}-\\d{2}-\\d{2}$/.test(day) ? Date.parse(day) : Number.NaN;",
    after: "/\\d{4}-\\d{2}-\\d{2}$/",
    kind: "equivalent",
    reason: "the next line compares the whole text",
  },
  {
    file: "policy-pack/policies/encryption-required.ts",
    line: 'return kmsKey === unknown ? unknown : keys.some((key) => globMatches(key, String(kmsKey ?? "")));',
    after: "kmsKey",
    kind: "equivalent",
    reason: "no pattern of a key matches the words null and undefined, except those that match anything",
  },
  {
    file: "policy-pack/index.ts",
    line: 'provider: "aws",',
    after: "...{}",
    kind: "accepted",
    reason: "only Pulumi Cloud shows it",
  },
  {
    file: "local/provider/aws/table/iam.ts",
    line: 'managedPolicyArns: { computed: true, kind: "set", validate: [list(0, 20, arn)] },',
    after: "(0 + 1)",
    kind: "equivalent",
    reason: "an empty list counts as none",
  },
  {
    file: "local/provider/aws/scheduler.ts",
    line: "maximumWindowInMinutes: found.FlexibleTimeWindow?.MaximumWindowInMinutes,",
    after: "...{}",
    kind: "accepted",
    reason: "the emulator refuses flexible windows, which nothing here uses",
  },
  {
    file: "policy-pack/aws/registry.ts",
    line: "known.set(resource, registry);",
    after: ";",
    kind: "equivalent",
    reason: "what is not remembered is computed again",
  },
  {
    file: "policy-pack/aws/wildcards.ts",
    line: "if (seen.size >= maxStates) return true;",
    after: ">",
    kind: "equivalent",
    reason: "one state more or less before the search gives up",
  },
];
