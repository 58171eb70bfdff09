import type { AwsError } from "../errors";
import type { Problem } from "../validation/shape";

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Call {
  readonly operation: string;
  readonly input: unknown;
}

/** Where a request went: only REST protocols read it. */
export interface RequestLine {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

/** How one AWS protocol writes calls, results and errors on the wire. */
export interface Protocol {
  readonly wire: "json" | "query";
  parse(headers: NodeJS.Dict<string | string[]>, body: Buffer, line: RequestLine): Call;
  result(operation: string, output: unknown, requestId: string): Reply;
  error(error: AwsError, requestId: string): Reply;
}

/** How one service words the refusal of an input that breaks its model. */
export type Refusal = (problems: readonly Problem[]) => AwsError;
