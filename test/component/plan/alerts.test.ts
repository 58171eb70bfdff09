import assert from "node:assert/strict";
import type { RegistryArgs } from "../../../component/args";
import { reminderTimes } from "../../../component/plan/expiry";
import type { ResolvedArgs } from "../../../component/plan/plan";
import { plan as planWith, problems as problemsWith, refuses, secretArn } from "./support";

const HUB: RegistryArgs = { registry: "registry-1.docker.io" };
const topic = (region: string) => `arn:aws:sns:${region}:111122223333:alerts`;

/** The credentials are an Output, so no entry lacks them. */
const OPTIONS = { credentials: { given: undefined } };
const plan = (args: ResolvedArgs) => planWith(args, OPTIONS);
const problems = (args: ResolvedArgs) => problemsWith(args, OPTIONS);

describe("plan of alerts", () => {
  it("has the topic of each Region, and a name that Amazon SNS accepts", () => {
    const regions = ["eu-west-1", "us-east-1"];
    const topicArns = Object.fromEntries(regions.map((region) => [region, topic(region)]));
    const { alerts, ...planned } = plan({ registries: { quay: {} }, regions, alerts: { topicArns } });
    assert.deepEqual(
      planned.regions.map(({ topicArn }) => topicArn),
      regions.map((region) => ({ arn: topic(region), path: ["alerts", "topicArns", region] })),
    );
    assert.deepEqual([alerts?.displayName, alerts?.emails], ["Pull through cache cache", []]);
    assert.equal(alerts?.reminderRole, "project-stack-cache-reminders");
    const topicArn = topic("eu-west-1");
    const one = planWith({ registries: { quay: {} }, alerts: { topicArn } }, { name: "c".repeat(90) });
    assert.deepEqual(one.regions[0]?.topicArn, { arn: topicArn, path: ["alerts", "topicArn"] });
    // Amazon SNS API reference, SetTopicAttributes: at most 100 characters.
    assert.equal(one.alerts?.displayName, `Pull through cache ${"c".repeat(81)}`);
  });

  it("says how to renew the token of the cache that failed, and of no other", () => {
    const registries = {
      hub: { ...HUB, prefix: "docker" },
      ghcr: { prefix: "team/ghcr/", credentialArn: secretArn("eu-west-1") },
      "team/lab": { registry: "registry.gitlab.com" },
      [`${"k".repeat(200)}"`]: { registry: "cgr.dev", prefix: "cgr" },
      quay: {},
      k8s: {},
    };
    const failures = plan({ registries, alerts: {} }).alerts?.failures ?? [];
    const advice = ({ template }: { template: string }) => template.split("\n").slice(12, -1);
    assert.deepEqual(
      Object.fromEntries(failures.map((one) => [one.prefix ?? "others", advice(one)])),
      Object.fromEntries(
        Object.entries({
          others: undefined,
          "team/ghcr": "put it into the secret of registries.ghcr",
          docker: "pulumi config set --secret --path 'pull-through-cache:credentials.hub.accessToken' && pulumi up",
          "team/lab": "set the credentials of registries.team/lab in the stack's config, then run pulumi up",
          cgr: "set the credentials of its entry of registries in the stack's config, then run pulumi up",
        }).map(([prefix, renewal]) => [
          prefix,
          renewal === undefined
            ? ['"If the upstream limits the rate, wait a while."']
            : [
                '"If the upstream refuses the login, create a new token there and set it:"',
                `"${renewal}"`,
                '"If the upstream limits the rate, wait a while, or use the token of a larger plan."',
              ],
        ]),
      ),
    );
    const prefixes = failures.map(({ pattern }) => JSON.parse(pattern).detail["ecr-repository-prefix"]);
    assert.deepEqual(prefixes.sort(), [["cgr"], ["docker"], ["k8s", "quay"], ["team/ghcr"], ["team/lab"]]);
  });

  it("has patterns and templates of quoted lines that EventBridge accepts, with the most and longest names", () => {
    for (const registry of ["ghcr.io", "quay.io"]) {
      const registries = Object.fromEntries(
        Array.from({ length: 50 }, (_, index) => [
          `${"k".repeat(200)}${index}`,
          { registry, prefix: `gh${index}`.padEnd(30, "x") },
        ]),
      );
      const { failures = [] } = plan({ registries, alerts: {} }).alerts ?? {};
      assert.equal(failures.length, registry === "ghcr.io" ? 50 : 1);
      for (const { pattern, template } of failures) {
        // Amazon EventBridge quotas: 2,048 characters of a pattern unless AWS raises it; 8,192 of a template.
        assert.ok(
          pattern.length <= 2048 && template.length <= 8192,
          `${pattern.length}, ${template.length} characters`,
        );
        for (const line of template.split("\n")) assert.match(line, /^"[^"\\]*"$/);
      }
    }
  });

  const quay = { registries: { quay: {} } };
  const both = ["eu-west-1", "us-east-1"];
  refuses([
    [
      "a topic in another Region",
      { ...quay, regions: ["eu-west-1"], alerts: { topicArn: topic("us-east-1") } },
      "alerts.topicArn: the topic is in us-east-1; ECR needs one in eu-west-1",
    ],
    [
      "one topic for two Regions",
      { ...quay, regions: both, alerts: { topicArn: topic("us-east-1") } },
      "alerts.topicArn: a topic works only in its own Region: give topicArns with one for each of eu-west-1, us-east-1",
    ],
    [
      "an address twice",
      { ...quay, alerts: { emails: ["a@example.com", "b@example.com", "a@example.com"] } },
      "alerts.emails[2]: is listed twice",
    ],
  ]);
});

