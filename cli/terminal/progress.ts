import { type Options, Presets, SingleBar } from "cli-progress";
import type { Terminal } from "./terminal";

/** A progress bar on standard error if that is a terminal; otherwise nothing. */
export interface Progress {
  step(): void;
  stop(): void;
}

export function startProgress(terminal: Terminal, total: number, unit: string): Progress {
  if (!terminal.isInteractive) return { step: () => undefined, stop: () => undefined };
  const options: Options = {
    stream: process.stderr,
    format: `{bar} {value}/{total} ${unit}, {eta_formatted} left`,
    clearOnComplete: true,
  };
  const bar = new SingleBar(options, Presets.shades_classic);
  bar.start(total, 0);
  return { step: () => bar.increment(), stop: () => bar.stop() };
}
