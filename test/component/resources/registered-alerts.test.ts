import assert from "node:assert/strict";
import { PullThroughCache } from "../../../component/index";
import { ACCOUNT, Monitor, REGION } from "./monitor";
import { EVERYTHING, Programs } from "./programs";

describe("alerts that the component registers", () => {
  const programs = new Programs();
  const { run, inputsOf } = programs;

  it("let only their own rule and this account's schedules publish to a topic", async () => {
    await run({ ...EVERYTHING, tags: { team: "platform" }, regions: [REGION, "eu-west-1"] });
    const arnOf = (name: string) => `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}`;
    const statements = (json: unknown) => JSON.parse(String(json)).Statement;
    for (const region of [REGION, "eu-west-1"]) {
      const arn = arnOf(`cache-alerts@${region}`);
      const rule = inputsOf("EventRule", `cache-alerts@${region}`);
      const topic = inputsOf("Topic", `cache-alerts@${region}`);
      for (const { region: own, tags, namePrefix } of [rule, topic]) {
        assert.deepEqual([own, tags, namePrefix], [region, { team: "platform" }, "pull-through-cache-"]);
      }
      assert.equal(rule.description, "Failed imports of the pull through cache cache");
      const { arn: policed, policy } = inputsOf("TopicPolicy", `cache-alerts@${region}`);
      assert.equal(policed, arn);
      assert.deepEqual(statements(policy), [
        {
          Sid: "PullThroughCacheAlerts",
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: "sns:Publish",
          Resource: arn,
          Condition: { ArnEquals: { "aws:SourceArn": arn } },
        },
      ]);
      const target = inputsOf("EventTarget", `cache-alerts@${region}`);
      assert.deepEqual([target.arn, target.targetId, target.region], [arn, "alerts", region]);
      const {
        topic: subscribed,
        protocol,
        endpoint,
      } = inputsOf("TopicSubscription", `cache-alerts-someone@example.com@${region}`);
      assert.deepEqual([subscribed, protocol, endpoint], [arn, "email", "someone@example.com"]);
    }
    const home = arnOf(`cache-alerts@${REGION}`);
    assert.deepEqual(statements(inputsOf("Role", "cache-reminders").assumeRolePolicy), [
      {
        Effect: "Allow",
        Principal: { Service: "scheduler.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } },
      },
    ]);
    assert.deepEqual(statements(inputsOf("RolePolicy", "cache-reminders").policy), [
      { Sid: "Remind", Effect: "Allow", Action: "sns:Publish", Resource: home },
    ]);
    const { description, scheduleExpression, flexibleTimeWindow, target, region, namePrefix } = inputsOf(
      "Schedule",
      "cache-reminder-dockerhub-30",
    ) as { [name: string]: unknown } & { target: { [name: string]: string } };
    assert.deepEqual(
      {
        description,
        scheduleExpression,
        flexibleTimeWindow,
        region,
        namePrefix,
        arn: target.arn,
        role: target.roleArn,
      },
      {
        description: "A token of the pull through cache cache expires",
        scheduleExpression: "at(2199-01-01T09:00:00)",
        flexibleTimeWindow: { mode: "OFF" },
        region: REGION,
        namePrefix: "pull-through-cache-",
        arn: home,
        role: arnOf("cache-reminders"),
      },
    );
    assert.match(target.input ?? "", /^The token with which .* expires in 30 days, on 2199-01-31\./);
  });

  it("have descriptions that AWS accepts, however long the name of the component is", async () => {
    const monitor = await Monitor.start();
    const name = "c".repeat(512);
    new PullThroughCache(name, { ...EVERYTHING, pullerRoles: {} });
    await monitor.end();
    // API models of Amazon EventBridge, RuleDescription, and of EventBridge Scheduler, Description.
    for (const [type, resource, start] of [
      ["EventRule", `${name}-alerts`, "Failed imports of the pull through cache "],
      ["Schedule", `${name}-reminder-dockerhub-7`, "A token of the pull through cache "],
    ] as const) {
      assert.equal(monitor.find(type, resource).inputs.description, `${start}${"c".repeat(512 - start.length)}`);
    }
  });

  it("keep the topic of the home Region when Regions are added, so that nobody has to subscribe again", async () => {
    await run({ ...EVERYTHING, regions: [REGION, "eu-west-1"] });
    for (const [type, name] of [
      ["Topic", "cache-alerts"],
      ["TopicPolicy", "cache-alerts"],
      ["EventRule", "cache-alerts"],
      ["TopicSubscription", "cache-alerts-someone@example.com"],
    ] as const) {
      assert.deepEqual(programs.monitor.find(type, `${name}@${REGION}`).aliases, [name]);
      assert.deepEqual(programs.monitor.find(type, `${name}@eu-west-1`).aliases, []);
    }
  });

  it("use given topics, and create no topics and subscriptions for them", async () => {
    const topics = {
      [REGION]: `arn:aws:sns:${REGION}:${ACCOUNT}:one`,
      "eu-west-1": `arn:aws:sns:eu-west-1:${ACCOUNT}:two`,
    };
    const registries = { quay: {} };
    const outputs = await run(
      { registries, regions: [REGION, "eu-west-1"], alerts: { topicArns: topics } },
      (cache) => new Promise((resolve) => cache.alertTopicArns.apply(resolve)),
    );
    assert.deepEqual(await outputs, topics);
    const types = programs.monitor.requests.map(({ type }) => type);
    assert.deepEqual(
      types.filter((type) => /^(Topic|Role|Schedule)/.test(type)),
      [],
      "and no role without reminders",
    );
    assert.equal(inputsOf("EventTarget", "cache-alerts@eu-west-1").arn, topics["eu-west-1"]);
    const topicArn = `arn:aws:sns:${REGION}:${ACCOUNT}:one`;
    await run({ registries, alerts: { topicArn } });
    assert.equal(inputsOf("EventTarget", "cache-alerts").arn, topicArn);
  });

  it("read their parts from where they are in ECR's events", async () => {
    await run(EVERYTHING);
    // As in the Amazon ECR user guide, "Amazon ECR events and EventBridge", with a failure.
    const event = {
      account: ACCOUNT,
      region: REGION,
      time: "2024-02-29T02:36:48Z",
      detail: {
        "sync-status": "FAILURE",
        "ecr-repository-prefix": "docker-hub",
        "repository-name": "docker-hub/library/nginx",
        "upstream-registry-url": "registry-1.docker.io",
        "image-tag": "1.27",
        "failure-code": "UPSTREAM_ACCESS_DENIED",
        "failure-reason": "The upstream refused the login",
      },
    };
    const { inputTransformer } = inputsOf("EventTarget", "cache-alerts") as {
      inputTransformer: { inputPaths: { [name: string]: string }; inputTemplate: string };
    };
    const at = (path: string) =>
      path
        .replace("$.", "")
        .split(".")
        .reduce((part: unknown, name) => (part as { [name: string]: unknown } | undefined)?.[name], event);
    const { detail, ...envelope } = event;
    const values = Object.values(inputTransformer.inputPaths).map(at);
    const { "sync-status": status, ...shown } = detail;
    assert.deepEqual(values.sort(), [...Object.values(envelope), ...Object.values(shown)].sort());
    for (const [, name = ""] of inputTransformer.inputTemplate.matchAll(/<([a-z]+)>/g)) {
      assert.ok(name in inputTransformer.inputPaths, `<${name}> has no path`);
    }
    assert.match(inputTransformer.inputTemplate, /^"Tag: <tag>"$/m);
  });
});
