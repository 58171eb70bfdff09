import { TOKEN_EXPIRES_TAG } from "../../../component/plan/expiry";
import { ACCOUNT, type Call } from "../cloud";
import { around } from "../values";
import type { Argument } from "./argument";
import { secret } from "./calls";
import { CREDENTIAL, withSecret } from "./component-args";
import { policy, trusted } from "./policy-documents";
import { roleArnSamples, roleOf } from "./role-arns";
import { NUMBERS, padded, texts } from "./samples";
import { tagMaps, tagsOf } from "./tags";

const SECRET_ID = { Name: "ecr-pullthroughcache/cache" };

const putSecretPolicy = (ResourcePolicy: unknown): Call => ({
  service: "secretsmanager",
  operation: "PutResourcePolicy",
  input: { SecretId: SECRET_ID.Name, ResourcePolicy, BlockPublicPolicy: true },
});

/** Arguments of the secret that holds the credentials. */
export const SECRETS: readonly Argument[] = [
  {
    path: "registries.dockerhub.secret.tags",
    args: (tags: { [key: string]: string }) => withSecret({ tags }),
    calls: (tags: { [key: string]: string }) => [secret({ Tags: tagsOf(tags) })],
    values: () => [...tagMaps(5), { Team: "a", team: "b" }],
  },
  {
    path: "registries.dockerhub.secret.description",
    args: (description: string) => withSecret({ description }),
    calls: (Description: string) => [secret({ Description })],
    values: () => texts("secretsmanager", "DescriptionType"),
  },
  {
    path: "registries.dockerhub.secret.recoveryWindowInDays",
    args: (recoveryWindowInDays: number) => withSecret({ recoveryWindowInDays }),
    calls: (days: number) => [
      {
        service: "secretsmanager",
        operation: "DeleteSecret",
        input: {
          SecretId: SECRET_ID.Name,
          ...(days === 0 ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: days }),
        },
      },
    ],
    values: () => [...NUMBERS, ...around(7, 30)],
    before: [secret(SECRET_ID)],
  },
  {
    path: "registries.dockerhub.secret.policy",
    args: (text: string) => withSecret({ policy: text }),
    calls: (text: string) => [putSecretPolicy(text)],
    values: () => [
      "",
      ...padded(policy({ ...trusted(ACCOUNT), Action: "secretsmanager:GetSecretValue", Resource: "*" }), 20_480),
    ],
    before: [secret(SECRET_ID)],
  },
  {
    path: "registries.dockerhub.secret.readers",
    args: (readers: string[]) => withSecret({ readers }),
    calls: (AWS: string[]) => [
      ...AWS.filter((arn) => /:role\//.test(arn)).flatMap(roleOf),
      putSecretPolicy(policy({ ...trusted(AWS), Action: "secretsmanager:GetSecretValue", Resource: "*" })),
    ],
    values: () => [
      ...roleArnSamples().map((arn) => [arn]),
      ...["root", "user/name", "user/team/name", "group/name", "user/", "user/*", "user/a b", "role"].map((name) => [
        `arn:aws:iam::${ACCOUNT}:${name}`,
      ]),
      [`arn:aws:sts::${ACCOUNT}:assumed-role/name/session`],
      ["*"],
      [ACCOUNT],
    ],
    before: [secret(SECRET_ID)],
  },
  {
    path: "registries.dockerhub.tokenExpires",
    args: (tokenExpires: string) => ({ registries: { dockerhub: { tokenExpires } }, credentials: CREDENTIAL }),
    calls: (day: string) => [secret({ Tags: tagsOf({ [TOKEN_EXPIRES_TAG]: day }) })],
    values: () => ["2099-01-31", "2099-02-29", "2099-1-1", "2020-01-01", "2099-01-01T00:00:00Z", "soon", ""],
  },
];
