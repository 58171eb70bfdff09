import { openCloud } from "../../local/emulator/cloud";
import type { CallContext } from "../../local/emulator/context";
import { AwsError } from "../../local/emulator/errors";
import { noImage } from "../../local/emulator/oci/errors";
import { rootPrincipal } from "../../local/emulator/policy/principal";
import { SERVICES, type Service } from "../../local/emulator/services/catalogue";
import { perform } from "../../local/emulator/services/dispatch";
import { type Reader, WrongType } from "../../local/emulator/validation/shape";
import { accepts, CONSTRAINTS } from "./service-model";

export const ACCOUNT = "111122223333";
export const REGION = "us-east-1";

/** One call of an AWS API, with the members that AWS's model names. */
export interface Call {
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
}

/** Whether AWS's model accepts a call: lengths, patterns and enumerations. */
export function modelTakes({ service, operation, input }: Call): boolean {
  const shape = CONSTRAINTS.services[service]?.operations[operation];
  if (shape === undefined) throw new Error(`the model has no ${service}:${operation}`);
  return accepts(service, shape, input);
}

/** Whether the emulator can read a call's input: types, lengths, patterns and enumerations, but not their meaning. */
export function emulatorReads({ service, operation, input }: Call): boolean {
  const { protocol, operations } = SERVICES[service] as Service;
  const reader: Reader = { wire: protocol.wire, problems: [] };
  try {
    operations[operation]?.input.read(input, "", reader);
  } catch (error) {
    if (error instanceof WrongType) return false;
    throw error;
  }
  return reader.problems.length === 0;
}

/** The emulator's services without a network. The account's root makes every call. */
export class LocalCloud {
  private readonly opened = openCloud({});

  reset(): void {
    this.opened.cloud.store.reset();
  }

  call({ service, operation, input }: Call, account = ACCOUNT, region = REGION): Promise<unknown> {
    const context: CallContext = {
      cloud: this.opened.cloud,
      principal: rootPrincipal(account),
      account,
      region,
      actions: [],
      upstream: { check: () => Promise.resolve(undefined), pull: () => Promise.reject(noImage()) },
    };
    return perform(SERVICES[service] as Service, operation, input, context);
  }

  /** The exception with which the emulator answers a call, or undefined. */
  async refusal(call: Call, account?: string, region?: string): Promise<string | undefined> {
    try {
      await this.call(call, account, region);
      return undefined;
    } catch (error) {
      if (error instanceof AwsError) return `${error.code}: ${error.message}`;
      throw error;
    }
  }
}
