import type { AwsError } from "../errors";
import type { Target } from "../http/target";
import type { Scalars } from "../model/check";
import type { ServiceModel } from "../model/model";
import { awsJson, restJson } from "./aws-json";
import { awsQuery } from "./aws-query";

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Call {
  readonly operation: string;
  readonly input: unknown;
}

/** The wire format of one AWS protocol for calls, results and errors. */
export interface Protocol {
  readonly scalars: Scalars;
  parse(headers: NodeJS.Dict<string | string[]>, body: Buffer, target: Target): Call;
  result(operation: string, output: unknown, requestId: string): Reply;
  error(error: AwsError, requestId: string): Reply;
}

/** The wire format that a service's model names. */
export function protocolOf(model: ServiceModel): Protocol {
  if (model.protocol === "query") return awsQuery(model);
  return model.protocol === "rest-json" ? restJson(model) : awsJson(model);
}
