import { counted } from "./count";
import type { Terminal } from "./terminal";

/** Progress on standard error: a bar on a terminal, otherwise a line now and then. */
export interface Progress {
  step(): void;
  stop(): void;
}

export function startProgress(terminal: Terminal, total: number, unit: string): Progress {
  return terminal.isInteractive ? bar(terminal, total, unit) : lines(terminal, total, unit);
}

const WIDTH = 30;

function bar(terminal: Terminal, total: number, unit: string): Progress {
  let done = 0;
  const show = () => {
    const filled = Math.round((done / total) * WIDTH);
    terminal.status(`${"█".repeat(filled)}${"░".repeat(WIDTH - filled)} ${done} of ${counted(total, unit)}`);
  };
  const step = () => {
    done++;
    show();
  };
  show();
  return { step, stop: () => terminal.status("") };
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
    terminal.say(`${done} of ${counted(total, unit)}`);
  };
  return { step, stop: () => undefined };
}
