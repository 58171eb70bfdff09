import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { currentDeployment, type Deployment } from "../deployment";
import { hasEngine } from "../engine";
import type { Ecr } from "../iam/ecr";
import type { Plan, Tags } from "../plan/model";
import { UserError } from "../problems/error";
import { isUnsupportedRegion } from "../schema/aws";
import { createHooks, type Hooks } from "./existing/hooks";
import { type KnownResource, prepareToReadState, readStackState } from "./existing/kinds";
import type { RoleContext } from "./existing/named-role";
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
  readonly deployment: Deployment;
  /** How to check roles that are only named. */
  readonly roles: RoleContext;
  /** The stack's resources before this update. */
  state(): Promise<readonly KnownResource[]>;
  /** Outputs that `afterCheck` has made, by value: a prefix is in every Region. */
  readonly checked: Map<unknown, pulumi.Output<unknown>>;
}

/** Where the provider deploys to. */
export interface Place {
  /** This account's ECR. Unknown if the provider's configuration is, for example by a role of the same stack. */
  readonly ecr: pulumi.Output<Ecr>;
  /** The first Region of the cache: the provider's, without `regions`. */
  readonly here: pulumi.Output<string>;
  /** The provider's Region, or undefined if `ecr` is unknown. */
  readonly home: Promise<string | undefined>;
  /** The account that is deployed to, or undefined if `ecr` is unknown. */
  account(): Promise<string | undefined>;
}

export function createScope(
  name: string,
  parent: pulumi.ComponentResource,
  { tags }: Plan,
  regions: string[] | undefined,
  dependsOn: pulumi.ComponentResourceOptions["dependsOn"],
): Scope {
  let known: Promise<readonly KnownResource[]> | undefined;
  const state = () => {
    known ??= readStackState();
    return known;
  };
  const urn = knownText(parent.urn);
  const place = findPlace(parent, regions);
  const deployment = currentDeployment();
  const hooks = createHooks({
    ...{ name, parent, state, deployment, account: place.account, isRegional: (regions?.length ?? 0) > 1 },
  });
  const roles = { parent, place: place.ecr, waits: isGiven(dependsOn), found: new Map() };
  return { name, parent, urn, tags, state, hooks, deployment, roles, checked: new Map(), ...place };
}

/** Asks the provider where it deploys to. The argument `regions` overrides the provider's Region. */
function findPlace(parent: pulumi.ComponentResource, regions: string[] | undefined): Place {
  const options = { parent };
  // The engine returns an empty map while the provider's configuration is unknown.
  const answer = Promise.all([
    aws.getCallerIdentity({}, options) as Promise<Partial<aws.GetCallerIdentityResult>>,
    aws.getPartition({}, options) as Promise<Partial<aws.GetPartitionResult>>,
    aws.getRegion({}, options) as Promise<Partial<aws.GetRegionResult>>,
  ]).catch(({ message }: Error) => {
    throw new UserError(
      `${message}\nSo the component does not know which account and Region to deploy to. Set the Region, for example with \`pulumi config set aws:region us-east-1\`, and configure credentials as for the AWS CLI.`,
    );
  });
  const home = answer.then(([, , { region }]) => region);
  const ecr = pulumi
    .all([answer, hasEngine() ? prepareToReadState() : undefined])
    .apply(([[{ accountId }, { partition, dnsSuffix }, { region }]]): pulumi.Output<Ecr> => {
      const found = regions ?? [region];
      if (!hasEngine())
        refuseMocks({
          getCallerIdentity: { accountId },
          getPartition: { partition, dnsSuffix },
          getRegion: { region },
        });
      if (!isKnown(accountId) || !isKnown(partition) || !isKnown(dnsSuffix) || !found.every(isKnown)) {
        pulumi.log.info(
          "The configuration of the AWS provider is not known yet. So this preview does not look what exists already.",
          parent,
        );
        return unknown();
      }
      const unsupported = found.find(isUnsupportedRegion);
      if (unsupported) {
        throw new UserError(
          `The provider's Region is ${unsupported}: ECR has no pull through cache in the China and AWS GovCloud Regions.`,
        );
      }
      return pulumi.output({ partition, dnsSuffix, accountId, regions: found });
    });
  const here = ecr.apply((known) => known.regions[0] ?? "");
  return { ecr, home, here, account: async () => (await answer)[0].accountId };
}

/** Names the functions for which the mocks of a unit test have no answer. Otherwise no output would ever resolve. */
function refuseMocks(answers: { readonly [name: string]: { readonly [field: string]: string | undefined } }): void {
  const missing = Object.entries(answers).filter(([, fields]) => !Object.values(fields).every(isKnown));
  if (missing.length === 0) return;
  const list = missing.map(
    ([name, fields]) => `\n  - aws:index/${name}:${name} with ${Object.keys(fields).join(" and ")}`,
  );
  const message = `The mocks of this test must answer the calls that the component makes. Missing:${list.join("")}`;
  // mocha and Pulumi's SDK are silent about a rejected promise.
  console.error(message);
  throw new UserError(message);
}

/**
 * The Region of a resource. It is written down even if it is the provider's own: a provider whose Region comes from a
 * profile leaves existing resources where they are when the profile changes.
 */
export function inRegion({ here }: Place, region: string | undefined): pulumi.Input<string> {
  return region ?? here;
}

/** Whether resources are to be created first. */
export function isGiven(dependsOn: pulumi.ComponentResourceOptions["dependsOn"]): boolean {
  return Array.isArray(dependsOn) ? dependsOn.length > 0 : dependsOn !== undefined;
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
