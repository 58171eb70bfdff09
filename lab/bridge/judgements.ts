/** What each difference between stand-in and bridge is: whose fault, and what was done. By suite and test. */
export const JUDGEMENTS: Readonly<Record<string, string>> = {
  "canary: from secret config is masked in Pulumi's debug output too, up to -v=8":
    "of the product's documents: from `-v=3` on the bridge logs the state's token. The engine does not mask one with `\"` and `\\`, which the test plants, and no former one. SECURITY.md says so.",
};
