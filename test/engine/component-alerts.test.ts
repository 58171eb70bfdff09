import assert from "node:assert/strict";
import { ConfirmSubscriptionCommand, SNSClient } from "@aws-sdk/client-sns";
import { control, inventory, pull, root } from "../support/aws";
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
      more: "exports.topics = cache.alertTopicArns;",
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
  it("create nothing before they are configured", async () => {
    await project.setProgram(program(""));
    await project.up();
    const { requests } = await control<{ requests: { actions?: string[] }[] }>(engine.aws, "GET", "requests");
    const services = new Set(requests.flatMap(({ actions = [] }) => actions).map((action) => action.split(":")[0]));
    // IAM is called for ECR's service-linked role, which AWS creates with the first rule.
    assert.deepEqual([...services].sort(), ["ecr", "iam", "secretsmanager"]);
  });

  it("are added without changing the caches, and do not change in the next update", async () => {
    await project.setProgram(program(`, alerts: { emails: ["ops@example.com"] }`));
    const changes = changed(await project.up());
    assert.equal(changes.length, 12);
    for (const change of changes) assert.match(change, /^create (Event|Topic|Schedule|Role)/);
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

  it("are silent while pulls succeed, and report an expired token with what to do", async () => {
    assert.equal((await pulled("hub/library/nginx:1.27")).status, 200);
    assert.deepEqual(await mails(), []);
    const credentials = { host: HUB, username: "demo-user", accessToken: "another" };
    await control(engine.aws, "POST", "upstreams/credentials", credentials);
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
      "pulumi config set --secret --path 'pull-through-cache:credentials.hub.accessToken' && pulumi up",
    ]) {
      assert.ok(lines.includes(`"${line}"`), `${line} is not in\n${lines.join("\n")}`);
    }
    assert.doesNotMatch(lines.join(), /demo-token/);
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
    assert.deepEqual([eventRules, topics, schedules, roles], [[], [], [], []]);
  });
});
