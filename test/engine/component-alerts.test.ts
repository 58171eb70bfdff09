import assert from "node:assert/strict";
import { CreatePullThroughCacheRuleCommand } from "@aws-sdk/client-ecr";
import { DescribeSecretCommand } from "@aws-sdk/client-secrets-manager";
import { ConfirmSubscriptionCommand, SNSClient } from "@aws-sdk/client-sns";
import { control, ecr, inventory, pull, root, secretsManager } from "../support/aws";
import { cacheProgram, changed, setCredentials } from "../support/cache";
import { type Engine, type Project, startEngine } from "../support/engine";

const ACCOUNT = "111122223333";
const REGION = "us-east-1";
const CACHE = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
const HUB = "registry-1.docker.io";
const DAY = 24 * 60 * 60;

interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly body: string;
}

/** The message itself, without what SNS adds. */
const textOf = ({ body }: Mail) => body.split("\n\n--\n")[0] ?? "";

describe("alerts of a cache", () => {
  let engine: Engine;
  let project: Project;
  /** 40 days from now, so that all three reminders are in the future. */
  const expires = new Date(Date.now() + 40 * DAY * 1000).toISOString().slice(0, 10);
  const program = (alerts: string) =>
    cacheProgram(`{ registries: { hub: { registry: "${HUB}", tokenExpires: "${expires}" }, quay: {} }${alerts} }`, {
      more: "exports.topics = cache.alertTopicArns; exports.expires = cache.tokenExpires;",
    });

  before(async () => {
    engine = await startEngine();
    project = await engine.project({ name: "alerts" });
    await setCredentials(project, "hub", "demo-user", "demo-token");
  });
  after(() => engine?.stop());

  const pulled = (image: string) => pull(engine.aws, `${CACHE}/${image}`, root(ACCOUNT));
  /** The emails since the last call. */
  async function mails(): Promise<Mail[]> {
    const { mails: found } = await control<{ mails: Mail[] }>(engine.aws, "GET", "mail");
    await control(engine.aws, "DELETE", "mail");
    return found;
  }
  const upstream = (what: string, body: object) =>
    control(engine.aws, "POST", `upstreams/${what}`, { host: HUB, ...body });
  const accept = (accessToken: string) => upstream("credentials", { username: "demo-user", accessToken });

  /** Asserts that one email has arrived, and checks its text. */
  async function alerted(code: string, reason: RegExp): Promise<void> {
    const found = await mails();
    assert.deepEqual(
      found.map(({ to }) => to),
      ["ops@example.com"],
      JSON.stringify(found),
    );
    const text = textOf(found[0] as Mail);
    assert.match(text, new RegExp(`^"Failure: ${code}"$`, "m"));
    assert.match(text, reason);
    assert.doesNotMatch(text, /demo-token|wrong-token/);
  }

  it("create nothing before they are configured", async () => {
    await project.setProgram(program(""));
    await control(engine.aws, "DELETE", "requests");
    await project.preview();
    const created = changed(await project.up());
    const { requests } = await control<{ requests: { actions?: string[] }[] }>(engine.aws, "GET", "requests");
    const services = new Set(requests.flatMap(({ actions = [] }) => actions).map((action) => action.split(":")[0]));
    // IAM is called for ECR's service-linked role, which AWS creates with the first rule.
    assert.deepEqual([...services].sort(), ["ecr", "iam", "secretsmanager"]);
    assert.deepEqual(created.sort(), [
      "create PullThroughCacheRule cache-hub",
      "create PullThroughCacheRule cache-quay",
      "create RepositoryCreationTemplate cache-hub",
      "create RepositoryCreationTemplate cache-quay",
      "create Secret cache-hub",
      "create SecretVersion cache-hub",
    ]);
    assert.deepEqual(await project.outputs(), { topics: {}, expires: { hub: expires } });
    const secrets = secretsManager(engine.aws, root(ACCOUNT));
    const { secrets: [SecretId] = [] } = (await inventory(engine.aws, ACCOUNT)).regions[REGION] ?? {};
    const { Tags } = await secrets.send(new DescribeSecretCommand({ SecretId }));
    assert.deepEqual(Tags, [{ Key: "pull-through-cache:token-expires", Value: expires }]);
  });

  it("are added without changing the caches, and do not change in the next update", async () => {
    await project.setProgram(program(`, alerts: { emails: ["ops@example.com"] }`));
    assert.deepEqual(changed(await project.up()).sort(), [
      "create EventRule cache-alerts",
      "create EventTarget cache-alerts",
      "create Role cache-reminders",
      "create RolePolicy cache-reminders",
      "create Schedule cache-reminder-hub-1",
      "create Schedule cache-reminder-hub-30",
      "create Schedule cache-reminder-hub-7",
      "create Topic cache-alerts",
      "create TopicPolicy cache-alerts",
      "create TopicSubscription cache-alerts-ops@example.com",
    ]);
    const { topics } = (await project.outputs()) as { topics: Record<string, string> };
    const [[region, TopicArn] = []] = Object.entries(topics);
    assert.equal(region, REGION);
    const [confirmation] = await mails();
    const [, Token] = /[?&]Token=(\w+)/.exec(confirmation?.body ?? "") ?? [];
    const sns = new SNSClient({ endpoint: engine.aws.url, region: REGION, credentials: root(ACCOUNT) });
    await sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token }));
    const again = changed(await project.up({ args: ["--refresh"] })).filter((step) => !step.startsWith("refresh "));
    assert.deepEqual(again, []);
  });

  it("are silent while pulls succeed", async () => {
    assert.equal((await pulled("hub/library/nginx:1.27")).status, 200);
    assert.equal((await pulled("hub/library/nginx:1.27")).status, 200);
    assert.deepEqual(await mails(), []);
  });

  it("report an expired token, with what to do", async () => {
    await accept("another");
    assert.equal((await pulled("hub/library/nginx:stable")).status, 403);
    const [mail] = await mails();
    assert.equal(mail?.subject, "AWS Notification Message");
    const lines = textOf(mail as Mail).split("\n");
    for (const line of [
      `Registry: ${HUB}, cached under hub in account ${ACCOUNT}, Region ${REGION}`,
      "Repository: hub/library/nginx",
      "Tag: stable",
      "Failure: UpstreamAccessDenied",
      `Reason: Upstream access denied: ${HUB} refuses the credentials`,
      `pull-through-cache verify --region ${REGION} --prefix hub`,
      "hub: pulumi config set --secret --path 'pull-through-cache:credentials.hub.accessToken' && pulumi up",
    ]) {
      assert.ok(lines.includes(`"${line}"`), `${line} is not in\n${lines.join("\n")}`);
    }
    await accept("demo-token");
  });

  it("report a rate limit, an upstream that is down, and a missing image", async () => {
    await upstream("limit", { manifests: 0 });
    assert.equal((await pulled("hub/library/redis:7")).status, 429);
    await alerted("UpstreamTooManyRequests", /429/);
    await upstream("limit", {});
    await upstream("online", { online: false });
    assert.equal((await pulled("hub/library/redis:7")).status, 503);
    await alerted("UpstreamUnavailable", /cannot be reached/);
    await upstream("online", { online: true });
    assert.equal((await pulled("hub/library/nginx:none")).status, 404);
    await alerted("ImageNotFound", /Requested image not found/);
  });

  it("do not report another cache's failure", async () => {
    const { secrets: [name] = [] } = (await inventory(engine.aws, ACCOUNT)).regions[REGION] ?? {};
    const { ARN } = await secretsManager(engine.aws, root(ACCOUNT)).send(new DescribeSecretCommand({ SecretId: name }));
    const rule = { ecrRepositoryPrefix: "other", upstreamRegistryUrl: HUB, credentialArn: ARN };
    await ecr(engine.aws, root(ACCOUNT)).send(new CreatePullThroughCacheRuleCommand(rule));
    await accept("another");
    assert.equal((await pulled("other/library/nginx:stable")).status, 403);
    assert.deepEqual(await mails(), []);
    await accept("demo-token");
  });

  it("report a wrong token that was deployed", async () => {
    await setCredentials(project, "hub", "demo-user", "wrong-token");
    const [step] = changed(await project.up());
    assert.match(step ?? "", /SecretVersion cache-hub/);
    assert.equal((await pulled("hub/library/redis:7.4")).status, 403);
    await alerted("UpstreamAccessDenied", /refuses the credentials/);
  });

  it("remind 30, 7 and 1 days before a token expires", async () => {
    const daysUntil = async (seconds: number) => {
      await control(engine.aws, "POST", "clock", { advanceSeconds: seconds });
      return (await mails()).map((mail) => /expires (tomorrow|in \d+ days)/.exec(textOf(mail))?.[1]);
    };
    assert.deepEqual(await daysUntil(9 * DAY), []);
    assert.deepEqual(await daysUntil(2 * DAY), ["in 30 days"]);
    assert.deepEqual(await daysUntil(29 * DAY), ["in 7 days", "tomorrow"]);
  });

  it("leave nothing behind", async () => {
    await project.destroy();
    const { regions, roles } = await inventory(engine.aws, ACCOUNT);
    const { eventRules, topics, schedules } = regions[REGION] ?? {};
    assert.deepEqual(
      { eventRules, topics, schedules, roles },
      { eventRules: [], topics: [], schedules: [], roles: [] },
    );
  });
});
