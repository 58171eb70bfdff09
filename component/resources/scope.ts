import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Ecr } from "../iam/ecr";
import type { Plan, Tags } from "../plan/model";
import { UserError } from "../problems/error";
import { printable } from "../problems/print";
import { isUnsupportedRegion } from "../schema/aws";
import { createHooks, type Hooks, hasHooks } from "./existing/hooks";
import { type KnownResource, prepareToReadState, readStackState } from "./existing/kinds";
import { knownText } from "./late/settle";

/** What every resource of the component needs. */
export interface Scope extends Place {
  /** Name of the component, and start of its resources' names. */
  readonly name: string;
  readonly parent: pulumi.ComponentResource;
  /** URN of the component. */
  readonly urn: Promise<string>;
  readonly tags: Tags;
  readonly hooks: Hooks;
  /** The stack's resources before this update. */
  state(): Promise<readonly KnownResource[]>;
  /** Outputs that `afterCheck` has made, by value: a prefix is in every Region. */
  readonly checked: Map<unknown, pulumi.Output<unknown>>;
}

/** Where the provider deploys to. */
export interface Place {
  /** This account's ECR. Unknown if the provider's configuration is, for example by a role of the same stack. */
  readonly ecr: pulumi.Output<Ecr>;
  /** The provider's Region, or undefined if `ecr` is unknown. */
  readonly home: Promise<string | undefined>;
  /** The account that is deployed to, or undefined if `ecr` is unknown. */
  account(): Promise<string | undefined>;
}

export function createScope(
  name: string,
  parent: pulumi.ComponentResource,
  { tags, regions: [first] }: Plan,
  regions: string[] | undefined,
): Scope {
  let known: Promise<readonly KnownResource[]> | undefined;
  const state = () => {
    known ??= readStackState();
    return known;
  };
  const ruleNames = new Map(
    first?.caches.map((cache) => [`${name}-${cache.name}`, cache.formerName && `${name}-${cache.formerName}`]),
  );
  const urn = knownText(parent.urn);
  const place = findPlace(parent, regions);
  const hooks = createHooks({ name, parent, ruleNames, state, account: place.account });
  return { name, parent, urn, tags, state, hooks, checked: new Map(), ...place };
}

/** Asks the provider where it deploys to. The argument `regions` overrides the provider's Region. */
function findPlace(parent: pulumi.ComponentResource, regions: string[] | undefined): Place {
  const options = { parent };
  // The engine returns an empty map while the provider's configuration is unknown.
  const home = answered(aws.getRegion({}, options), parent).then(({ region }): string | undefined => region);
  const identity = answered(aws.getCallerIdentity({}, options), parent);
  const ecr = pulumi
    .all([
      identity,
      answered(aws.getPartition({}, options), parent),
      home,
      hasHooks() ? prepareToReadState() : undefined,
    ])
    .apply(([{ accountId }, { partition, dnsSuffix }, region]): pulumi.Output<Ecr> => {
      const found = regions ?? [region];
      if (!isKnown(accountId) || !isKnown(partition) || !isKnown(dnsSuffix) || !found.every(isKnown)) return unknown();
      const unsupported = found.find(isUnsupportedRegion);
      if (unsupported) {
        throw new UserError(
          `The provider's Region is ${unsupported}: ECR has no pull through cache in the China and AWS GovCloud Regions.`,
        );
      }
      return pulumi.output({ partition, dnsSuffix, accountId, regions: found });
    });
  return { ecr, home, account: async () => (await identity).accountId };
}

/**
 * The provider's answer. If it cannot answer, usually because of credentials or the Region, the preview logs an error
 * and goes on as if the answer were unknown. An error thrown here would come with a stack trace.
 */
function answered<T>(answer: Promise<T>, parent: pulumi.ComponentResource): Promise<Partial<T>> {
  return answer.catch(async (error: Error) => {
    const message = `The AWS provider does not know which account and Region to deploy to. Set the Region with \`pulumi config set aws:region <region>\`, and configure credentials as for the AWS CLI. The provider's error: ${error.message}`;
    if (!pulumi.runtime.isDryRun()) throw new UserError(message);
    await pulumi.log.error(printable(message), parent);
    return {};
  });
}

function isKnown(value: string | undefined): value is string {
  return value !== undefined;
}

function unknown<T>(): pulumi.Output<T> {
  return pulumi.output(pulumi.unknown) as unknown as pulumi.Output<T>;
}

/** Delays a plain value until the check that the Region has pull through caches. */
export function afterCheck<T>(scope: Scope, value: T): pulumi.Output<T> {
  const output = scope.checked.get(value) ?? scope.ecr.apply(() => value);
  scope.checked.set(value, output);
  return output as pulumi.Output<T>;
}
