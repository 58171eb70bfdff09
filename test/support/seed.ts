import fc from "fast-check";

/** Property tests try the same values in every run, so that a change is judged by what it changes. `SEED` tries others. */
fc.configureGlobal({ seed: Number(process.env.SEED ?? 1) });
