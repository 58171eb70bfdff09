import assert from "node:assert/strict";
import { emulatorReads } from "./cloud";
import { accepts, CONSTRAINTS, shapeOf } from "./service-model";
import { sampleOf, valuesOf } from "./values";

/** A place in an operation's input: names of members, and "0" for a list's item. */
type Path = readonly string[];

interface Place {
  readonly path: Path;
  readonly shape: string;
}

function placesIn(service: string, name: string, path: Path = []): Place[] {
  const shape = shapeOf(service, name);
  const inner = Object.entries(shape.members ?? {}).map(([member, of]) => [member, of] as const);
  const item = shape.member ? [["0", shape.member] as const] : [];
  return [
    { path, shape: name },
    ...[...inner, ...item].flatMap(([step, of]) => placesIn(service, of, [...path, step])),
  ];
}

/** A copy of an input with another value at a path; undefined removes the member. */
function replaced(input: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(input))
    return input.map((item, index) => (String(index) === step ? replaced(item, rest, value) : item));
  const entries = Object.entries(input as object).map(([key, item]) => [
    key,
    key === step ? replaced(item, rest, value) : item,
  ]);
  return Object.fromEntries(entries);
}

const NOT_READ = "the emulator does not read this member, which nothing in this project sends";

/**
 * Where the emulator knowingly differs from AWS's model, by service and shape or by operation and member. The model
 * leaves out what only AWS's documentation says.
 */
const DIFFERENCES: { readonly [place: string]: string } = {
  "ecr TagKey": "the documentation of tags says 1 to 128 characters, the model nothing",
  "ecr TagValue": "the documentation of tags says at most 256 characters, the model nothing",
  "cloudcontrolapi:GetResource RoleArn": NOT_READ,
  "cloudcontrolapi:GetResource TypeVersionId": NOT_READ,
  "iam:CreateRole MaxSigninSessionDuration": NOT_READ,
  "iam:UpdateRole MaxSigninSessionDuration": NOT_READ,
  "iam:ListEntitiesForPolicy EntityFilter": NOT_READ,
  "iam:ListEntitiesForPolicy PathPrefix": NOT_READ,
  "iam:ListEntitiesForPolicy PolicyUsageFilter": NOT_READ,
  "iam:ListPolicies PolicyUsageFilter": NOT_READ,
  "iam:ListInstanceProfilesForRole Marker": "the emulator has no instance profiles, so no second page",
  "iam:ListInstanceProfilesForRole MaxItems": "the emulator has no instance profiles, so no second page",
  ...Object.fromEntries(
    ["PolicyInputList", "PermissionsBoundaryPolicyInputList", "PolicyExclusionList", "ResourcePolicy", "ResourceOwner"]
      .concat("CallerArn", "ResourceHandlingOption")
      .map((member) => [`iam:SimulatePrincipalPolicy ${member}`, NOT_READ]),
  ),
  ...Object.fromEntries(
    ["KinesisParameters", "RunCommandParameters", "EcsParameters", "BatchParameters", "SqsParameters", "HttpParameters"]
      .concat("RedshiftDataParameters", "SageMakerPipelineParameters", "DeadLetterConfig", "RetryPolicy")
      .concat("AppSyncParameters")
      .map((member) => [`events:PutTargets Targets.0.${member}`, NOT_READ]),
  ),
  ...Object.fromEntries(
    ["DeadLetterConfig", "RetryPolicy", "EcsParameters", "EventBridgeParameters", "EventBridgePutEventsV2Parameters"]
      .concat("EventBridgePutRawEventsParameters", "KinesisParameters", "SageMakerPipelineParameters", "SqsParameters")
      .flatMap((member) => [`scheduler:CreateSchedule Target.${member}`, `scheduler:UpdateSchedule Target.${member}`])
      .map((place) => [place, NOT_READ]),
  ),
  "secretsmanager ResourcePolicyNameType": NOT_READ,
  "secretsmanager:PutSecretValue RotationToken": "the emulator does not rotate secrets",
  "secretsmanager:UpdateSecret Type": "the emulator has no managed external secrets",
  "secretsmanager:CreateSecret Type": "the emulator has no managed external secrets",
  "secretsmanager:ListSecrets SortBy": "the emulator lists secrets in one order",
  "secretsmanager FilterNameStringType": "the emulator filters secrets by name and tag key only, and refuses the rest",
  "secretsmanager:CreateSecret CrossAccountPrimaryARN": "the emulator replicates no secrets",
  ...Object.fromEntries(
    ["Policy", "PolicyArns", "Tags", "TransitiveTagKeys", "ExternalId", "SerialNumber", "TokenCode", "SourceIdentity"]
      .concat("ProvidedContexts", "MinimumSessionTokenSize")
      .map((member) => [`sts:AssumeRole ${member}`, NOT_READ]),
  ),
};

describe("emulator against AWS's service models", () => {
  let tried = 0;
  after(() => {
    if (process.env.MODEL_COUNTS) console.log(`emulator against model: ${tried} inputs`);
  });

  for (const [service, model] of Object.entries(CONSTRAINTS.services)) {
    for (const [operation, inputShape] of Object.entries(model.operations)) {
      it(`${service}:${operation} accepts and refuses what the model does`, () => {
        const sample = sampleOf(service, inputShape);
        assert.ok(accepts(service, inputShape, sample), "the sample is right");
        const differences = new Set<string>();
        const compare = (input: unknown, place: Place, what: unknown, isRight: boolean) => {
          tried++;
          const [ours, aws] = [emulatorReads({ service, operation, input }), isRight];
          if (ours === aws || `${service} ${place.shape}` in DIFFERENCES) return;
          const isNamed = (_: string, at: number) =>
            `${service}:${operation} ${place.path.slice(0, at + 1).join(".")}` in DIFFERENCES;
          if (place.path.some(isNamed)) return;
          const shown = JSON.stringify(what)?.slice(0, 80);
          differences.add(`${place.path.join(".")} (${place.shape}): ${shown}: emulator ${ours}, model ${aws}`);
        };
        compare(sample, { path: [], shape: inputShape }, sample, true);
        for (const place of placesIn(service, inputShape)) {
          for (const value of valuesOf(service, place.shape, (shape) => sampleOf(service, shape))) {
            const isRight = accepts(service, place.shape, value);
            compare(replaced(sample, place.path, value), place, value, isRight);
          }
          if (place.path.length > 0 && place.path.at(-1) !== "0") {
            const without = replaced(sample, place.path, undefined);
            compare(without, place, undefined, accepts(service, inputShape, without));
          }
        }
        assert.deepEqual([...differences].slice(0, 12), []);
      });
    }
  }
});
