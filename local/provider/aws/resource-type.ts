import { type DiffArguments, type Difference, PartialCreateError, type ResourceType } from "../plugin";
import { hasUnknown, type Properties, UNKNOWN } from "../wire";
import { checkInputs } from "./check";
import type { AwsContext } from "./context";
import { describeError, eventually } from "./errors";
import { isEmpty, sameValue, type TypeRow } from "./fields";
import type { Operations } from "./operations";

class NotVisibleYet extends Error {}

/** A row of the table and its operations, as the engine sees them. `contextOf` gives the clients of a region. */
export function awsResourceType(
  row: TypeRow,
  operations: Operations,
  contextOf: (region?: string) => AwsContext,
): ResourceType {
  const regional = row.regional !== false;
  const awsOf = (properties: Properties): AwsContext =>
    contextOf(regional && typeof properties.region === "string" ? properties.region : undefined);

  /** The inputs with all that is known without asking AWS. */
  const planned = (inputs: Properties): Properties => {
    const { __defaults, ...known } = inputs;
    const { region, settings } = awsOf(inputs);
    return {
      ...known,
      ...(regional && { region: inputs.region ?? region }),
      ...(row.tagged && { tagsAll: tagsAll(settings.defaultTags, inputs.tags) }),
    };
  };

  const stateOf = (inputs: Properties, found: Properties, aws: AwsContext): Properties => {
    const state: Properties = { ...planned(inputs), ...found, ...(regional && { region: aws.region }) };
    if (row.tagged)
      state.tags = ownTags(found.tagsAll as Record<string, string>, inputs.tags, aws.settings.defaultTags);
    return keepSpelling(row, state, inputs);
  };

  const diff = ({ oldInputs, state, inputs }: DiffArguments): Difference => {
    const changed = Object.entries(row.fields)
      .filter(([key, field]) => {
        if (hasUnknown(inputs[key])) return true;
        if (!(key in inputs) && field.computed) return false;
        return !sameValue(field, oldInputs[key], inputs[key]);
      })
      .map(([key]) => key);
    if (regional && state.region !== undefined && planned(inputs).region !== state.region) changed.push("region");
    if (row.tagged && !changed.includes("tags") && !sameValue(undefined, state.tagsAll, planned(inputs).tagsAll))
      changed.push("tagsAll");
    const replaces = changed.filter((key) => key === "region" || row.fields[key]?.forceNew);
    // A name that the user chose and that stays cannot be taken twice.
    const keepsName = row.autoName !== undefined && !isDefault(inputs, "name") && oldInputs.name === inputs.name;
    return { changed, replaces, deleteBeforeReplace: replaces.length > 0 && keepsName && !replaces.includes("region") };
  };

  return {
    secretOutputs: row.secretOutputs ?? [],
    check: (args) => checkInputs(row, args),
    diff,
    previewCreate(inputs) {
      const unknown = row.computed.map((output) => [output, UNKNOWN]);
      const chosenByAws = Object.entries(row.fields)
        .filter(([key, field]) => field.computed && !(key in inputs))
        .map(([key]) => [key, UNKNOWN]);
      return { ...Object.fromEntries([...unknown, ...chosenByAws]), ...planned(inputs) };
    },
    async create(inputs) {
      const aws = awsOf(inputs);
      let existing: string | undefined;
      try {
        const id = await operations.create(aws, planned(inputs), (made) => {
          existing = made;
        });
        existing = id;
        // What was just made may not be visible at once.
        const found = await eventually(
          (error) => error instanceof NotVisibleYet,
          async () => {
            const properties = await operations.read(aws, id, inputs);
            if (!properties) throw new NotVisibleYet("it was created but cannot be found");
            return properties;
          },
        );
        return { id, state: stateOf(inputs, found, aws) };
      } catch (error) {
        const described = describeError(`creating ${row.title}${label(inputs)}`, error);
        if (existing === undefined) throw described;
        const found = await operations.read(aws, existing, inputs).catch(() => undefined);
        throw new PartialCreateError(
          { id: existing, state: found ? stateOf(inputs, found, aws) : planned(inputs) },
          described,
        );
      }
    },
    previewUpdate: ({ state, inputs }) => ({ ...withoutInputs(row, state), ...planned(inputs) }),
    async update(id, args) {
      const aws = awsOf(args.state);
      const inputs = planned(args.inputs);
      const changed = new Set(diff(args).changed);
      if (changed.has("tags")) changed.add("tagsAll");
      try {
        await operations.update?.(aws, { id, state: args.state, inputs, changed });
        const found = await operations.read(aws, id, args.state);
        if (!found) throw new Error("it does not exist any more: run `pulumi refresh`");
        return stateOf(args.inputs, found, aws);
      } catch (error) {
        throw describeError(`updating ${row.title} (${id})`, error);
      }
    },
    async read(givenId, state, oldInputs) {
      const importing = oldInputs === undefined || Object.keys(oldInputs).length === 0;
      const [id, region] = importing && regional ? splitRegion(givenId) : [givenId, undefined];
      const aws = awsOf({ region, ...state });
      try {
        const found = await operations.read(aws, id, state);
        if (!found) return undefined;
        const known = importing ? { ...defaults(row), ...state } : state;
        const next = keepSpelling(
          row,
          { ...writeOnly(row, known), ...stateOf(oldInputs ?? {}, found, aws) },
          oldInputs ?? {},
        );
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

function isDefault(inputs: Properties, key: string): boolean {
  return Array.isArray(inputs.__defaults) && inputs.__defaults.includes(key);
}

function defaults(row: TypeRow): Properties {
  const entries = Object.entries(row.fields).filter(([, field]) => field.default !== undefined);
  return Object.fromEntries(entries.map(([key, field]) => [key, field.default]));
}

function writeOnly(row: TypeRow, state: Properties): Properties {
  return Object.fromEntries(Object.entries(state).filter(([key]) => row.fields[key]?.writeOnly));
}

function withoutInputs(row: TypeRow, state: Properties): Properties {
  return Object.fromEntries(Object.entries(state).filter(([key]) => !row.fields[key] || row.fields[key].computed));
}

// AWS may give back a document or a set in another spelling: what means the same stays as the program wrote it.
function keepSpelling(row: TypeRow, state: Properties, inputs: Properties): Properties {
  const known = Object.entries(state).filter(([, value]) => value !== undefined);
  const entries = known.map(([key, value]) => {
    const field = row.fields[key];
    return [key, field?.kind && key in inputs && sameValue(field, inputs[key], value) ? inputs[key] : value];
  });
  return Object.fromEntries(entries);
}

// After a refresh, the inputs are those of before with what AWS has now; after an import, all that is not a default.
function inputsOf(row: TypeRow, state: Properties, old: Properties | undefined): Properties {
  const inputs: Properties = { __defaults: old?.__defaults ?? [] };
  for (const [key, field] of Object.entries(row.fields)) {
    const value = state[key];
    const wasGiven = old !== undefined && key in old;
    const isNews = !field.computed && !isEmpty(value) && !sameValue(field, value, field.default);
    if (wasGiven ? !isEmpty(value) || sameValue(field, old[key], value) : isNews)
      inputs[key] = wasGiven && sameValue(field, old[key], value) ? old[key] : value;
    else if (old === undefined && field.default !== undefined) inputs[key] = value ?? field.default;
  }
  if (old?.region !== undefined) inputs.region = old.region;
  return inputs;
}

function tagsAll(defaultTags: Readonly<Record<string, string>>, own: unknown): unknown {
  return own === UNKNOWN ? UNKNOWN : { ...defaultTags, ...((own ?? {}) as Properties) };
}

// Tags that the provider's defaults add are not the resource's own, unless the program names them too.
function ownTags(
  all: Record<string, string> = {},
  given: unknown,
  defaultTags: Readonly<Record<string, string>>,
): Properties {
  const own = Object.entries(all).filter(
    ([key, value]) => defaultTags[key] !== value || key in ((given ?? {}) as Properties),
  );
  return Object.fromEntries(own);
}
