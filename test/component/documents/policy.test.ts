import assert from "node:assert/strict";
import {
  registryPolicy,
  registryStatement,
  repeatedSids,
  repositoryPolicy,
  secretPolicy,
} from "../../../component/documents/policy";

const ROLE = "arn:aws:iam::444455556666:role/team/puller";
const pull = { Effect: "Allow", Principal: { AWS: ROLE }, Action: "ecr:BatchGetImage" };
const onAll = { ...pull, Resource: "*" };
const document = (...Statement: unknown[]) => JSON.stringify({ Version: "2012-10-17", Statement });

/** The message about a text, or undefined if it is accepted. */
function problem(schema: typeof repositoryPolicy, text: string): string | undefined {
  const parsed = schema.safeParse(text);
  return parsed.success ? undefined : parsed.error.issues[0]?.message;
}
const inRepository = (...statements: unknown[]) => problem(repositoryPolicy, document(...statements));

const KNOWN = "Sid, Effect, Condition, Action, NotAction, Principal, NotPrincipal, Resource, NotResource";
const REFUSED: readonly (readonly [what: string, statement: unknown, problem: string])[] = [
  ["is a text", "x", "must be a JSON object"],
  ["is a list", [], "must be a JSON object"],
  [
    "has a misspelled element",
    { ...pull, action: "*" },
    `has an element that statements do not have; known are ${KNOWN}`,
  ],
  ["has no effect", { ...pull, Effect: undefined }, 'needs the Effect "Allow" or "Deny"'],
  ["has an effect in lower case", { ...pull, Effect: "allow" }, 'needs the Effect "Allow" or "Deny"'],
  ["has a number as Sid", { ...pull, Sid: 1 }, "has a Sid that is not a string"],
  ["has no action", { ...pull, Action: undefined }, "needs Action"],
  ["has two kinds of actions", { ...pull, NotAction: "*" }, "has both Action and NotAction"],
  ["has no principal", { ...pull, Principal: undefined }, "needs Principal"],
  ["has two kinds of principals", { ...pull, NotPrincipal: "*" }, "has both Principal and NotPrincipal"],
  ["has a resource", onAll, "cannot have Resource: the policy is attached to it"],
  ["has the others as resource", { ...pull, NotResource: "*" }, "cannot have Resource: the policy is attached to it"],
  [
    "names a principal without its kind",
    { ...pull, Principal: ROLE },
    'has a Principal that is neither "*" nor a map such as {"AWS": "<ARN>"}',
  ],
  [
    "names a principal of a kind that does not exist",
    { ...pull, Principal: { Aws: ROLE } },
    "has a Principal of a kind other than AWS, Service, Federated, CanonicalUser",
  ],
  ["names nobody", { ...pull, Principal: { AWS: [] } }, "has a Principal that is not a string or a list of strings"],
  ["names a number", { ...pull, Principal: { AWS: [1] } }, "has a Principal that is not a string or a list of strings"],
  ...[
    "puller",
    "1234",
    `${ROLE}/*`,
    "arn:aws:iam::44445555666:root",
    "arn:aws:s3:::bucket",
    `x${ROLE}`,
    `${ROLE} `,
  ].map(
    (AWS) =>
      [
        `names ${AWS}`,
        { ...pull, Principal: { AWS: [ROLE, AWS] } },
        'has an AWS Principal that is not "*", an account id or the ARN of an account, user, role or session',
      ] as const,
  ),
  ["has no text as action", { ...pull, Action: [] }, "has Action that is not a string or a list of strings"],
  ["has a number as action", { ...pull, Action: [1] }, "has Action that is not a string or a list of strings"],
  [
    "has an action without a service",
    { ...pull, Action: "BatchGetImage" },
    "has Action that is not written as service:Operation",
  ],
  [
    "has an action with a space",
    { ...pull, Action: undefined, NotAction: ["ecr:*", "ecr:Batch Get"] },
    "has NotAction that is not written as service:Operation",
  ],
  [
    "has a text as condition",
    { ...pull, Condition: "x" },
    "has a Condition that is not a map of operators to maps of keys",
  ],
  [
    "has a condition without keys",
    { ...pull, Condition: { StringEquals: "x" } },
    "has a Condition that is not a map of operators to maps of keys",
  ],
];

