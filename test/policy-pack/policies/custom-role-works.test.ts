import assert from "node:assert/strict";
import type { StackResource } from "../../../policy-pack/kit/policy";
import { customRoleWorks } from "../../../policy-pack/policies/custom-role-works";
import { later, messages, passes, resource, rule, run, template, undecidedFor } from "../support";
import { allow, attached, inline, role } from "./roles";

describe("custom-role-works", () => {
  const policy = customRoleWorks;
  const ecr = role("templates", "ecr.amazonaws.com");
  const upstream = role("upstream", "pullthroughcache.ecr.amazonaws.com");
  const tags = { resourceTags: { team: "shop" } };
  const templateOf = (one: StackResource, props: object = tags) =>
    template("t", { ...props, customRoleArn: later }, { feeds: { customRoleArn: [one] } });
  const ruleOf = (one: StackResource) => rule("r", { customRoleArn: later }, { feeds: { customRoleArn: [one] } });
  const guide = allow(["ecr:CreateRepository", "ecr:ReplicateImage", "ecr:TagResource"]);
  const copying = [
    "ecr:GetDownloadUrlForLayer",
    "ecr:BatchImportUpstreamImage",
    "ecr:BatchGetImage",
    "ecr:GetImageCopyStatus",
  ];
  const filling = ["ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage"];
  const none =
    "templates: ECR needs ecr:CreateRepository, ecr:TagResource of this role, and its policies do not allow it.";

  it("passes the policies of AWS's guide, however they are attached, and roles for others", async () => {
    const managed = resource("aws:iam/policy:Policy", "own", { policy: guide });
    const attaching = (type: string, props: object, feeds: object) =>
      resource(`aws:iam/${type}`, "a", { ...props }, { feeds: { ...feeds } });
    const arn = { policyArn: [managed] };
    for (const given of [
      [ecr, inline(ecr, guide)],
      [ecr, inline(ecr, allow("ecr:*", "arn:aws:ecr:eu-central-1:111122223333:repository/quay/*"))],
      [ecr, attached(ecr, "AmazonEC2ContainerRegistryFullAccess")],
      [role("templates", "ecr.amazonaws.com", { inlinePolicies: [{ policy: guide }] })],
      [role("templates", "ecr.amazonaws.com", { managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] })],
      [
        ecr,
        managed,
        attaching("rolePolicyAttachment:RolePolicyAttachment", { role: "templates", policyArn: later }, arn),
      ],
      [ecr, managed, attaching("policyAttachment:PolicyAttachment", { roles: ["templates"], policyArn: later }, arn)],
      [
        ecr,
        managed,
        attaching(
          "rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
          { roleName: "templates", policyArns: later },
          { policyArns: [managed] },
        ),
      ],
    ] as StackResource[][]) {
      const [used = ecr] = given;
      assert.deepEqual(await run(policy, [...given, templateOf(used)]), passes, given.map(({ type }) => type).join());
    }
    assert.deepEqual(await run(policy, [role("web", "ecs-tasks.amazonaws.com"), template("t")]), passes);
    const named = template("t", { ...tags, customRoleArn: "arn:aws:iam::111122223333:role/elsewhere" });
    assert.deepEqual(await run(policy, [ecr, named]), passes);
  });

  it("passes a rule's role whose statements tell the upstream from the cache", async () => {
    const split = inline(
      upstream,
      JSON.stringify({
        Statement: [
          { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
          { Effect: "Allow", Action: copying, Resource: "arn:aws:ecr:us-east-1:444455556666:repository/base/*" },
          { Effect: "Allow", Action: filling, Resource: "arn:aws:ecr:eu-central-1:111122223333:repository/quay/*" },
        ],
      }),
    );
    assert.deepEqual(await run(policy, [upstream, split, ruleOf(upstream)]), passes);
  });

  it("reports a trust policy that names another service, also if only the name links the role", async () => {
    const other = role("templates", "ecs-tasks.amazonaws.com", { arn: "arn:aws:iam::111122223333:role/templates" });
    const named = template("t", { customRoleArn: "arn:aws:iam::111122223333:role/templates" });
    const [message = ""] = await messages(policy, [other, inline(other, guide), named]);
    assert.equal(
      message.split("\n").slice(0, 2).join("\n"),
      [
        "ECR cannot assume this role: its assumeRolePolicy does not name ecr.amazonaws.com.",
        'Add to its assumeRolePolicy: { "Effect": "Allow", "Principal": { "Service": "ecr.amazonaws.com" }, "Action": "sts:AssumeRole" }.',
      ].join("\n"),
    );
    const { violations } = await run(policy, [ecr, inline(ecr, allow("ecr:*")), ruleOf(ecr)]);
    assert.deepEqual(violations, [
      "templates: ECR cannot assume this role: its assumeRolePolicy does not name pullthroughcache.ecr.amazonaws.com.",
    ]);
  });

  it("reports missing permissions once, whatever the number of templates", async () => {
    const two = [
      templateOf(ecr),
      template("u", { ...tags, customRoleArn: later }, { feeds: { customRoleArn: [ecr] } }),
    ];
    assert.deepEqual((await run(policy, [ecr, ...two])).violations, [none]);
    const denied = JSON.stringify({
      Statement: [JSON.parse(guide).Statement[0], { Effect: "Deny", Action: "ecr:Create*", Resource: "*" }],
    });
    for (const [document, missing] of [
      [allow("ecr:CreateRepository"), "ecr:TagResource"],
      [allow("ecr:*", "arn:aws:ecr:us-east-1:111122223333:repository/quay/*"), "ecr:CreateRepository, ecr:TagResource"],
      [denied, "ecr:CreateRepository"],
    ] as const) {
      assert.deepEqual((await run(policy, [ecr, inline(ecr, document), templateOf(ecr)])).violations, [
        `templates: ECR needs ${missing} of this role, and its policies do not allow it.`,
      ]);
    }
    assert.match(
      (await run(policy, [upstream, inline(upstream, allow(copying)), ruleOf(upstream)])).violations.join(),
      /GetAuthorizationToken, ecr:InitiateLayerUpload/,
    );
  });

  it("waits for documents that are not known yet, and passes what a policy of others may allow", async () => {
    for (const open of [
      inline(ecr, later),
      attached(ecr, later),
      resource("aws:iam/rolePolicy:RolePolicy", "p", { role: later, policy: later }),
    ]) {
      assert.deepEqual(await run(policy, [ecr, open, templateOf(ecr)]), undecidedFor(policy, "templates"));
    }
    const trust = role("templates", "x", { assumeRolePolicy: later });
    assert.deepEqual(
      await run(policy, [trust, inline(trust, guide), templateOf(trust)]),
      undecidedFor(policy, "templates"),
    );
    for (const arn of ["arn:aws:iam::111122223333:policy/platform", "CloudFrontFullAccess"]) {
      assert.deepEqual(await run(policy, [ecr, attached(ecr, arn), templateOf(ecr)]), passes);
    }
  });
});
