import type { IncomingMessage } from "node:http";
import { HOUR, SECOND } from "../clock";
import type { Cloud } from "../context";
import type { Faults } from "../faults/middleware";
import { FAULT_KINDS } from "../faults/rules";
import { readBody } from "../http/body";
import { type HttpReply, json } from "../http/reply";
import type { Target } from "../http/target";
import { issueToken } from "../oci/token";
import { SERVICES } from "../services/catalogue";
import { applyLifecyclePolicy } from "../services/ecr/lifecycle/evaluate";
import { runDueSchedules } from "../services/scheduler/run";
import type { Upstreams } from "../upstream/server";
import {
  boolean,
  enumeration,
  integer,
  list,
  type Reader,
  required,
  type Shape,
  string,
  structure,
  WrongType,
} from "../validation/shape";
import { inventory } from "./inventory";
import type { RequestLog } from "./request-log";

export interface Controlled {
  readonly cloud: Cloud;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly upstreams: Upstreams;
  saveClock(): void;
}

interface Endpoint {
  readonly body: Shape<unknown>;
  run(body: unknown, controlled: Controlled): unknown;
}

function endpoint<B>(body: Shape<B>, run: (body: B, controlled: Controlled) => unknown): Endpoint {
  return { body, run: (value, controlled) => run(value as B, controlled) };
}

const nothing = structure({});
const account = string({ pattern: /^\d{12}$/ });
const place = { account: required(account), region: required(string()) };
const count = integer({ min: 1 });

const faultRule = structure({
  service: required(enumeration([...Object.values(SERVICES).map(({ name }) => name), "registry"])),
  operation: required(string({ min: 1 })),
  account,
  kind: required(enumeration(FAULT_KINDS)),
  when: enumeration(["before", "after"]),
  delay: integer({ min: 0 }),
  nth: count,
  times: count,
  reads: count,
  fromEcrSeconds: count,
});

/** The control API, besides AWS's own APIs. README.md describes it. */
const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  "GET requests": endpoint(nothing, (_body, { log }) => ({ requests: log.list() })),
  "DELETE requests": endpoint(nothing, (_body, { log }) => log.clear()),
  "POST reset": endpoint(nothing, (_body, { cloud, faults, log, upstreams, saveClock }) => {
    cloud.store.reset();
    cloud.visibility.reset();
    cloud.mailbox.clear();
    cloud.clock.reset();
    saveClock();
    faults.rules.replace([]);
    faults.held.release();
    log.clear();
    upstreams.reset();
  }),
  "GET clock": endpoint(nothing, (_body, { cloud }) => ({ now: new Date(cloud.clock.now()) })),
  "POST clock": endpoint(structure({ advanceSeconds: required(integer({ min: 0 })) }), (body, { cloud, saveClock }) => {
    cloud.clock.advance(body.advanceSeconds * SECOND);
    saveClock();
    runDueSchedules(cloud);
    return { now: new Date(cloud.clock.now()) };
  }),
  "POST lifecycle": endpoint(structure(place), (body, { cloud }) => {
    const { repositories } = cloud.store.region(body.account, body.region);
    const now = cloud.clock.now();
    const actions = [...repositories.values()].flatMap((repository) => applyLifecyclePolicy(repository, now));
    cloud.store.saveRegion(body.account, body.region);
    return { actions };
  }),
  "GET mail": endpoint(nothing, (_body, { cloud }) => ({ mails: cloud.mailbox.list() })),
  "DELETE mail": endpoint(nothing, (_body, { cloud }) => cloud.mailbox.clear()),
  "GET faults": endpoint(nothing, (_body, { faults }) => ({ rules: faults.rules.list() })),
  "PUT faults": endpoint(structure({ rules: required(list(faultRule)) }), (body, { faults }) => {
    faults.rules.replace(body.rules);
  }),
  "POST faults": endpoint(faultRule, (body, { faults }) => faults.rules.add(body)),
  "DELETE faults": endpoint(nothing, (_body, { faults }) => {
    faults.rules.replace([]);
    faults.held.release();
  }),
  "GET held": endpoint(nothing, (_body, { faults }) => ({ calls: faults.held.list() })),
  "POST release": endpoint(nothing, (_body, { faults }) => ({ released: faults.held.release() })),
  "GET upstreams": endpoint(nothing, (_body, { upstreams }) => ({ requests: upstreams.requestCounts() })),
  "POST upstreams/online": endpoint(
    structure({ host: required(string()), online: required(boolean()) }),
    ({ host, online }, { upstreams }) => upstreams.setOnline(host, online),
  ),
  "POST upstreams/limit": endpoint(
    structure({ host: required(string()), manifests: integer({ min: 0 }) }),
    ({ host, manifests }, { upstreams }) => upstreams.setLimit(host, manifests),
  ),
  "POST upstreams/credentials": endpoint(
    structure({ host: required(string()), username: required(string()), accessToken: required(string()) }),
    ({ host, username, accessToken }, { upstreams }) => upstreams.setCredential(host, { username, accessToken }),
  ),
  "POST upstreams/images": endpoint(
    structure({ host: required(string()), repository: required(string()), tag: required(string()) }),
    ({ host, repository, tag }, { upstreams }) => ({ digest: upstreams.publish(host, repository, tag) }),
  ),
  "POST service-token": endpoint(
    structure({ service: required(string()), region: required(string()), sourceArn: string(), sourceAccount: account }),
    ({ service, region, sourceArn, sourceAccount }, { cloud }) => {
      const principal = { kind: "service", account: undefined, arn: service, sourceArn, sourceAccount } as const;
      return { token: issueToken({ principal, region, expiresAt: cloud.clock.now() + HOUR }, cloud.tokenKey) };
    },
  ),
};

export class ControlApi {
  constructor(private readonly controlled: Controlled) {}

  async answer(request: IncomingMessage, target: Target): Promise<HttpReply> {
    // A web page opened on this machine must not control the emulator by using another host name.
    if (target.host !== "127.0.0.1" && target.host !== "localhost") return json(403, { message: "Ask 127.0.0.1" });
    const name = target.path.replace(/^\/_local\//, "");
    const [, dumped] = /^accounts\/(\d{12})$/.exec(name) ?? [];
    if (request.method === "GET" && dumped !== undefined)
      return json(200, inventory(this.controlled.cloud.store, dumped));
    const key = `${request.method} ${name}`;
    const found = Object.hasOwn(ENDPOINTS, key) ? ENDPOINTS[key] : undefined;
    if (found === undefined) return json(404, { message: `Unknown: ${key}`, known: Object.keys(ENDPOINTS) });
    return run(found, await readBody(request), this.controlled);
  }
}

function run(found: Endpoint, body: Buffer, controlled: Controlled): HttpReply {
  const reader: Reader = { wire: "json", problems: [] };
  try {
    const value = found.body.read(body.length === 0 ? {} : JSON.parse(body.toString("utf8")), "", reader);
    if (reader.problems.length > 0) return json(400, { problems: reader.problems });
    return json(200, found.run(value, controlled) ?? {});
  } catch (error) {
    if (error instanceof WrongType || error instanceof SyntaxError) return json(400, { message: error.message });
    throw error;
  }
}
