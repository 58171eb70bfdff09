import { type DiffArguments, PartialError, type ResourceType } from "../plugin";
import type { Properties } from "../wire";
import { checkInputs } from "./check";
import type { AwsContext } from "./context";
import { describeError, eventually } from "./errors";
import type { TypeRow } from "./fields";
import { uniqueName } from "./naming";
import type { Operations } from "./operations";
import { difference, previewed, proposed, withIgnored } from "./proposed";
import { defaults, inputsOf, stateOf } from "./state";

class NotFound extends Error {
  constructor() {
    super("couldn't find resource");
  }
}

/** A row of the table and its operations, as the engine sees them. `contextOf` returns the clients of a region. */
export function awsResourceType(
  token: string,
  row: TypeRow,
  operations: Operations,
  contextOf: (region?: string) => AwsContext,
): ResourceType {
  const awsOf = (properties: Properties): AwsContext =>
    contextOf(typeof properties.region === "string" ? properties.region : undefined);
  const diff = (args: DiffArguments) => difference(row, args, contextOf().region);
  const asked = ({ state, inputs, ignoreChanges }: DiffArguments): Properties => ({
    ...outputsOnly(row, state),
    ...proposed(row, withIgnored(inputs, state, ignoreChanges), state),
  });

  const read = async (aws: AwsContext, id: string, state: Properties): Promise<Properties> => {
    try {
      const found = await operations.read(aws, id, state);
      if (!found) throw new NotFound();
      return found;
    } catch (error) {
      if (error instanceof NotFound && row.awaited) throw error;
      throw describeError(`reading ${row.title} (${id})`, error);
    }
  };

  return {
    secretOutputs: row.secretOutputs ?? [],
    check: (args) => checkInputs(token, row, args, contextOf()),
    diff,
    previewCreate: (inputs) => previewed(row, inputs),
    async create(inputs) {
      const aws = awsOf(inputs);
      const wanted = proposed(row, inputs);
      if (row.autoName && wanted.name === undefined) wanted.name = uniqueName(String(wanted.namePrefix));
      let existing: string | undefined;
      try {
        const id = await operations.create(aws, wanted, (made) => {
          existing = made;
        });
        existing = id;
        const found = row.awaited
          ? await eventually(
              (error) => error instanceof NotFound,
              () => read(aws, id, wanted),
            )
          : await read(aws, id, wanted);
        return { id, state: stateOf(row, wanted, found, aws) };
      } catch (error) {
        const described = describeError(`creating ${row.title}${label(wanted)}`, error);
        if (existing === undefined) throw described;
        throw new PartialError({ id: existing, state: wanted }, described);
      }
    },
    previewUpdate: asked,
    async update(id, args) {
      const aws = awsOf(args.inputs);
      const inputs = asked(args);
      const changed = new Set(diff(args).changed);
      try {
        await operations.update?.(aws, { id, state: args.state, inputs, changed });
        return stateOf(row, inputs, await read(aws, id, args.state), aws);
      } catch (error) {
        // The inputs of a failed update are in the state anyway, so the next update sees no difference. Source:
        // hashicorp/terraform-plugin-sdk#476; pulumi-terraform-bridge, pkg/tfbridge/provider.go `Update`.
        throw new PartialError({ id, state: inputs }, describeError(`updating ${row.title} (${id})`, error));
      }
    },
    async read(givenId, state, oldInputs) {
      const importing = oldInputs === undefined || Object.keys(oldInputs).length === 0;
      const [id, region] = importing && row.regional !== false ? splitRegion(givenId) : [givenId];
      const aws = awsOf({ region, ...state });
      const known = importing ? { ...defaults(row), ...state } : state;
      try {
        const found = await operations.read(aws, id, state);
        if (!found) return undefined;
        const next = stateOf(row, known, found, aws);
        return { id, state: next, inputs: inputsOf(row, next, importing ? undefined : oldInputs) };
      } catch (error) {
        throw describeError(`reading ${row.title} (${id})`, error);
      }
    },
    async delete(id, state) {
      try {
        await operations.delete(awsOf(state), id, state);
      } catch (error) {
        throw describeError(`deleting ${row.title} (${id})`, error);
      }
    },
  };
}

// An import id may end in `@<region>`.
function splitRegion(id: string): [id: string, region?: string] {
  const [, bare, region] = /^(.+)@([a-z]{2}(?:-[a-z]+)+-\d+)$/.exec(id) ?? [];
  return bare === undefined ? [id] : [bare, region];
}

function label(inputs: Properties): string {
  const name = inputs.name ?? inputs.ecrRepositoryPrefix ?? inputs.prefix ?? inputs.repository ?? inputs.role;
  return name === undefined ? "" : ` (${name})`;
}

function outputsOnly(row: TypeRow, state: Properties): Properties {
  return Object.fromEntries(Object.entries(state).filter(([key]) => !row.fields[key]));
}
