import assert from "node:assert/strict";
import type { StackResource } from "../../../policy-pack/kit/policy";
import { customRoleWorks as policy } from "../../../policy-pack/policies/custom-role-works";
import { fed, judges, later, messages, passes, resource, rule, template, undecided } from "../support";
import { allow, attached, inline, role } from "./roles";
import { document } from "./statements";

const services = { template: "ecr.amazonaws.com", rule: "pullthroughcache.ecr.amazonaws.com" };
const ecr = role("templates", services.template);
const upstream = role("upstream", services.rule);
const of = (one: StackResource, name = "t") =>
  template(name, { resourceTags: { team: "shop" }, customRoleArn: later }, fed({ customRoleArn: [one] }));
const ruleOf = (one: StackResource) => rule("r", { customRoleArn: later }, fed({ customRoleArn: [one] }));
const holding = (props: object) => {
  const own = role("templates", services.template, props);
  return [own, of(own)];
};
const guide = allow(["ecr:CreateRepository", "ecr:ReplicateImage", "ecr:TagResource"]);
const managed = resource("aws:iam/policy:Policy", "own", { policy: guide });
const attaching = (type: string, props: object) =>
  resource(
    `aws:iam/${type}`,
    "a",
    { policyArn: later, ...props },
    fed({ policyArn: [managed], policyArns: [managed] }),
  );
const copying = ["GetDownloadUrlForLayer", "BatchImportUpstreamImage", "BatchGetImage", "GetImageCopyStatus"].map(
  (action) => `ecr:${action}`,
);
const split = document(
  { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
  {
    Effect: "Allow",
    Action: copying,
    Resource: "arn:aws:ecr:us-east-1:444455556666:repository/base/*",
  },
  {
    Effect: "Allow",
    Action: ["ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage"],
    Resource: "arn:aws:ecr:eu-central-1:111122223333:repository/quay/*",
  },
);
const denied = document(JSON.parse(guide).Statement[0], { Effect: "Deny", Action: "ecr:Create*", Resource: "*" });
const arn = "arn:aws:iam::111122223333:role/templates";
const tasks = role("templates", "ecs-tasks.amazonaws.com", { arn });
const tagging = role("templates", "x", {
  assumeRolePolicy: document({
    Effect: "Allow",
    Principal: { Service: "ecr.amazonaws.com" },
    Action: "sts:TagSession",
  }),
});
const untrusted = role("templates", "x", { assumeRolePolicy: later });

const trusting = (...statements: object[]) =>
  role("templates", "x", { assumeRolePolicy: document(...statements), inlinePolicies: [{ policy: guide }] });
const trust = { Effect: "Allow", Principal: { Service: "ecr.amazonaws.com" }, Action: "sts:AssumeRole" };
const holdingTrust = (...statements: object[]) => [trusting(...statements), of(trusting(...statements))];
const organization = { StringEquals: { "aws:SourceOrgID": "o-a1b2c3d4e5" } };
const account = { StringEquals: { "aws:ResourceAccount": "111122223333" } };
const needs = (missing: string) => `templates: ECR needs ${missing} of this role, and its policies do not allow it.`;

judges(policy, {
  "passes the policies of AWS's guide, however they are attached, and roles for others": [
    passes,
    [ecr, inline(ecr, guide), of(ecr)],
    [ecr, inline(ecr, allow("ecr:*", "arn:aws:ecr:eu-central-1:111122223333:repository/quay/*")), of(ecr)],
    [ecr, attached(ecr, "AmazonEC2ContainerRegistryFullAccess"), of(ecr)],
    holding({ inlinePolicies: [{ policy: guide }] }),
    holding({ managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] }),
    ...[
      attaching("rolePolicyAttachment:RolePolicyAttachment", { role: "templates" }),
      attaching("policyAttachment:PolicyAttachment", { roles: ["templates"] }),
      attaching("rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", {
        roleName: "templates",
        policyArns: later,
      }),
    ].map((attachment) => [ecr, managed, attachment, of(ecr)]),
    holdingTrust({ ...trust, Principal: { AWS: "*" } }, { ...trust, Effect: "Deny", Action: "sts:TagSession" }),
    [role("web", "ecs-tasks.amazonaws.com"), template("t")],
    [ecr, template("t", { resourceTags: { a: "b" }, customRoleArn: "arn:aws:iam::111122223333:role/elsewhere" })],
    // Statements that tell the upstream from the cache.
    [upstream, inline(upstream, split), ruleOf(upstream)],
    // A policy of others may allow it.
    [ecr, attached(ecr, "arn:aws:iam::111122223333:policy/platform"), of(ecr)],
    [ecr, attached(ecr, "CloudFrontFullAccess"), of(ecr)],
  ],
  "reports a trust policy that names another service, also if only the name links the role": [
    "templates: ECR cannot assume this role: its assumeRolePolicy does not name ecr.amazonaws.com.",
    [tasks, inline(tasks, guide), template("t", { customRoleArn: arn })],
    [tagging, inline(tagging, guide), of(tagging)],
    holdingTrust(trust, { ...trust, Effect: "Deny", Principal: "*", Action: "sts:?ssumeRole" }),
  ],
  "reports the service of the other kind of role": [
    "templates: ECR cannot assume this role: its assumeRolePolicy does not name pullthroughcache.ecr.amazonaws.com.",
    [ecr, inline(ecr, allow("ecr:*")), ruleOf(ecr)],
  ],
  "reports missing permissions once, whatever the number of templates": [
    needs("ecr:CreateRepository, ecr:TagResource"),
    [ecr, of(ecr), of(ecr, "u")],
    [ecr, inline(ecr, allow("ecr:*", "arn:aws:ecr:us-east-1:111122223333:repository/quay/*")), of(ecr)],
  ],
  "reports the one action that copying lacks": [
    needs("ecr:GetImageCopyStatus").replace("templates", "upstream"),
    [upstream, inline(upstream, split.replace(',"ecr:GetImageCopyStatus"', "")), ruleOf(upstream)],
  ],
  "reports tags that it may not write": [
    needs("ecr:TagResource"),
    [ecr, inline(ecr, allow("ecr:CreateRepository")), of(ecr)],
  ],
  "reports what is denied": [needs("ecr:CreateRepository"), [ecr, inline(ecr, denied), of(ecr)]],
  "reports what a rule's role lacks": [
    /GetAuthorizationToken, ecr:InitiateLayerUpload/,
    [upstream, inline(upstream, allow(copying)), ruleOf(upstream)],
  ],
  "does not decide what AWS alone knows": [
    undecided("templates"),
    holdingTrust({ ...trust, Condition: organization }),
    holdingTrust(trust, { ...trust, Effect: "Deny", Condition: organization }),
    [ecr, inline(ecr, allow("ecr:*", "*", { Condition: account })), of(ecr)],
  ],
  "waits for documents that are not known yet": [
    undecided("templates"),
    [ecr, inline(ecr, later), of(ecr)],
    [ecr, attached(ecr, later), of(ecr)],
    [ecr, resource("aws:iam/rolePolicy:RolePolicy", "p", { role: later, policy: later }), of(ecr)],
    [untrusted, inline(untrusted, guide), of(untrusted)],
  ],
});

it("custom-role-works says what to add to the trust policy", async () => {
  const found = await messages(policy, [tasks, inline(tasks, guide), template("t", { customRoleArn: arn })]);
  assert.equal(
    found[0]?.split("\n")[1],
    'Add to its assumeRolePolicy: { "Effect": "Allow", "Principal": { "Service": "ecr.amazonaws.com" }, "Action": "sts:AssumeRole" }.',
  );
});
