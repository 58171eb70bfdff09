/** One call to the emulator. It never includes inputs and outputs, because they may hold secrets. */
export interface LoggedRequest {
  readonly id: string;
  readonly time: string;
  /** `ecr`, `secretsmanager`, `iam`, `sts`, `registry` or `upstream`. */
  readonly service: string;
  readonly operation: string;
  readonly account: string;
  readonly region: string;
  readonly principal?: string;
  /** For image pulls: host and path. */
  readonly target?: string;
  /** The IAM actions that were checked: the call's own, and others that it needs. */
  readonly actions?: readonly string[];
  status?: number;
  error?: string;
  fault?: string;
}

const CAPACITY = 20_000;

export class RequestLog {
  readonly entries: LoggedRequest[] = [];

  add(entry: LoggedRequest): LoggedRequest {
    if (this.entries.length >= CAPACITY) this.entries.splice(0, CAPACITY / 10);
    this.entries.push(entry);
    return entry;
  }
}
