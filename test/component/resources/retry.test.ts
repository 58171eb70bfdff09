import assert from "node:assert/strict";
import { pauseAfter } from "../../../component/resources/existing/retry";

const SECRET =
  "creating ECR Pull Through Cache Rule (hub): SecretNotFoundException: The ARN of the secret was not found.";
const ROLE = "InvalidParameterException: The role arn:aws:iam::111122223333:role/x cannot be assumed by Amazon ECR";

describe("an error that needs time", () => {
  it("is retried for two minutes, first after a second and then less often", () => {
    const pauses: number[] = [];
    for (let pause = pauseAfter(1, SECRET); pause !== undefined; pause = pauseAfter(pauses.length + 1, SECRET)) {
      pauses.push(pause / 1000);
    }
    assert.deepEqual(pauses, [1, 2, 4, 8, ...Array.from({ length: 10 }, () => 10)]);
  });

  it("is a secret or a role that ECR does not see yet, and nothing else", () => {
    const others = ["does not exist", "was not found", "could not be ASSUMED", "is unable to be used"].map(
      (problem) => `ValidationException: one\nRole of ECR ${problem} yet`,
    );
    for (const error of [SECRET, ROLE, "UnableToAccessSecretException: no", ...others])
      assert.equal(pauseAfter(1, error), 1000);
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
