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

/** The target of a request. Only REST protocols read it. */
export interface RequestLine {
  readonly method: string | undefined;
  readonly path: string;
  readonly query: URLSearchParams;
}

/** The wire format of one AWS protocol for calls, results and errors. */
export interface Protocol {
  readonly wire: "json" | "query";
  parse(headers: NodeJS.Dict<string | string[]>, body: Buffer, line: RequestLine): Call;
  result(operation: string, output: unknown, requestId: string): Reply;
  error(error: AwsError, requestId: string): Reply;
}

/** A service's error for an input that violates its model. */
export type Refusal = (problems: readonly Problem[]) => AwsError;
