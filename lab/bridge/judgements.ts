/** What each difference between stand-in and bridge is: whose fault, and what was done. By suite and test, or by suite. */
export const JUDGEMENTS: Readonly<Record<string, string>> = {
  "canary: from secret config is masked in Pulumi's debug output too, up to -v=8":
    "of the documents: from `-v=3` on the bridge logs the state's token. The engine does not mask a token with a quote or a backslash, which this test plants, and no former one. SECURITY.md says so.",
  provider:
    "of the stand-in: it wrote other texts for refused inputs, and another name for the session of an assumed role. The other five follow from the first.",
  "component-registry-wide": "of the test: filters of a set have no order.",
  "component-template": "of the test: filters of a set have no order.",
  "component-options":
    "of the stand-in: another account replaced the provider and everything. The test destroys the stack first now.",
  "component-refusals":
    "of the test: the provider asks for its account before a function does, and the text is longer.",
  "policy-stacks":
    "of the judge: it made no replicas. And of the test: the bridge assumes the role of another account, which did not exist.",
  rewrite: "of the judge: workloads that it only records had tags, which it did not keep.",
  examples: "of the judge: as in rewrite.",
  faults: "of the comparison: ids of versions and empty outputs have other forms.",
};
