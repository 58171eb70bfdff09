/** What each difference between stand-in and bridge is: whose fault, and what was done. By suite and test. */
export const JUDGEMENTS: Readonly<Record<string, string>> = {
  "canary: from secret config is masked in Pulumi's debug output too, up to -v=8":
    "of the documents: from `-v=3` on the bridge logs the state's token, which the engine does not always mask. SECURITY.md says so of former tokens.",
};
