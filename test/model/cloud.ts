import type { CallContext } from "../../local/emulator/context";
import { openCloud } from "../../local/emulator/context";
import { AwsError } from "../../local/emulator/errors";
import { noImage } from "../../local/emulator/oci/errors";
import { rootPrincipal } from "../../local/emulator/policy/principal";
import { SERVICES, type Service } from "../../local/emulator/services/catalogue";
import { perform, readInput } from "../../local/emulator/services/dispatch";

export const ACCOUNT = "111122223333";
export const REGION = "us-east-1";

/** One call of an AWS API, with the members that AWS's model names. */
export interface Call {
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
}

/** Whether AWS's model accepts a call: types, lengths, patterns and enumerations, but not their meaning. */
export function modelTakes({ service, operation, input }: Call): boolean {
  try {
    readInput(SERVICES[service] as Service, operation, input);
    return true;
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}

/** The emulator's services without a network. The account's root makes every call. */
export class LocalCloud {
  private readonly opened = openCloud({});

  reset(): void {
    this.opened.store.reset();
  }

  call({ service, operation, input }: Call, account = ACCOUNT, region = REGION): Promise<unknown> {
    const context: CallContext = {
      cloud: this.opened,
      principal: rootPrincipal(account),
      account,
      region,
      actions: [],
      upstream: {
        check: () => Promise.resolve(undefined),
        pull: () => Promise.reject(noImage()),
        referrers: async () => [],
      },
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
