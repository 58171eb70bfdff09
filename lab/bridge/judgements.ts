/** What each difference between stand-in and bridge is: whose fault, and what was done. By suite and test. */
export const JUDGEMENTS: Readonly<Record<string, string>> = {};
