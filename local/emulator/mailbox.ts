/** A delivered email. */
export interface Mail {
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly body: string;
  readonly time: string;
}
