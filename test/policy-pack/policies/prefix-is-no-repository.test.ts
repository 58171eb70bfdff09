import assert from "node:assert/strict";
import { prefixIsNoRepository } from "../../../policy-pack/policies/prefix-is-no-repository";
import {
  later,
  lifecyclePolicy,
  messages,
  passes,
  repository,
  repositoryPolicy,
  rule,
  run,
  undecidedFor,
} from "../support";

describe("prefix-is-no-repository", () => {
  const policy = prefixIsNoRepository;
  const onPrefix = lifecyclePolicy("p", { repository: "quay" });

  it("passes policies of repositories, known and not, and prefixes of other Regions", async () => {
    for (const name of ["quay/team/app", "quay-tools", "shop/web"]) {
      assert.deepEqual(await run(policy, [rule("r"), lifecyclePolicy("p", { repository: name })]), passes, name);
    }
    assert.deepEqual(await run(policy, [rule("r"), repository("own", { name: "quay" }), onPrefix]), passes);
    const fed = lifecyclePolicy("p", { repository: "quay" }, { feeds: { repository: [repository("own")] } });
    assert.deepEqual(await run(policy, [rule("r"), fed]), passes);
    assert.deepEqual(await run(policy, [rule("r"), lifecyclePolicy("p", { repository: later })]), passes);
    assert.deepEqual(await run(policy, [rule("r", { region: "us-east-1" }), onPrefix]), passes);
  });

  it("reports a prefix, however it is written, and says which setting of the template to use", async () => {
    for (const name of ["quay", "quay/", "quay/*"]) {
      const found = (await run(policy, [rule("r"), lifecyclePolicy("p", { repository: name })])).violations;
      assert.deepEqual(found, [
        "p: quay is the prefix of a pull through cache, and the stack has no repository of that name.",
      ]);
    }
    const [message = ""] = await messages(policy, [rule("r"), repositoryPolicy("p", { repository: "quay" })]);
    assert.match(message, /\nSet repositoryPolicy on the RepositoryCreationTemplate with the prefix quay\. /);
  });

  it("waits for the rule's Region", async () => {
    const fed = rule("r", { region: later }, { feeds: { region: [rule("x", { ecrRepositoryPrefix: "x" })] } });
    assert.deepEqual(await run(policy, [fed, onPrefix]), undecidedFor(policy, "p"));
  });
});
