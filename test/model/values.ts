import { type ModelShape, matches, shapeOf } from "./service-model";

const CHARACTERS = [..."aA0-_.,/*+=@ !:;$%&~\\\"'<\n\t\0é€\u00ff\u2028", "😀", "\ud800"];

/** Values that match a pattern, to be spoilt at every place. */
const SEEDS = [
  "a",
  "a0",
  "ab/cd",
  "ROOT",
  "a--b",
  "a__b",
  "a.b-c_d/e",
  "prod/*",
  "*",
  "v1.*-rc",
  "111122223333",
  "us-east-1",
  "v12.beta",
  "AWS::ECR::RegistryPolicy",
  "/",
  "/team/",
  "/team/sub",
  "arn:aws:iam::111122223333:role/team/name",
  "arn:aws:kms:us-east-1:111122223333:key/0123abcd-0123-0123-0123-0123456789ab",
  "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/mrk-0123",
  "arn:aws:kms:us-east-1:111122223333:alias/name",
  "arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/hub-AbCdEf",
  "arn:aws-iso-b:secretsmanager:x:secret:ecr-pullthroughcache/a/b_c+d=e.f@g-h",
  '{"Version":"2012-10-17"}',
];

/** Inserts, replaces and removes characters of a text at its start, middle and end. */
export function spoilt(text: string): string[] {
  const places = [...new Set([0, 1, Math.floor(text.length / 2), text.length - 1, text.length])].filter(
    (at) => at >= 0,
  );
  return places.flatMap((at) => [
    text.slice(0, at) + text.slice(at + 1),
    ...CHARACTERS.flatMap((character) => [
      text.slice(0, at) + character + text.slice(at),
      text.slice(0, at) + character + text.slice(at + 1),
      text.slice(0, at) + character + character + text.slice(at),
    ]),
  ]);
}

/** A text stretched to a length, by repeating one of its characters near the end. */
export function stretched(text: string, length: number): string {
  if (length <= text.length) return text.slice(0, length);
  const at = Math.max(0, text.length - 1);
  return (
    text.slice(0, at) + (/[A-Za-z0-9]/.exec(text.slice(at))?.[0] ?? "a").repeat(length - text.length) + text.slice(at)
  );
}

/** Numbers at a bound and on both sides of it. */
export function around(...bounds: (number | undefined)[]): number[] {
  const found = bounds.flatMap((bound) => (bound === undefined ? [] : [bound - 1, bound, bound + 1]));
  return [...new Set(found)];
}

function texts(shape: ModelShape): string[] {
  if (shape.enum)
    return [
      "",
      ...shape.enum.flatMap((value) => [value, value.toLowerCase(), ` ${value}`, `${value}x`, value.slice(1)]),
    ];
  const { pattern } = shape;
  const fitting = pattern ? SEEDS.filter((seed) => matches(pattern, seed)) : [];
  const seeds = fitting.length > 0 ? fitting : ["a"];
  const lengths = around(shape.min, shape.max ?? (shape.min === undefined ? 1 : undefined)).filter((size) => size >= 0);
  const characters = [...CHARACTERS, ...CHARACTERS.map((character) => `a${character}a`)];
  return [
    ...new Set([
      "",
      ...lengths.flatMap((length) => seeds.map((seed) => stretched(seed, length))),
      ...characters,
      ...(pattern ? [...SEEDS, ...seeds.slice(0, 8).flatMap(spoilt)] : []),
    ]),
  ];
}

/** Values of a shape at and around each of its bounds. The model says which ones are valid. */
export function valuesOf(service: string, name: string, sample: (shape: string) => unknown): unknown[] {
  const shape = shapeOf(service, name);
  switch (shape.type) {
    case "string":
      return texts(shape);
    case "integer":
    case "long":
      return [...around(shape.min, shape.max), -1, 0, 1, 1.5];
    case "blob":
      return around(shape.min, shape.max)
        .filter((size) => size >= 0)
        .map((size) => Buffer.alloc(size, 1).toString("base64"));
    case "list":
      return [0, 1, 2, ...around(shape.min, shape.max)]
        .filter((size) => size >= 0)
        .map((size) => Array.from({ length: size }, () => sample(shape.member ?? "")));
    case "map":
      return [0, ...around(shape.max)]
        .filter((size) => size >= 0)
        .map((size) =>
          Object.fromEntries(Array.from({ length: size }, (_, index) => [`a${index}`, sample(shape.value ?? "")])),
        );
    case "timestamp":
      return [0, 1.5, "2030-01-01T00:00:00Z"];
    default:
      return [];
  }
}

/** One value that the model accepts. */
export function sampleOf(service: string, name: string): unknown {
  const shape = shapeOf(service, name);
  switch (shape.type) {
    case "string":
      if (shape.enum) return SAMPLES[name] ?? shape.enum[0];
      return shape.pattern ? (SAMPLES[name] ?? "a0") : "a".repeat(Math.max(1, shape.min ?? 1));
    case "integer":
    case "long":
      return shape.min ?? 1;
    case "boolean":
      return true;
    case "blob":
      return Buffer.alloc(shape.min ?? 1, 1).toString("base64");
    case "list":
      return Array.from({ length: Math.max(1, shape.min ?? 1) }, () => sampleOf(service, shape.member ?? ""));
    case "timestamp":
      return 0;
    case "map":
      return { [String(sampleOf(service, shape.key ?? ""))]: sampleOf(service, shape.value ?? "") };
    default:
      return Object.fromEntries(
        Object.entries(shape.members ?? {}).map(([member, of]) => [member, sampleOf(service, of)]),
      );
  }
}

/** Samples where "a0", or the first value of an enumeration, does not fit. */
const SAMPLES: { readonly [shape: string]: string } = {
  PrincipalArn: "arn:aws:iam::111122223333:role/scanner",
  CredentialArn: "arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/hub-AbCdEf",
  DeadLetterConfigArnString: "arn:aws:sqs:us-east-1:111122223333:letters",
  FilterNameStringType: "name",
  KmsKeyArn: "arn:aws:kms:us-east-1:111122223333:key/0123abcd-0123-0123-0123-0123456789ab",
  RedshiftSecretManagerArn: "arn:aws:secretsmanager:us-east-1:111122223333:secret:a",
  KmsKeyForRepositoryCreationTemplate: "arn:aws:kms:us-east-1:111122223333:key/0123abcd-0123-0123-0123-0123456789ab",
  RegistryId: "111122223333",
  RegionType: "us-east-1",
  RoleArn: "arn:aws:iam::111122223333:role/name",
  TypeName: "AWS::ECR::RegistryPolicy",
  RotationTokenType: "0123456789012345678901234567890123456789",
  arnType: "arn:aws:iam::111122223333:role/name",
  pathPrefixType: "/",
  pathType: "/",
  policyPathType: "/",
  policyVersionIdType: "v1",
  serialNumberType: "GAHT12345678",
  tokenCodeType: "123456",
};
