import type { IncomingMessage } from "node:http";
import { z } from "zod";
import { HOUR, SECOND } from "../clock";
import type { Cloud } from "../context";
import type { Faults } from "../faults/middleware";
import { faultRule } from "../faults/rules";
import { type HttpReply, json, readBody } from "../http/reply";
import type { Target } from "../http/target";
import { issueToken } from "../oci/token";
import { servicePrincipal } from "../policy/principal";
import { applyLifecyclePolicy } from "../services/ecr/lifecycle/evaluate";
import { runDueSchedules } from "../services/scheduler/schedules";
import type { Upstreams } from "../upstream/upstreams";
import { inventory } from "./inventory";
import type { RequestLog } from "./request-log";

export interface Controlled {
  readonly cloud: Cloud;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly upstreams: Upstreams;
}

interface Endpoint {
  readonly body: z.ZodType;
  run(body: unknown, controlled: Controlled): unknown;
}

function endpoint<B>(body: z.ZodType<B>, run: (body: B, controlled: Controlled) => unknown): Endpoint {
  return { body, run: (value, controlled) => run(value as B, controlled) };
}

const nothing = z.object({});
const account = z.string().regex(/^\d{12}$/);
const place = z.object({ account, region: z.string() });
const time = z.int().min(0);

/** The control API, besides AWS's own APIs. README.md describes it. */
const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  "GET requests": endpoint(nothing, (_body, { log }) => ({ requests: log.entries })),
  "DELETE requests": endpoint(nothing, (_body, { log }) => void log.entries.splice(0)),
  "POST reset": endpoint(nothing, (_body, { cloud, faults, log, upstreams }) => {
    cloud.store.reset();
    cloud.visibility.reset();
    cloud.mailbox.splice(0);
    faults.rules.replace([]);
    faults.held.release();
    log.entries.splice(0);
    upstreams.reset();
  }),
  "POST clock": endpoint(z.object({ advanceSeconds: time }), (body, { cloud }) => {
    cloud.clock.advance(body.advanceSeconds * SECOND);
    runDueSchedules(cloud);
    return { now: new Date(cloud.clock.now()) };
  }),
  "POST lifecycle": endpoint(place, (body, { cloud }) => {
    const { repositories } = cloud.store.region(body.account, body.region);
    const now = cloud.clock.now();
    return { images: [...repositories.values()].flatMap((repository) => applyLifecyclePolicy(repository, now)) };
  }),
  "GET mail": endpoint(nothing, (_body, { cloud }) => ({ mails: cloud.mailbox })),
  "DELETE mail": endpoint(nothing, (_body, { cloud }) => void cloud.mailbox.splice(0)),
  "GET faults": endpoint(nothing, (_body, { faults }) => ({ rules: faults.rules.list() })),
  "PUT faults": endpoint(z.object({ rules: z.array(faultRule) }), (body, { faults }) => {
    faults.rules.replace(body.rules);
  }),
  "POST faults": endpoint(faultRule, (body, { faults }) => faults.rules.add(body)),
  "DELETE faults": endpoint(nothing, (_body, { faults }) => {
    faults.rules.replace([]);
    faults.held.release();
  }),
  "GET held": endpoint(nothing, (_body, { faults }) => ({ calls: faults.held.list() })),
  "POST release": endpoint(nothing, (_body, { faults }) => ({ released: faults.held.release() })),
  "GET upstreams": endpoint(nothing, (_body, { upstreams }) => ({ requests: Object.fromEntries(upstreams.counts) })),
  "POST upstreams/online": endpoint(
    z.object({ host: z.string(), online: z.boolean() }),
    ({ host, online }, { upstreams }) => void (online ? upstreams.offline.delete(host) : upstreams.offline.add(host)),
  ),
  "POST upstreams/limit": endpoint(
    z.object({ host: z.string(), manifests: time.optional() }),
    ({ host, manifests }, { upstreams }) =>
      void (manifests === undefined ? upstreams.limits.delete(host) : upstreams.limits.set(host, manifests)),
  ),
  "POST upstreams/credentials": endpoint(
    z.object({ host: z.string(), username: z.string(), accessToken: z.string() }),
    ({ host, ...login }, { upstreams }) => void upstreams.logins.set(host, login),
  ),
  "POST upstreams/images": endpoint(
    z.object({ host: z.string(), repository: z.string(), tag: z.string() }),
    ({ host, repository, tag }, { upstreams }) => ({ digest: upstreams.publish(host, repository, tag) }),
  ),
  "POST upstreams/referrers": endpoint(
    z.object({ host: z.string(), repository: z.string(), subject: z.string(), artifactType: z.string() }),
    ({ host, repository, subject, artifactType }, { upstreams }) => ({
      digest: upstreams.publishReferrer(host, repository, subject, artifactType),
    }),
  ),
  "POST service-token": endpoint(
    z.object({
      service: z.string(),
      region: z.string(),
      sourceArn: z.string().optional(),
      sourceAccount: account.optional(),
    }),
    ({ service, region, sourceArn, sourceAccount }, { cloud }) => {
      const principal = servicePrincipal(service, { sourceArn, sourceAccount });
      return { token: issueToken({ principal, region, expiresAt: cloud.clock.now() + HOUR }, cloud.tokenKey) };
    },
  ),
};

export async function controlReply(
  controlled: Controlled,
  request: IncomingMessage,
  target: Target,
): Promise<HttpReply> {
  const name = target.path.replace(/^\/_local\//, "");
  const [, dumped] = /^accounts\/(\d{12})$/.exec(name) ?? [];
  if (request.method === "GET" && dumped !== undefined) return json(200, inventory(controlled.cloud.store, dumped));
  const key = `${request.method} ${name}`;
  const endpoint = Object.hasOwn(ENDPOINTS, key) ? ENDPOINTS[key] : undefined;
  if (endpoint === undefined) return json(404, { message: `Unknown: ${key}`, known: Object.keys(ENDPOINTS) });
  const text = String(await readBody(request));
  const read = endpoint.body.safeParse(text === "" ? {} : jsonOf(text));
  if (read.success) return json(200, endpoint.run(read.data, controlled) ?? {});
  const problems = read.error.issues.map(({ path, message }) => ({ at: path.join("."), message }));
  return json(400, { problems });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
