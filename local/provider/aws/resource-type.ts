import { type DiffArguments, PartialError, type ResourceType } from "../plugin";
import type { Properties } from "../wire";
import { checkInputs } from "./check";
import type { AwsContext } from "./context";
import { describeError, doing, eventually, says, unlessMissing } from "./errors";
import { cased, fromApi, fromTagList, tagList, toApi } from "./forms";
import type { Ask } from "./kinds/kind";
import { uniqueName } from "./naming";
import { difference, previewed, proposed, withIgnored } from "./proposed";
import type { Spec } from "./spec";
import { inputsOf, stateOf } from "./state";

class NotFound extends Error {
  constructor() {
    super("couldn't find resource");
  }
}

/** A type of resources as the engine sees it. `contextOf` returns the clients of a Region. */
export function awsResourceType(spec: Spec, contextOf: (region?: string) => AwsContext): ResourceType {
  const awsOf = ({ region }: Properties): AwsContext => contextOf(region as string | undefined);
  const diff = (args: DiffArguments) => difference(spec, args, contextOf().region);
  const asked = ({ state, inputs, ignoreChanges }: DiffArguments): Properties => ({
    ...Object.fromEntries(Object.entries(state).filter(([key]) => !spec.fields[key])),
    ...proposed(spec, withIgnored(inputs, state, ignoreChanges), state),
  });

  /** What was created is read until AWS shows it, if the real provider does so. */
  const readNew = (aws: AwsContext, id: string, state: Properties): Promise<Properties> => {
    const read = () => readExisting(spec, aws, id, state);
    if (spec.awaited) return eventually((error) => error instanceof NotFound, read);
    return doing(`reading ${spec.title} (${id})`, read);
  };

  return {
    secretOutputs: spec.secrets,
    check: (args) => checkInputs(spec, args, contextOf()),
    diff,
    previewCreate: (inputs) => previewed(spec, inputs),
    async create(inputs) {
      const aws = awsOf(inputs);
      const wanted = proposed(spec, inputs);
      if (spec.autoNamed) wanted.name ??= uniqueName(String(wanted.namePrefix));
      const request = ask(spec, aws, { inputs: wanted });
      const { call, sent } = request;
      let id: string | undefined;
      try {
        const answer = await (spec.create?.(request) ?? call(spec.creates, sent));
        id = String(spec.id({ ...sent, ...answer }));
        await spec.complete?.({ ...request, id });
        return { id, state: stateOf(spec, wanted, await readNew(aws, id, wanted), aws) };
      } catch (error) {
        const described = describeError(`creating ${spec.title}${label(wanted)}`, error);
        throw id === undefined ? described : new PartialError({ id, state: wanted }, described);
      }
    },
    previewUpdate: asked,
    async update(id, args) {
      const aws = awsOf(args.inputs);
      const inputs = asked(args);
      const request = ask(spec, aws, { id, state: args.state, inputs, changed: new Set(diff(args).changed) });
      try {
        await spec.update?.(request);
        await updateTags(spec, request);
        return stateOf(spec, inputs, await readNew(aws, id, args.state), aws);
      } catch (error) {
        // The inputs of a failed update are in the state anyway, so the next update sees no difference. Source:
        // hashicorp/terraform-plugin-sdk#476; pulumi-terraform-bridge, pkg/tfbridge/provider.go `Update`.
        throw new PartialError({ id, state: inputs }, describeError(`updating ${spec.title} (${id})`, error));
      }
    },
    async read(givenId, state, oldInputs) {
      const importing = oldInputs === undefined || Object.keys(oldInputs).length === 0;
      const [id, region] = importing && spec.regional ? splitRegion(givenId) : [givenId];
      const aws = awsOf({ region, ...state });
      return doing(`reading ${spec.title} (${id})`, async () => {
        const found = await readKind(spec, aws, id, state);
        if (!found) return undefined;
        const next = stateOf(spec, importing ? { ...spec.imported, ...state } : state, found, aws);
        return { id, state: next, inputs: inputsOf(spec, next, importing ? undefined : oldInputs) };
      });
    },
    async delete(id, state) {
      await doing(`deleting ${spec.title} (${id})`, () =>
        unlessMissing(spec.missing, async () => spec.delete(ask(spec, awsOf(state), { id, state }))),
      );
    },
  };
}

/** A resource's properties with its tags, or `undefined` if it does not exist. */
export async function readKind(
  spec: Spec,
  aws: AwsContext,
  id: string,
  state: Properties,
): Promise<Properties | undefined> {
  const request = ask(spec, aws, { id, state });
  return unlessMissing(spec.missing, async () => {
    const answer = await spec.read(request);
    if (!answer) return undefined;
    const found = fromApi(spec, answer);
    if (!spec.tags) return found;
    const named = { [spec.tags.member]: spec.tags.by === "id" ? id : found.arn };
    const tagged = spec.tags.list ? await request.call("listTagsForResource", named) : answer;
    return { ...found, tagsAll: fromTagList(tagged[cased(spec.service, "tags")]) };
  });
}

/** The same, for a resource that must exist. */
export async function readExisting(...args: Parameters<typeof readKind>): Promise<Properties> {
  const found = await readKind(...args);
  if (!found) throw new NotFound();
  return found;
}

/** Removes and adds the tags that changed. Source: internal/tags, `KeyValueTags.Removed` and `Updated`. */
async function updateTags({ service, tags }: Spec, { call, id, state, inputs, changed }: Ask): Promise<void> {
  if (!tags || !changed.has("tagsAll")) return;
  const { member, by, noun = "Resource" } = tags;
  const named = { [member]: by === "id" ? id : state.arn };
  const [before, wanted] = [state, inputs].map(({ tagsAll }) => tagsAll ?? {}) as [Properties, Properties];
  const gone = Object.keys(before).filter((key) => !(key in wanted));
  const news = Object.entries(wanted).filter(([key, value]) => before[key] !== value);
  if (gone.length > 0) await call(`untag${noun}`, { ...named, [cased(service, "tagKeys")]: gone });
  if (news.length > 0)
    await call(`tag${noun}`, { ...named, [cased(service, "tags")]: tagList(Object.fromEntries(news)) });
}

function ask(
  spec: Spec,
  aws: AwsContext,
  { id = "", state = {}, inputs = {}, changed = new Set() }: Partial<Ask>,
): Ask {
  const { service, transient = [] } = spec;
  const isTransient = (error: Error) => transient.some(([name, part]) => says(error, name, part));
  const call = (operation: string, input: object) => eventually(isTransient, () => aws.call(service, operation, input));
  return { call, id, state, inputs, sent: toApi(spec, inputs), changed };
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
