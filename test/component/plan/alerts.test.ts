import assert from "node:assert/strict";
import { failureTemplate } from "../../../component/alerts/message";
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

  it("says for each token how to renew it", () => {
    const registries = {
      hub: { ...HUB, prefix: "docker" },
      ghcr: { prefix: "team/ghcr/", credentialArn: secretArn("eu-west-1") },
      "team/lab": { registry: "registry.gitlab.com" },
      quay: {},
    };
    const lines = plan({ registries, alerts: {} }).alerts?.template.split("\n") ?? [];
    assert.deepEqual(
      lines.filter((line) => /^"(?:docker|ghcr|team|quay)/.test(line)),
      [
        '"team/ghcr: put the new token into the secret of registries.ghcr"',
        `"docker: pulumi config set --secret --path 'pull-through-cache:credentials.hub.accessToken' && pulumi up"`,
        '"team/lab: set the credentials of registries.team/lab in the stack\'s config, then run pulumi up"',
      ],
    );
  });

  it("has a pattern and a template of quoted lines that EventBridge accepts, with the most and longest names", () => {
    const registries = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [
        `${"k".repeat(200)}${index}`,
        { registry: "ghcr.io", prefix: `gh${index}`.padEnd(30, "x") },
      ]),
    );
    const { pattern = "", template = "" } = plan({ registries, alerts: {} }).alerts ?? {};
    // Amazon EventBridge quotas: 2,048 characters of a pattern unless AWS raises it.
    assert.ok(pattern.length <= 2048 && template.length <= 8192, `${pattern.length}, ${template.length} characters`);
    for (const line of template.split("\n")) assert.match(line, /^"[^"\\]*"$/);
  });

  it("names each token, as long as the text is not too long for EventBridge", () => {
    const of = (length: number) => failureTemplate([{ key: "hub", prefix: "p".repeat(length), command: "set" }]);
    const longest = 8192 - of(0).length;
    assert.match(of(longest), /^"p+: set && pulumi up"$/m);
    const short = of(0).split("\n");
    const others = of(longest + 1).split("\n");
    assert.deepEqual(
      others.filter((line) => !short.includes(line)),
      [`"Set its credentials in the stack's config, then run pulumi up."`],
    );
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
