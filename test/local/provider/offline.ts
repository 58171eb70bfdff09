import { awsPlugin } from "../../../local/provider/aws/plugin";
import type { ResourceType } from "../../../local/provider/plugin";
import type { Properties } from "../../../local/provider/wire";

/** Settings of a provider whose endpoint does not answer. */
export const SETTINGS = {
  region: "us-east-1",
  accessKey: "AKIAROOT111122223333",
  secretKey: "x",
  endpoints: '[{"ecr":"http://127.0.0.1:9"}]',
};

/** A type of the local provider, for what it does without calling AWS. */
export function typeOf(token: string, settings: Properties = SETTINGS): ResourceType {
  const plugin = awsPlugin();
  plugin.configure(settings);
  return plugin.resourceType(token);
}

/** What the provider makes of the inputs of a resource "web", and what it refuses. */
export function check(token: string, inputs: Properties, old: Properties = {}, settings?: Properties) {
  return typeOf(token, settings).check({ name: "web", old, inputs, seed: new Uint8Array([1]) });
}

/** The difference between what was read and what a program asks for. */
export function diff(token: string, state: Properties, inputs: Properties, settings?: Properties) {
  return typeOf(token, settings).diff({
    oldInputs: {},
    state: { region: "us-east-1", ...state },
    inputs: check(token, inputs, {}, settings).inputs,
  });
}
