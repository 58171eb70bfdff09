/** An answer that AWS gives instead of a result: its exception name, its message and the HTTP status it travels with. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
    this.name = code;
  }
}
