/** What each difference between stand-in and bridge is: whose fault, and what was done. By suite and test. */
export const JUDGEMENTS: Readonly<Record<string, string>> = {
  "canary: from secret config is masked in Pulumi's debug output too, up to -v=8":
    "of the documents: from `-v=3` on the bridge logs the state's token, which the engine does not always mask. SECURITY.md says so of former tokens.",
  "canary: is in the secret, and nowhere else in AWS":
    "not of the bridge: the local AWS's state had moved to another file. The test reads that one since.",
  "policy-stacks: knows a replicated secret, and another stack's scanning configuration once it is named":
    "not settled: with the bridge the pack advises about the replicated secret, too. It is probably a detail of replicas, which no other suite has.",
  "policy-stacks: reports each of the usual mistakes once":
    "not of the bridge: a new policy found one more mistake, also with the stand-in.",
  "rewrite: counts only what the update touches, when it has targets":
    "not of the bridge: the test before left a template, also with the stand-in. It is destroyed since.",
};
