import { noPublicAccess as policy } from "../../../policy-pack/policies/no-public-access";
import { judges, later, passes, registryPolicy, resource, template, undecided } from "../support";
import { document, statement } from "./statements";

const holding = (repositoryPolicy: unknown) => template("t", { repositoryPolicy });
const on = (...statements: object[]) => holding(document(...statements));
const when = (operator: string, key: string, value: unknown) =>
  statement({ Condition: { [operator]: { [key]: value } } });
const partly = (...statements: object[]) => registryPolicy("p", { policy: { Statement: statements } });
const open = { Version: "2012-10-17", Statement: statement({ Action: "ecr:CreateRepository", Resource: "*" }) };

const account = "111122223333";
const arn = `arn:aws:iam::${account}:role/a`;
const organization = "o-abc1234567";
const paths = `${organization}/r-ab12/`;
/** A value of each key that a stranger cannot choose. */
const keys = Object.entries({
  ...{ PrincipalAccount: account, SourceAccount: account, SourceOwner: account, VpceAccount: account },
  ...{ PrincipalArn: arn, SourceArn: arn, SourceVpcArn: `arn:aws:ec2:us-east-1:${account}:vpc/vpc-0a1b2c3d` },
  ...{ PrincipalOrgID: organization, SourceOrgID: organization, VpceOrgID: organization },
  ...{ PrincipalOrgPaths: paths, SourceOrgPaths: paths, VpceOrgPaths: paths },
  ...{ userid: "AROAABCDEFGHIJKLMNOP", SourceVpc: "vpc-0a1b2c3d", SourceVpce: "vpce-0a1b2c3d" },
});
const ofAccount = (id: string) => on(when("ArnLike", "aws:PrincipalArn", `arn:aws:iam::${id}:role/a`));
const from = (operator: string, ...ranges: string[]) =>
  ranges.map((range) => on(when(operator, "aws:SourceIp", range)));
const many = Array.from({ length: 20_000 }, (_, i) =>
  statement({ Principal: { AWS: `11112222${1000 + (i % 9000)}` } }),
);
const brackets = "[".repeat(20_000) + "]".repeat(20_000);

judges(policy, {
  "judges registry policies, and policies that Pulumi holds as objects": [
    "p: Statement 1 of policy lets everyone in.",
    registryPolicy("p", { policy: open }),
    registryPolicy("p", { policy: JSON.stringify(open) }),
    partly(statement({ Resource: later, Principal: { AWS: [later, "*"] } })),
    partly(when("StringNotEquals", "aws:PrincipalOrgID", later)),
  ],
  "judges nothing else": [
    passes,
    resource("aws:s3/bucket:Bucket", "b", { repositoryPolicy: open, policy: open }),
    registryPolicy("p", { repositoryPolicy: open }),
    template("t", { policy: open }),
    partly(statement({ Principal: { Service: later }, Resource: later })),
  ],
  "passes networks that AWS does not call public, and ARNs that name an account": [
    passes,
    ...from("IpAddress", "203.0.113.7", "203.0.113.0/24", "10.0.0.0/8", "2001:db8::1", "2001:db8::/32"),
    ofAccount(account),
  ],
  "fails wider networks and patterns": [
    "t: Statement 1 of repositoryPolicy lets everyone in.",
    ...from("IpAddress", "10.0.0.0/7", "0.0.0.0/0", "2001:db8::/31", "::/0"),
    ...from("StringLike", "*", "10.*"),
    ...["1111222233334", "11112222333", "*", "11112222333?"].map(ofAccount),
    on(statement({}), {
      ...{ Effect: "Deny", Principal: "*", Action: `${"*".repeat(50_000)}x` },
      Condition: { StringNotEquals: { "aws:PrincipalOrgID": organization } },
    }),
  ],
  "passes conditions on each key whose value a stranger cannot choose": [
    passes,
    ...keys.flatMap(([key, value]) =>
      ["StringEquals", "StringLike"].map((operator) => on(when(operator, `aws:${key}`, value))),
    ),
  ],
  "fails patterns and exceptions of these keys": [
    "t: Statement 1 of repositoryPolicy lets everyone in.",
    ...keys.flatMap(([key, value]) => [
      ...["*", `*${value}`, `${value.slice(0, 7)}*`].map((pattern) => on(when("StringLike", `aws:${key}`, pattern))),
      on(when("StringNotEquals", `aws:${key}`, value)),
    ]),
  ],
  "waits for unknown parts only if they can change the answer": [
    undecided("p"),
    registryPolicy("p", { policy: later }),
    partly(statement({ Principal: { AWS: later } })),
    partly(statement({ Principal: { AWS: [arn, later] } })),
    partly(when("StringEquals", "aws:PrincipalOrgID", later)),
  ],
  "survives hostile documents": [
    passes,
    ...["", "{", "null", "[]", "7", '{"Statement": null}', '{"Statement": [null, 1, "x", []]}'].map(holding),
    holding(`{"Statement": {"Effect": "Allow", "Principal": ${brackets}, "Action": "*"}}`),
    on(...many),
  ],
  "names the statement": ["t: Statement 20001 of repositoryPolicy lets everyone in.", on(...many, statement({}))],
});
