import { createHash, randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Plugin, ResourceType } from "./plugin";
import { type Properties, UNKNOWN } from "./wire";

/** The outputs that a recorded type adds to its inputs. */
export interface RecordedType {
  /** Outputs that are unknown before the resource exists. */
  readonly computed?: readonly string[];
  /** Inputs whose change replaces the resource. */
  readonly forceNew?: readonly string[];
  /** Values of the computed outputs. */
  readonly compute?: (id: string, inputs: Properties) => Properties;
}

/**
 * A type that exists only in the stack's state: it accepts any input and returns it as an output. It lets programs run
 * whose workloads matter here only for their image references.
 */
export function recordedType({ computed = [], forceNew = [], compute = () => ({}) }: RecordedType = {}): ResourceType {
  const unknown = Object.fromEntries(computed.map((output) => [output, UNKNOWN]));
  const changedKeys = (old: Properties, inputs: Properties) =>
    [...new Set([...Object.keys(old), ...Object.keys(inputs)])].filter(
      (key) => !isDeepStrictEqual(old[key], inputs[key]),
    );
  return {
    secretOutputs: [],
    check: ({ inputs }) => ({ inputs, refusals: [] }),
    diff: ({ oldInputs, inputs }) => {
      const changed = changedKeys(oldInputs, inputs);
      return { changed, replaces: changed.filter((key) => forceNew.includes(key)), deleteBeforeReplace: false };
    },
    previewCreate: (inputs) => ({ ...inputs, ...unknown }),
    create: async (inputs) => {
      const id = randomBytes(8).toString("hex");
      return { id, state: { ...inputs, ...compute(id, inputs) } };
    },
    previewUpdate: ({ inputs }) => ({ ...inputs, ...unknown }),
    update: async (id, { inputs }) => ({ ...inputs, ...compute(id, inputs) }),
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

const IMAGE_BUILDS: Record<string, RecordedType> = {
  "docker-build:index:Image": { computed: ["digest", "ref"], compute: builtImage },
  "docker:index/image:Image": {
    computed: ["repoDigest"],
    compute: (_, inputs) => ({ repoDigest: `${inputs.imageName}@${digest(inputs)}` }),
  },
};

function builtImage(_: string, inputs: Properties): Properties {
  const [tag] = Array.isArray(inputs.tags) ? (inputs.tags as string[]) : [];
  return { digest: digest(inputs), ref: tag === undefined ? "" : `${tag}@${digest(inputs)}` };
}

function digest(inputs: Properties): string {
  return `sha256:${createHash("sha256").update(JSON.stringify(inputs)).digest("hex")}`;
}
