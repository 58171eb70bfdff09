import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { useStack } from "../stack";
import { answers } from "./support";

const SECRET = "Canary0canary1CANARY2canary3canary4abcd";
const CLASSIC = "give a classic personal access token (ghp_...) with read:packages";

/** Credentials that cannot work, and the answer: path below `credentials.<key>`, and message. */
const WRONG: readonly (readonly [key: string, username: string, accessToken: string, answer: string])[] = [
  ["dockerhub", `dckr_pat_${SECRET}`, "someone", ": the user name looks like a token: swap username and accessToken"],
  [
    "dockerhub",
    SECRET,
    SECRET,
    ": the user name and the token are the same text: give the user name to whom the token belongs",
  ],
  [
    "dockerhub",
    "someone",
    `dckr_pat_${SECRET}\n`,
    ".accessToken: starts or ends with a space or a line break: remove it, in a program with trim()",
  ],
  [
    "dockerhub",
    " someone",
    SECRET,
    ".username: starts or ends with a space or a line break: remove it, in a program with trim()",
  ],
  ["gitlab", "someone", `"glpat-${SECRET}"`, ".accessToken: has quotation marks around it: remove them"],
  ["gitlab", "someone", "<token>", ".accessToken: is a placeholder: write the value itself"],
  ["gitlab", "someone", "$GITLAB_TOKEN", ".accessToken: is a placeholder: write the value itself"],
  ["gitlab", "someone", "op://vault/gitlab/token", ".accessToken: is a placeholder: write the value itself"],
  ["chainguard", "someone", `Bearer ${SECRET}`, ".accessToken: starts like an HTTP header: give only the token"],
  [
    "example.azurecr.io",
    "someone",
    `{"username":"someone","accessToken":"${SECRET}"}`,
    ".accessToken: is a whole JSON document: give only the value",
  ],
  [
    "example.azurecr.io",
    "someone",
    `${SECRET}\u200b${SECRET}`,
    ".accessToken: has a space, a line break or an invisible character in it: copy it again",
  ],
  [
    "ghcr",
    "someone",
    `github_pat_${SECRET}`,
    `.accessToken: is a fine-grained token of GitHub: ghcr.io accepts only classic ones: ${CLASSIC}`,
  ],
  [
    "ghcr",
    "someone",
    `ghs_${SECRET}`,
    `.accessToken: is a token of a GitHub App or workflow: it is valid for hours: ${CLASSIC}`,
  ],
  [
    "ghcr",
    "someone",
    `glpat-${SECRET}`,
    ".accessToken: is a token of GitLab, and ECR pulls from ghcr.io: give a token of that registry",
  ],
  [
    "gitlab",
    "someone",
    `glrt-${SECRET}`,
    ".accessToken: is a token of GitLab for something else: give a deploy token or an access token with read_registry",
  ],
  [
    "chainguard",
    "someone",
    "AKIAIOSFODNN7EXAMPLE",
    ".accessToken: is an access key of AWS, and ECR pulls from cgr.dev: give a token of that registry",
  ],
];

/** Every shape of token that the upstreams issue. */
const RIGHT = {
  dockerhub: [`dckr_pat_${SECRET}`, `dckr_oat_${SECRET}`, "3f2504e0-4f89-11d3-9a0c-0305e82c3301"],
  ghcr: [`ghp_${SECRET}`, SECRET],
  gitlab: [`glpat-${SECRET}`, `gldt-${SECRET}`, "abcdefghij0123456789"],
  chainguard: ["eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln"],
  "example.azurecr.io": [`${SECRET}+ACRa=`, `a"b\\c`, `"a"b`, `a-glpat-${SECRET}`],
};

describe("credentials", () => {
  before(useStack);
  afterEach(() => pulumi.runtime.setAllConfig({}, []));

  const NAME = "pull-through-cache:credentials";
  /** The answer to credentials in the argument, and to the same ones in the stack's config. */
  const answersTo = (key: string, username: string, accessToken: string) => {
    const registries = { cache: { registry: key } };
    const credentials = { cache: { username, accessToken } };
    const given = answers({ registries, credentials });
    pulumi.runtime.setAllConfig({ [NAME]: JSON.stringify(credentials) }, [NAME]);
    return [given, answers({ registries })];
  };

  for (const [key, username, accessToken, expected] of WRONG) {
    it(`that look right and are wrong: ${key}${expected.slice(0, 60)}`, () => {
      const answer = [`credentials.cache${expected}`];
      assert.deepEqual(answersTo(key, username, accessToken), [answer, answer]);
    });
  }

  it("may have every shape of token that their upstream issues", () => {
    for (const [key, tokens] of Object.entries(RIGHT))
      for (const token of tokens) assert.deepEqual(answersTo(key, "someone", token), [[], []], token);
  });
});
