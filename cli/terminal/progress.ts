import { type Options, Presets, SingleBar } from "cli-progress";
import type { Terminal } from "./terminal";

/** Progress on standard error: a bar on a terminal, otherwise a line now and then. */
export interface Progress {
  step(): void;
  stop(): void;
}

export function startProgress(terminal: Terminal, total: number, unit: string): Progress {
  return terminal.isInteractive ? bar(total, unit) : lines(terminal, total, unit);
}

function bar(total: number, unit: string): Progress {
  const options: Options = {
    stream: process.stderr,
    format: `{bar} {value}/{total} ${unit}, {eta_formatted} left`,
    clearOnComplete: true,
  };
  const shown = new SingleBar(options, Presets.shades_classic);
  shown.start(total, 0);
  return { step: () => shown.increment(), stop: () => shown.stop() };
}

const MILLISECONDS_BETWEEN_LINES = 10_000;

/** Short runs have no line, and long ones show that they go on. */
function lines(terminal: Terminal, total: number, unit: string): Progress {
  let done = 0;
  let last = Date.now();
  const step = () => {
    done++;
    if (Date.now() - last < MILLISECONDS_BETWEEN_LINES) return;
    last = Date.now();
    terminal.say(`${done} of ${total} ${unit}`);
  };
  return { step, stop: () => undefined };
}