describe("policies that users write", () => {
  for (const [what, statement, reason] of REFUSED) {
    it(`are refused if a statement ${what}`, () => {
      assert.equal(inRepository(statement), `statement 1 ${reason}`);
      assert.equal(inRepository(pull, statement), `statement 2 ${reason}`);
    });
  }

  it("may use all of IAM's grammar", () => {
    for (const statement of [
      pull,
      { ...pull, Effect: "Deny", Sid: "" },
      { ...pull, Principal: "*", Condition: { StringEquals: { "aws:PrincipalOrgID": ["o-abcdefghij"] } } },
      { ...pull, Principal: { AWS: ["*", "444455556666", "arn:aws:iam::444455556666:root"] } },
      {
        ...pull,
        Principal: { AWS: ["arn:aws-us-gov:iam::444455556666:user/a", "arn:aws:sts::444455556666:assumed-role/a/b"] },
      },
      { ...pull, Principal: { AWS: "arn:aws:sts::444455556666:federated-user/a" } },
      { ...pull, Principal: { Service: ["ecr.amazonaws.com"], Federated: "accounts.google.com" } },
      { ...pull, Principal: undefined, NotPrincipal: { AWS: ROLE }, Action: undefined, NotAction: "ecr:*" },
      { ...pull, Action: ["*", "ecr:Batch*", "ECR:Get?"] },
    ]) {
      assert.equal(inRepository(statement), undefined, JSON.stringify(statement));
    }
    assert.equal(
      problem(repositoryPolicy, JSON.stringify({ Id: "a", Version: "2008-10-17", Statement: pull })),
      undefined,
    );
    assert.equal(problem(repositoryPolicy, JSON.stringify({ Statement: pull })), undefined);
  });

  it("need the elements of a document", () => {
    const of = (value: object) => problem(repositoryPolicy, JSON.stringify(value));
    assert.equal(
      of({ Statements: [] }),
      "has an element that policies do not have; known are Version, Id and Statement",
    );
    assert.equal(
      of({ Version: "2012-10-18", Statement: pull }),
      'has a Version that IAM does not know: write "2012-10-17"',
    );
    assert.equal(of({ Version: "2012-10-17" }), "has no Statement");
    assert.equal(of({ Statement: [] }), "has no Statement");
    const [a, b] = [
      { ...pull, Sid: "a" },
      { ...pull, Sid: "b" },
    ];
    assert.equal(of({ Statement: [a, b, a] }), "has two statements with the same Sid");
    assert.equal(of({ Statement: [a, b, pull, pull, { ...pull, Sid: "" }, { ...pull, Sid: "" }] }), undefined);
  });

  it("need a resource where AWS does, and fit in its limits", () => {
    for (const [schema, most, Action] of [
      [secretPolicy, 20_480, "secretsmanager:GetSecretValue"],
      [registryPolicy, 10_240, pull.Action],
    ] as const) {
      const needing = { ...pull, Action };
      const onAll = { ...needing, Resource: "*" };
      assert.equal(problem(schema, document(needing)), "statement 1 needs Resource");
      assert.equal(problem(schema, document(onAll)), undefined);
      assert.equal(problem(schema, document({ ...needing, NotResource: "*" })), undefined);
      const padded = (length: number) => document({ ...onAll, Sid: "s".repeat(length) });
      const room = most - padded(0).length;
      assert.equal(problem(schema, padded(room)), undefined);
      assert.match(
        problem(schema, padded(room + 1)) ?? "",
        new RegExp(most === 10_240 ? "10240|10,240" : "20480|20,480"),
      );
    }
    const padded = (length: number) => document({ ...pull, Sid: "s".repeat(length) });
    const room = 10_240 - padded(0).length;
    assert.equal(problem(repositoryPolicy, padded(room)), undefined);
    assert.notEqual(problem(repositoryPolicy, padded(room + 1)), undefined);
  });

  it("are refused for a secret if they plainly let everyone in", () => {
    const ofSecret = (...statements: object[]) =>
      problem(
        secretPolicy,
        document(...statements.map((more) => ({ ...onAll, Action: "secretsmanager:*", Principal: "*", ...more }))),
      );
    const everyone = (index: number) =>
      `statement ${index} lets everyone in: name principals, or add an aws:PrincipalOrgID condition`;
    for (const Principal of ["*", { AWS: "*" }, { AWS: [ROLE, "*"] }, { Service: "ecr.amazonaws.com", AWS: "*" }])
      assert.equal(ofSecret({ Principal }), everyone(1));
    assert.equal(ofSecret({ Principal: undefined, NotPrincipal: { AWS: ROLE } }), everyone(1));
    assert.equal(ofSecret({ Principal: { AWS: ROLE } }, {}), everyone(2));
    // AWS analyzes these, because the component sets BlockPublicPolicy.
    assert.equal(ofSecret({ Condition: { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } } }), undefined);
    assert.equal(ofSecret({}, { Effect: "Deny" }), undefined);
    assert.equal(ofSecret({ Principal: { AWS: ROLE } }), undefined);
  });

  it("are single statements in a registry policy, with actions of ECR only", () => {
    const of = (more: object) => problem(registryStatement, JSON.stringify({ ...onAll, ...more }));
    for (const Action of ["*", "ecr:*", "ECR:CreateRepository", ["ecr:ReplicateImage", "*"]])
      assert.equal(of({ Action }), undefined);
    for (const Action of ["s3:GetObject", "myecr:Get", "ecr-public:Get", ["ecr:*", "sts:*"]])
      assert.equal(of({ Action }), "has an action that does not belong to ECR", String(Action));
    assert.equal(of({ Action: undefined, NotAction: "s3:*" }), "has an action that does not belong to ECR");
    assert.equal(of({ Resource: undefined }), "needs Resource");
  });

  it("have texts as resources", () => {
    for (const name of ["Resource", "NotResource"]) {
      const of = (value: unknown) => problem(registryPolicy, document({ ...pull, [name]: value }));
      const right = ["arn:aws:s3:::b/*", "arn:aws:ecr:*:\u0024{aws:PrincipalAccount}:repository/?"];
      assert.equal(of(right), undefined);
      for (const wrong of ["a", "arn:a", "arn:aws:s3:us-east-1::b", "arn:aws:iam::111122223333:other/a"])
        assert.equal(of([...right, wrong]), 'statement 1 has a Resource that is neither "*" nor an ARN');
      for (const value of [7, [], ["*", 7], { a: "b" }, null])
        assert.equal(of(value), `statement 1 has ${name} that is not a string or a list of strings`);
    }
  });

  it("are found if they repeat a Sid", () => {
    const of = (Sid?: string) => JSON.stringify({ ...onAll, Sid });
    assert.deepEqual(repeatedSids([of("a"), of("b"), of("a"), of(), of(), of(""), of(""), "{", 7, of("b")]), [2, 9]);
  });
});
