/** A delivered email. */
export interface Mail {
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly body: string;
  readonly time: string;
}

/** All emails since the emulator started, newest last. */
export class Mailbox {
  private mails: Mail[] = [];

  add(mail: Mail): void {
    this.mails.push(mail);
  }

  list(): readonly Mail[] {
    return this.mails;
  }

  clear(): void {
    this.mails = [];
  }
}