describe("plan of a token that expires", () => {
  const withExpiry = (tokenExpires: string): ResolvedArgs => ({ registries: { hub: { ...HUB, tokenExpires } } });

  it("is refused if the day is past", () => {
    assert.match(
      problems(withExpiry("2027-01-14"))[0] ?? "",
      /^registries\.hub\.tokenExpires: the token expired on 2027-01-14: create a new one at registry-1\.docker\.io, set it with `pulumi config set --secret --path 'pull-through-cache:credentials\.hub\.accessToken'`/,
    );
  });

  it("is asked for where tokens live 30 days by default", () => {
    const message =
      "Chainguard's pull tokens are valid for 30 days unless they were made for longer: write the day into tokenExpires, to be warned in time";
    const { warnings } = plan({ registries: { chainguard: {} } });
    assert.deepEqual(warnings, [{ path: ["registries", "chainguard"], message }]);
  });

  const warnings: [string, RegExp | undefined][] = [
    ["2027-01-15", /expires today, on 2027-01-15/],
    ["2027-01-16", /expires tomorrow, on 2027-01-16/],
    ["2027-02-14", /expires in 30 days, on 2027-02-14/],
    ["2027-02-15", undefined],
  ];
  for (const [day, warning] of warnings) {
    it(`${warning ? "warns" : "does not warn"} of ${day}`, () => {
      const [found, ...others] = plan(withExpiry(day)).warnings;
      assert.deepEqual(others, []);
      assert.deepEqual(found?.path, warning && ["registries", "hub", "tokenExpires"]);
      if (warning) assert.match(found?.message ?? "", warning);
    });
  }

  it("is a tag of a secret that the component creates, and counts among its 50", () => {
    const name = "pull-through-cache:token-expires";
    assert.deepEqual(plan(withExpiry("2028-01-01")).entries[0]?.secret?.tags, { [name]: "2028-01-01" });
    const tags = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`t${index}`, "x"]));
    assert.deepEqual(problems({ registries: { hub: { ...HUB, tokenExpires: "2028-01-01", secret: { tags } } } }), [
      "registries.hub.secret.tags: 51 tags, including inherited ones; AWS allows at most 50",
    ]);
  });

  it("has no reminder for the next minutes, because EventBridge Scheduler refuses a time that is past on its clock", () => {
    const [first] = reminderTimes("2099-01-31", 0);
    const at = (now: number) => reminderTimes("2099-01-31", now).some(({ time }) => time === first?.time);
    const moment = Date.parse(`${first?.time}Z`) - 15 * 60 * 1000;
    assert.deepEqual([at(moment - 1), at(moment)], [true, false]);
  });

  it("has reminders only with alerts, and only those that are still to come", () => {
    assert.equal(plan(withExpiry("2028-01-01")).alerts, undefined);
    const adopted = (args: ResolvedArgs, adopt: boolean) => plan({ ...args, adopt, alerts: {} }).alerts?.adopt;
    assert.equal(adopted(withExpiry("2028-01-01"), true), true);
    assert.equal(adopted(withExpiry("2028-01-01"), false), false);
    assert.equal(adopted({ registries: { quay: {} } }, true), false);
    const reminders = (day: string) =>
      plan({ ...withExpiry(day), alerts: {} }).alerts?.reminders.map(({ id, expression }) => `${id} ${expression}`);
    assert.deepEqual(reminders("2027-03-01"), [
      "hub-30 at(2027-01-30T09:00:00)",
      "hub-7 at(2027-02-22T09:00:00)",
      "hub-1 at(2027-02-28T09:00:00)",
    ]);
    assert.deepEqual(reminders("2027-01-23"), ["hub-7 at(2027-01-16T09:00:00)", "hub-1 at(2027-01-22T09:00:00)"]);
    assert.deepEqual(reminders("2027-01-16"), []);
  });
});
