import assert from "node:assert/strict";
import { selectPolicies } from "../../policy-pack/library";

describe("the policies as a library", () => {
  it("are picked by topic, severity and control of Security Hub, with what could not be decided last", () => {
    const picked = (...selection: Parameters<typeof selectPolicies>) =>
      selectPolicies(...selection).map(({ name }) => name);
    assert.deepEqual(picked({ controls: ["ECR.3"] }), [
      "template-lifecycle-expires",
      "repository-has-lifecycle",
      "template-lifecycle-bounded",
      "not-decided",
    ]);
    assert.deepEqual(picked({ controls: ["ECR.3"], topics: ["cost"], severities: ["high"] }), [
      "template-lifecycle-expires",
      "not-decided",
    ]);
    assert.throws(() => selectPolicies({ names: ["rule-has-templates"] }), /did you mean "rule-has-template"/);
  });
});
