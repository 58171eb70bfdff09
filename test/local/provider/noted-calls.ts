import type { Properties } from "../../../local/provider/wire";
import { FakeAws } from "./fake-aws";
import { check } from "./offline";
import { resourceType } from "./support";

/** A provider whose calls a fake AWS notes, in each test of a suite. */
export class NotedCalls {
  aws!: FakeAws;

  static forSuite(): NotedCalls {
    const calls = new NotedCalls();
    beforeEach(async () => {
      calls.aws = await FakeAws.start();
    });
    afterEach(() => calls.aws.stop());
    return calls;
  }

  typeOf(token: string) {
    return resourceType(this.aws.url, token);
  }

  create(token: string, inputs: Properties) {
    return this.typeOf(token).create(check(token, inputs).inputs);
  }

  /** What an update changes in AWS: operations with their inputs. */
  async update(token: string, id: string, state: Properties, inputs: Properties) {
    const before = this.aws.calls.length;
    await this.typeOf(token).update(id, { oldInputs: {}, state, inputs: check(token, inputs).inputs });
    return this.aws.calls
      .slice(before)
      .filter(({ operation }) => !/^(?:Describe|List|Get)/.test(operation))
      .map(({ operation, body }) => [operation, body] as const);
  }
}
