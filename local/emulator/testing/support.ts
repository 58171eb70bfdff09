import assert from "node:assert/strict";
import { request } from "node:http";
import { CloudControlClient } from "@aws-sdk/client-cloudcontrol";
import { ECR, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { IAM } from "@aws-sdk/client-iam";
import { Scheduler } from "@aws-sdk/client-scheduler";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { type ConfirmSubscriptionCommandOutput, SNS } from "@aws-sdk/client-sns";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { type Emulator, type EmulatorOptions, startEmulator } from "..";
import type { Mail } from "../mailbox";

export const ACCOUNT = "111122223333";
export const OTHER_ACCOUNT = "444455556666";
export const REGION = "eu-central-1";

export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export interface Place {
  readonly account?: string;
  readonly region?: string;
  readonly keys?: Keys;
}

export interface Pulled {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** An emulator, with clients for any account and Region. */
export class TestCloud {
  private emulator: Emulator | undefined;

  private constructor() {}

  static async start(options: EmulatorOptions = {}): Promise<TestCloud> {
    const cloud = new TestCloud();
    await cloud.restart(options);
    return cloud;
  }

  /** An emulator that runs during a suite of mocha, reset before each of its tests. */
  static forSuite(options: EmulatorOptions = {}): TestCloud {
    const cloud = new TestCloud();
    before(() => cloud.restart(options));
    after(() => cloud.stop());
    beforeEach(() => cloud.control("POST", "reset"));
    return cloud;
  }

  get url(): string {
    assert.ok(this.emulator, "the emulator runs only in hooks and tests");
    return this.emulator.url;
  }

  async restart(options: EmulatorOptions): Promise<void> {
    await this.stop();
    this.emulator = await startEmulator(options);
  }

  async stop(): Promise<void> {
    await this.emulator?.stop();
    this.emulator = undefined;
  }

  private settings({ account = ACCOUNT, region = REGION, keys }: Place) {
    const credentials = keys ?? { accessKeyId: `AKIAROOT${account}`, secretAccessKey: "any" };
    return { endpoint: this.url, region, credentials, maxAttempts: 1 };
  }

  readonly ecr = (place: Place = {}) => new ECR(this.settings(place));
  readonly secrets = (place: Place = {}) => new SecretsManager(this.settings(place));
  readonly iam = (place: Place = {}) => new IAM(this.settings(place));
  readonly sts = (place: Place = {}) => new STSClient(this.settings(place));
  readonly cloudControl = (place: Place = {}) => new CloudControlClient(this.settings(place));
  readonly events = (place: Place = {}) => new EventBridge(this.settings(place));
  readonly sns = (place: Place = {}) => new SNS(this.settings(place));
  readonly scheduler = (place: Place = {}) => new Scheduler(this.settings(place));

  /** Emails that were sent, oldest first. */
  async mails(): Promise<Mail[]> {
    return (await this.control<{ mails: Mail[] }>("GET", "mail")).mails;
  }

  /** Confirms the subscription that the last email asks to confirm. */
  async confirm(TopicArn: string | undefined): Promise<ConfirmSubscriptionCommandOutput> {
    const [, Token] = /[?&]Token=(\w+)/.exec((await this.mails()).at(-1)?.body ?? "") ?? [];
    return this.sns().confirmSubscription({ TopicArn, Token });
  }

  /** Operations that were called, oldest first. */
  async calls(): Promise<string[]> {
    const { requests } = await this.control<{ requests: { operation: string }[] }>("GET", "requests");
    return requests.map(({ operation }) => operation);
  }

  /** Operations that a piece of work calls. */
  async callsOf(work: () => Promise<unknown>): Promise<string[]> {
    await this.control("DELETE", "requests");
    await work();
    return this.calls();
  }

  async control<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}/_local/${path}`, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const answer = await response.json();
    assert.equal(response.status, 200, JSON.stringify(answer));
    return answer as T;
  }

  /** Keys of a session of a role. */
  async assume(roleArn: string, account = ACCOUNT): Promise<Keys> {
    const command = new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: "test" });
    const { Credentials } = await this.sts({ account }).send(command);
    assert.ok(Credentials?.AccessKeyId && Credentials.SecretAccessKey && Credentials.SessionToken);
    return {
      accessKeyId: Credentials.AccessKeyId,
      secretAccessKey: Credentials.SecretAccessKey,
      sessionToken: Credentials.SessionToken,
    };
  }

  /** Base64 of `AWS:<password>`, as docker login sends it. */
  async token(place: Place = {}): Promise<string> {
    const answer = await this.ecr(place).send(new GetAuthorizationTokenCommand({}));
    return answer.authorizationData?.[0]?.authorizationToken ?? "";
  }

  /** Asks a registry by its real host name, with the emulator as HTTP proxy. */
  get(host: string, path: string, login?: string): Promise<Pulled> {
    return this.ask("GET", host, `http://${host}${path}`, login);
  }

  /** Asks the emulator with any method, as a host that it stands for. A login is a whole header, or Basic. */
  ask(method: string, host: string, path: string, login?: string): Promise<Pulled> {
    if (login === undefined) return this.askWith(method, path, { host });
    return this.askWith(method, path, { host, authorization: login.includes(" ") ? login : `Basic ${login}` });
  }

  askWith(method: string, path: string, headers: Readonly<Record<string, string>>): Promise<Pulled> {
    const { hostname, port } = new URL(this.url);
    return new Promise((resolve, reject) => {
      const asked = request({ host: hostname, port, path, headers, method }, (response) => {
        let body = "";
        response.on("data", (chunk: Buffer) => {
          body += chunk;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      });
      asked.on("error", reject);
      asked.end();
    });
  }

  /** Pulls `repository:tag` (or a digest) from an account's registry; by default as the account's root. */
  async pull(repository: string, reference: string, puller: Place & { registry?: string } = {}): Promise<Pulled> {
    const { registry = ACCOUNT, region = REGION } = puller;
    const token = await this.token(puller);
    const host = `${registry}.dkr.ecr.${region}.amazonaws.com`;
    return this.get(host, `/v2/${repository}/manifests/${reference}`, token);
  }
}

/** Asserts that AWS's exception of this name comes back. */
export async function refused(call: Promise<unknown>, name: string, message?: RegExp): Promise<void> {
  await assert.rejects(call, (error: Error) => {
    assert.equal(error.name, name, error.message);
    if (message !== undefined) assert.match(error.message, message);
    return true;
  });
}

export const allow = (Action: string | string[], more: Record<string, unknown> = {}) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, ...more }] });

export const trust = (principal: Record<string, unknown>) => allow("sts:AssumeRole", { Principal: principal });
