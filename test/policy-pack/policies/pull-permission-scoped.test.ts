import { pullPermissionScoped as policy } from "../../../policy-pack/policies/pull-permission-scoped";
import { fails, judges, later, passes, registryPolicy, resource, rule, undecided } from "../support";
import { allow, inline, role as roleOf } from "./roles";
import { document } from "./statements";

const r = rule("r");
const iam = (policy: unknown, more: object = {}) => resource("aws:iam/policy:Policy", "p", { policy, ...more });
const importing = (to: unknown, more: object = {}) => allow("ecr:BatchImportUpstreamImage", to, more);
const everywhere = importing("*");
const repositories = "arn:aws:ecr:eu-central-1:111122223333:repository/";
const inRole = (inlinePolicies: unknown, feeds = {}) =>
  resource("aws:iam/role:Role", "p", { inlinePolicies }, { feeds });
const all = { Effect: "Allow", Action: "ecr:BatchImportUpstreamImage", Resource: "*" };
const wide = (name: string) => `${name}: Statement 1 allows pulling through every cache of the account.`;

const services = ["ecr.amazonaws.com", "pullthroughcache.ecr.amazonaws.com"];
const arn = "arn:aws:iam::111122223333:policy/cache";
const attaching = (props: object, feeds = {}) =>
  resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "attachment", { ...props }, { feeds });
const named = (policyArn: string) => attaching({ policyArn, role: "ecr" });
const trusting = (...Principal: unknown[]) =>
  resource("aws:iam/role:Role", "p", {
    assumeRolePolicy: document(
      ...Principal.map((Service) => ({ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" })),
    ),
    inlinePolicies: [{ policy: everywhere }],
  });
const tasks = "ecs-tasks.amazonaws.com";

judges(policy, {
  "passes permissions on a prefix, and permissions that import nothing": [
    passes,
    [r, iam(importing(`${repositories}quay/*`))],
    ...["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:CreateRepository", "s3:*", "*"].map((action) => [
      r,
      iam(allow(action)),
    ]),
    ...["quay*", "*/quay", "quay/*/*"].map((some) => [r, iam(importing(`${repositories}${some}`))]),
    [r, iam(importing("*", { Condition: { StringEquals: { "aws:ResourceTag/cache": "yes" } } }))],
    [r, iam(everywhere.replace("Allow", "Deny"))],
    [r, iam({ Statement: { ...all, Action: "s3:*", Resource: later } })],
    [r, inRole([])],
    // A preview shows what AWS fills in as unknown.
    [r, inRole(later)],
    // Without a cache.
    iam(everywhere),
  ],
  "reports permissions on everything, also on all but a few": [
    wide("p"),
    ...["*", ["x", "*"], `${repositories}*`, "arn:aws:ecr:*:*:*", "arn:aws:ecr:*:*:repository/*/*"].flatMap((to) =>
      ["ecr:BatchImportUpstreamImage", ["x", "ecr:*"], "ECR:batch*"].map((action) => [r, iam(allow(action, to))]),
    ),
    [r, iam(document({ Effect: "Allow", Action: "ecr:*", NotResource: `${repositories}quay/*` }))],
    ...[
      { ...all, Action: [later, "ecr:*"], Resource: [later, "*"] },
      { ...all, Resource: undefined, NotResource: later },
    ]
      .concat({ ...all, Resource: undefined, NotResource: [later] as never })
      .map((Statement) => [r, iam({ Statement })]),
  ],
  "names the statement": [/^p: Statement 2 allows/, [r, iam({ Statement: [later, all] })]],
  "judges policies of every kind, inline policies of roles and registry policies": [
    fails(...["own", "registry", "role", "user", "group"].map(wide)),
    [
      r,
      resource("aws:iam/role:Role", "own", { inlinePolicies: [{ name: "pull", policy: everywhere }] }),
      registryPolicy("registry", { policy: everywhere }),
      ...["role:Role", "user:User", "group:Group"].map((kind) => {
        const [name = "", type] = kind.split(":");
        return resource(`aws:iam/${name}Policy:${type}Policy`, name, { policy: everywhere });
      }),
    ],
  ],
  "passes roles that ECR assumes, which other policies require": [
    passes,
    ...services.flatMap((service) => {
      const role = roleOf("ecr", service);
      const managed = iam(everywhere);
      const attachment = attaching({}, { role: [role], policyArn: [managed] });
      return [
        [r, role, managed, attachment, inline(role, everywhere)],
        [r, role, iam(everywhere, { arn }), named(arn)],
        [r, role, resource("aws:iam/rolePolicy:RolePolicy", "inline", { role: "ecr", policy: everywhere })],
        [r, trusting([tasks, service])],
        [r, trusting(tasks, [tasks, service])],
      ];
    }),
  ],
  "reports roles that others assume, and policies that ECR's role does not have": [
    wide("p"),
    [r, trusting(tasks)],
    [r, roleOf("ecr", "ecr.amazonaws.com"), iam(everywhere)],
    [r, roleOf("ecr", "ecr.amazonaws.com"), iam(everywhere, { arn }), named(`${arn}-2`)],
    [
      r,
      roleOf("ecr", "ecr.amazonaws.com"),
      resource("aws:iam/rolePolicy:RolePolicy", "p", { role: "other", policy: everywhere }),
    ],
  ],
  "waits for unknown resources and documents": [
    undecided("p"),
    [r, iam(later)],
    ...[
      later,
      [later],
      [later, { ...all, Effect: "Deny" }],
      { ...all, Effect: later },
      { ...all, Action: later },
      { ...all, Action: ["ecr:BatchGetImage", later] },
      { ...all, Condition: later },
      { ...all, Resource: later },
      { ...all, Resource: ["x", later] },
    ].map((Statement) => [r, iam({ Statement })]),
    [r, inRole(later, { inlinePolicies: [rule("x")] })],
    [r, inRole([later])],
    [r, inRole([{ policy: later }])],
  ],
});
