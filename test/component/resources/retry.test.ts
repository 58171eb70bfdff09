import assert from "node:assert/strict";
import { pauseAfter } from "../../../component/resources/retry";

const SECRET =
  "creating ECR Pull Through Cache Rule (hub): SecretNotFoundException: The ARN of the secret was not found.";
const ROLE = "InvalidParameterException: The role arn:aws:iam::111122223333:role/x cannot be assumed by Amazon ECR";

describe("an error that needs time", () => {
  it("is retried for two minutes, first after a second and then less often", () => {
    const pauses: number[] = [];
    for (let pause = pauseAfter(1, SECRET); pause !== undefined; pause = pauseAfter(pauses.length + 1, SECRET)) {
      pauses.push(pause / 1000);
    }
    assert.deepEqual(pauses.slice(0, 6), [1, 2, 4, 8, 10, 10]);
    const total = pauses.reduce((sum, pause) => sum + pause, 0);
    assert.ok(total > 110 && total <= 120, `${total} seconds`);
  });

  it("is a secret or a role that ECR does not see yet, and nothing else", () => {
    for (const error of [SECRET, ROLE, "UnableToAccessSecretException: no"]) assert.equal(pauseAfter(1, error), 1000);
    for (const error of [
      "AccessDeniedException: User is not authorized to perform: iam:PassRole on resource: role x",
      "PullThroughCacheRuleAlreadyExistsException: it exists",
      "LimitExceededException: 50 rules",
      "ValidationException: the role must be in this account",
      "InvalidParameterException: the prefix is not found",
    ]) {
      assert.equal(pauseAfter(1, error), undefined, error);
    }
  });
});
