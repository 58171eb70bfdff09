import assert from "node:assert/strict";
import type { StackResource } from "../../../policy-pack/kit/policy";
import { messages, resource, rule } from "../support";

/** Docker Hub's cache. */
export const hub = rule("hub", {
  ecrRepositoryPrefix: "hub",
  upstreamRegistryUrl: "registry-1.docker.io",
  registryId: "111122223333",
});
/** The URL of an image in it. */
export const cached = (path: string) => `111122223333.dkr.ecr.eu-central-1.amazonaws.com/hub/${path}`;
/** An ECS task definition with these images. */
export const task = (...images: unknown[]) =>
  resource("aws:ecs/taskDefinition:TaskDefinition", "task", {
    containerDefinitions: JSON.stringify(images.map((image, i) => ({ name: `c${i}`, image }))),
  });

/** Under each title, what is wrong and what to write, and the stacks in which a policy says this once. */
export function advises(
  policy: Parameters<typeof messages>[0],
  table: Readonly<Record<string, readonly [advice: string, ...stacks: (readonly StackResource[])[]]>>,
): void {
  describe(`${policy.name} says what to write about`, () => {
    for (const [title, [advice, ...stacks]] of Object.entries(table)) {
      it(title, async () => {
        for (const stack of stacks) {
          const found = await messages(policy, stack);
          assert.deepEqual(
            found.map((message) => message.split("\n").slice(0, 2).join(" ")),
            [advice],
          );
        }
      });
    }
  });
}
