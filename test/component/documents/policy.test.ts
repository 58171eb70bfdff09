import assert from "node:assert/strict";
import {
  registryPolicy,
  registryStatement,
  repeatedSids,
  repositoryPolicy,
  secretPolicy,
} from "../../../component/documents/policy";
import { STATEMENTS } from "./support";

const ROLE = "arn:aws:iam::444455556666:role/team/puller";
const pull = { Effect: "Allow", Principal: { AWS: ROLE }, Action: "ecr:BatchGetImage" };
const onAll = { ...pull, Resource: "*" };

/** The message about a document, or undefined if it is accepted. */
function problem(schema: typeof repositoryPolicy, document: object): string | undefined {
  const parsed = schema.safeParse(JSON.stringify(document));
  return parsed.success ? undefined : parsed.error.issues[0]?.message;
}

const ELEMENTS =
  "has an element that statements do not have; known are Sid, Effect, Condition, Action, NotAction, Principal, NotPrincipal, Resource, NotResource";
const EFFECT = 'needs the Effect "Allow" or "Deny"';
const ATTACHED = "cannot have Resource: the policy is attached to it";
const NO_ACTION = "has Action that is not a string or a list of strings";
const NO_PRINCIPAL = "has a Principal that is not a string or a list of strings";
const AWS_PRINCIPAL =
  'has an AWS Principal that is not "*", an account id or the ARN of an account, user, role or session';
const CONDITION = "has a Condition that is not a map of operators to maps of keys";

/** Statements that a repository policy cannot have: what is added to a right one, and the message. */
const REFUSED: readonly (readonly [more: object, problem: string])[] = [
  [{ action: "*" }, ELEMENTS],
  [{ Effect: undefined }, EFFECT],
  [{ Effect: "allow" }, EFFECT],
  [{ Sid: 1 }, "has a Sid that is not a string"],
  [{ Action: undefined }, "needs Action"],
  [{ NotAction: "*" }, "has both Action and NotAction"],
  [{ Principal: undefined }, "needs Principal"],
  [{ NotPrincipal: "*" }, "has both Principal and NotPrincipal"],
  [
    { Principal: undefined, NotPrincipal: { AWS: ROLE } },
    "has NotPrincipal, which only a Deny can have: name the Principal",
  ],
  [{ Resource: "*" }, ATTACHED],
  [{ NotResource: "*" }, ATTACHED],
  [{ Principal: ROLE }, 'has a Principal that is neither "*" nor a map such as {"AWS": "<ARN>"}'],
  [{ Principal: {} }, "has a Principal that names nobody"],
  [{ Principal: { Aws: ROLE } }, "has a Principal of a kind other than AWS, Service, Federated, CanonicalUser"],
  [{ Principal: { AWS: [] } }, NO_PRINCIPAL],
  [{ Principal: { AWS: [1] } }, NO_PRINCIPAL],
  [{ Principal: { AWS: "puller" } }, AWS_PRINCIPAL],
  [{ Principal: { AWS: [ROLE, "1234"] } }, AWS_PRINCIPAL],
  [{ Principal: { AWS: `${ROLE}/*` } }, AWS_PRINCIPAL],
  [{ Principal: { AWS: "arn:aws:iam::44445555666:root" } }, AWS_PRINCIPAL],
  [{ Principal: { AWS: "arn:aws:s3:::bucket" } }, AWS_PRINCIPAL],
  [{ Principal: { AWS: `x${ROLE}` } }, AWS_PRINCIPAL],
  [{ Principal: { AWS: `${ROLE} ` } }, AWS_PRINCIPAL],
  [{ Principal: { Service: "lambda" } }, "has a Service Principal that AWS does not accept"],
  [{ Principal: { CanonicalUser: "a" } }, "has a CanonicalUser Principal that AWS does not accept"],
  [{ Action: [] }, NO_ACTION],
  [{ Action: [1] }, NO_ACTION],
  [{ Action: "BatchGetImage" }, "has Action that is not written as service:Operation"],
  [
    { Action: undefined, NotAction: ["ecr:*", "ecr:Batch Get"] },
    "has NotAction that is not written as service:Operation",
  ],
  [{ Action: ["ecr:*", "s3:GetObject"] }, "has an action that does not belong to ECR"],
  [{ Condition: "x" }, CONDITION],
  [{ Condition: { StringEquals: "x" } }, CONDITION],
  [{ Condition: { StringIs: {} } }, "has a Condition with an operator that IAM does not know"],
  [{ Condition: { Bool: { a: "true" } } }, "has a Condition on a key that is not written as service:key"],
  [{ Condition: { Bool: { "aws:a": "1" } } }, "has a Condition whose value Bool does not take"],
  [{ Condition: { StringLike: { "aws:a": [] } } }, "has a Condition whose value StringLike does not take"],
];

