import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { PullThroughCacheArgs } from "../../../component/args";
import { PullThroughCache } from "../../../component/index";
import { ACCOUNT, Monitor } from "./monitor";
import { failing, OTHER, OTHER_ECR, run } from "./programs";
import { Refusals } from "./refusals";

const arn = (name: string, { account = ACCOUNT, partition = "aws" } = {}) =>
  `arn:${partition}:iam::${account}:role/${name}`;

/** Roles of the account. Others are missing, and one may not be read. */
const ROLES: { readonly [name: string]: object } = { nodes: { arn: arn("nodes") }, ci: { arn: arn("team/ci") } };
const answers = {
  "aws:iam/getRole:getRole": ({ name }: { name: string }) =>
    ROLES[name] ??
    failing(name === "secret" ? "AccessDenied: iam:GetRole" : "reading IAM Role: couldn't find resource")(),
};

const puller = (role: pulumi.Input<string>) => ({ registries: { quay: {} }, pullerRoles: { r: role } });
const later = (role: string) => pulumi.output(role);

describe("a role that is only named", () => {
  const refusals = new Refusals();
  before(() => refusals.start());
  after(() => refusals.end());

  const REFUSED: readonly [string, () => PullThroughCacheArgs, RegExp][] = [
    [
      "is missing",
      () => puller("absent"),
      /- pullerRoles\.r: there is no role absent in the account 111122223333\. Create it/,
    ],
    [
      "is of another account",
      () => puller(arn("nodes", { account: OTHER })),
      /- pullerRoles\.r: the role is in the account 4444/,
    ],
    [
      "is of another account, and known later",
      () => puller(later(arn("nodes", { account: OTHER }))),
      /- pullerRoles\.r: the role is in the account 444455556666 \(aws\), and the provider deploys to 111122223333 \(aws\)/,
    ],
    [
      "is of another partition",
      () => puller(arn("nodes", { partition: "aws-cn" })),
      /- pullerRoles\.r: .* 111122223333 \(aws-cn\)/,
    ],
    [
      "has another path",
      () => puller(arn("ci")),
      /- pullerRoles\.r: the account's role with this name has another path: .*team\/ci/,
    ],
    [
      "is missing, for templates",
      () => ({ registries: { quay: { resourceTags: { a: "b" } } }, templateRoleArn: arn("absent") }),
      /- templateRoleArn: there is no role absent/,
    ],
    [
      "is missing, for an ECR upstream",
      () => ({ registries: { base: { registry: OTHER_ECR, roleArn: arn("absent") } } }),
      /- registries\.base\.roleArn: there is no role absent/,
    ],
  ];
  for (const [what, args, problem] of REFUSED) {
    it(`is refused in a preview and an update if it ${what}`, async () => {
      for (const isPreview of [true, false]) {
        await Monitor.start(answers, { isEngine: true, isPreview });
        await refusals.expect(() => new PullThroughCache("cache", args()), problem);
      }
    });
  }

  const ACCEPTED: readonly [string, () => PullThroughCacheArgs, (() => pulumi.ComponentResourceOptions)?][] = [
    ["exists", () => puller("nodes")],
    ["exists, by its ARN with a path", () => puller(arn("team/ci"))],
    ["is of this program: an Output", () => puller(later("absent"))],
    [
      "may be of this program: the component waits",
      () => puller("absent"),
      () => ({ dependsOn: [new pulumi.ComponentResource("a:b:C", "first")] }),
    ],
    ["may not be read", () => puller("secret")],
  ];
  for (const [what, args, options] of ACCEPTED) {
    it(`is accepted if it ${what}`, async () => {
      const { monitor } = await run(args(), { options, answers, isEngine: true, isPreview: true });
      assert.ok(monitor.find("RolePolicy", "cache-pull-r"));
      const said = monitor.log.filter((line) => /IAM role "secret" .* So its name is not checked\./.test(line));
      assert.equal(said.length, what === "may not be read" ? 1 : 0);
    });
  }
});
