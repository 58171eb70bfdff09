import type { WriteStream } from "node:tty";

const ERASE_LINE = "\r\u001b[2K";

/** A line below all messages that is written again whenever it changes. */
export class StatusLine {
  private text = "";

  constructor(private readonly stream: WriteStream) {}

  /** Shows a text, cut off at the end of the line. An empty one removes the line. */
  show(text: string): void {
    const before = this.text;
    this.text = text.slice(0, (this.stream.columns || 80) - 1);
    if (before !== this.text) this.stream.write(`${ERASE_LINE}${this.text}`);
  }

  /** Writes a message above the line. */
  writeAbove(message: string): void {
    this.stream.write(this.text === "" ? message : `${ERASE_LINE}${message}${this.text}`);
  }
}