describe("policies that users write", () => {
  for (const [more, reason] of REFUSED) {
    it(`are refused if a statement has ${JSON.stringify(more)}`, () => {
      const statement = { ...pull, ...more };
      assert.equal(problem(repositoryPolicy, { Statement: statement }), `statement 1 ${reason}`);
      assert.equal(problem(repositoryPolicy, { Statement: [pull, statement] }), `statement 2 ${reason}`);
    });
  }

  it("may use all of IAM's grammar", () => {
    for (const Statement of STATEMENTS)
      assert.equal(problem(repositoryPolicy, { Statement }), undefined, JSON.stringify(Statement));
    const Statement = ["a", "b", "", "", undefined, undefined].map((Sid) => ({ ...pull, Sid }));
    assert.equal(problem(repositoryPolicy, { Id: "a", Version: "2008-10-17", Statement }), undefined);
  });

  it("need the elements of a document", () => {
    for (const [document, message] of [
      [{ Statements: [] }, "has an element that policies do not have; known are Version, Id and Statement"],
      [{ Version: "2012-10-18", Statement: pull }, 'has a Version that IAM does not know: write "2012-10-17"'],
      [{ Version: "2012-10-17" }, "has no Statement"],
      [{ Statement: [] }, "has no Statement"],
      [{ Statement: "x" }, "statement 1 must be a JSON object"],
      [{ Statement: [pull, []] }, "statement 2 must be a JSON object"],
      [{ Statement: ["a", "b", "a"].map((Sid) => ({ ...pull, Sid })) }, "has two statements with the same Sid"],
    ] as const) {
      assert.equal(problem(repositoryPolicy, document), message);
    }
  });

  it("need a resource where AWS does, and fit in its limits", () => {
    for (const [schema, most, Action] of [
      [secretPolicy, 20_480, "secretsmanager:GetSecretValue"],
      [registryPolicy, 10_240, pull.Action],
    ] as const) {
      const needing = { ...pull, Action };
      const of = (more: object) => problem(schema, { Statement: { ...needing, ...more } });
      assert.equal(of({}), "statement 1 needs Resource");
      assert.equal(of({ NotResource: "*" }), undefined);
      const room = most - JSON.stringify({ Statement: { ...needing, Resource: "*", Sid: "" } }).length;
      assert.equal(of({ Resource: "*", Sid: "s".repeat(room) }), undefined);
      assert.equal(of({ Resource: "*", Sid: "s".repeat(room + 1) }), `has more than ${most} characters, AWS's limit`);
    }
  });

  it("are refused for a secret if they plainly let everyone in", () => {
    const ofSecret = (...statements: object[]) => {
      const everything = { ...onAll, Action: "secretsmanager:*", Principal: "*" };
      return problem(secretPolicy, { Statement: statements.map((more) => ({ ...everything, ...more })) });
    };
    const everyone = (index: number) =>
      `statement ${index} lets everyone in: name principals, or add an aws:PrincipalOrgID condition`;
    for (const Principal of ["*", { AWS: "*" }, { AWS: [ROLE, "*"] }, { Service: "ecr.amazonaws.com", AWS: "*" }])
      assert.equal(ofSecret({ Principal }), everyone(1));
    assert.equal(ofSecret({ Principal: { AWS: ROLE } }, {}), everyone(2));
    // AWS analyzes these, because the component sets BlockPublicPolicy.
    assert.equal(ofSecret({ Condition: { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } } }), undefined);
    assert.equal(ofSecret({}, { Effect: "Deny" }), undefined);
    assert.equal(ofSecret({ Principal: { AWS: ROLE } }), undefined);
  });

  it("are single statements in a registry policy, with actions of ECR only", () => {
    const of = (more: object) => problem(registryStatement, { ...onAll, ...more });
    for (const Action of ["*", "ecr:*", "ECR:CreateRepository", ["ecr:ReplicateImage", "*"]])
      assert.equal(of({ Action }), undefined);
    for (const Action of ["s3:GetObject", "myecr:Get", "ecr-public:Get", ["ecr:*", "sts:*"]])
      assert.equal(of({ Action }), "has an action that does not belong to ECR", String(Action));
    assert.equal(of({ Action: undefined, NotAction: "s3:*" }), "has an action that does not belong to ECR");
    assert.equal(of({ Resource: undefined }), "needs Resource");
  });

  it("have texts as resources", () => {
    for (const name of ["Resource", "NotResource"]) {
      const of = (value: unknown) => problem(registryPolicy, { Statement: { ...pull, [name]: value } });
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
