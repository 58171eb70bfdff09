import { createHash, randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Plugin, ResourceType } from "./plugin";
import { type Properties, UNKNOWN } from "./wire";

/** Outputs that a type has beside its inputs. They are unknown before the resource exists. */
export type RecordedOutputs = (inputs: Properties) => Properties;

/**
 * A type that exists only in the stack's state: it accepts any input and returns it as an output. It lets programs run
 * whose workloads matter here only for their image references. Any change replaces it if `isReplaced`.
 */
export function recordedType(outputs: RecordedOutputs = () => ({}), isReplaced = false): ResourceType {
  const recorded = (inputs: Properties) => ({ ...inputs, ...outputs(inputs) });
  const previewed = (inputs: Properties) => ({
    ...inputs,
    ...Object.fromEntries(Object.keys(outputs(inputs)).map((output) => [output, UNKNOWN])),
  });
  return {
    secretOutputs: [],
    check: ({ inputs }) => ({ inputs, refusals: [] }),
    diff: ({ oldInputs, inputs }) => {
      const keys = [...new Set([...Object.keys(oldInputs), ...Object.keys(inputs)])];
      const changed = keys.filter((key) => !isDeepStrictEqual(oldInputs[key], inputs[key]));
      return { changed, replaces: isReplaced ? changed : [], deleteBeforeReplace: false };
    },
    previewCreate: previewed,
    create: async (inputs) => ({ id: randomBytes(8).toString("hex"), state: recorded(inputs) }),
    previewUpdate: ({ inputs }) => previewed(inputs),
    update: async (_, { inputs }) => recorded(inputs),
    read: async (id, state, inputs) => ({ id, state, inputs: inputs ?? state }),
    delete: async () => {},
  };
}

/** A plugin whose every type is a recorded one. */
export function recorderPlugin(name: string): Plugin {
  return {
    configure: () => {},
    resourceType: (token) => recordedType(IMAGE_BUILDS[token]),
    invoke: async (token) => {
      throw new Error(`the local ${name} plugin records resources and has no functions: ${token}`);
    },
  };
}

const IMAGE_BUILDS: Record<string, RecordedOutputs> = {
  "docker-build:index:Image": (inputs) => {
    const [tag] = Array.isArray(inputs.tags) ? (inputs.tags as string[]) : [];
    return { digest: digest(inputs), ref: tag === undefined ? "" : `${tag}@${digest(inputs)}` };
  },
  "docker:index/image:Image": (inputs) => ({ repoDigest: `${inputs.imageName}@${digest(inputs)}` }),
};

function digest(inputs: Properties): string {
  return `sha256:${createHash("sha256").update(JSON.stringify(inputs)).digest("hex")}`;
}
