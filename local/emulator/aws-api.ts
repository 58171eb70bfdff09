import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isKnownRegion } from "./aws";
import { SECOND } from "./clock";
import type { CallContext, Cloud, UpstreamAccess } from "./context";
import type { LoggedRequest, RequestLog } from "./control/request-log";
import { AwsError, found } from "./errors";
import type { Faults } from "./faults/middleware";
import type { FaultRule } from "./faults/rules";
import { readBody } from "./http/reply";
import type { Target } from "./http/target";
import type { Reply } from "./protocols/protocol";
import { type Caller, callerOf, credentialScope } from "./services/callers";
import { SERVICES, type Service } from "./services/catalogue";
import { perform } from "./services/dispatch";

/** Answers the calls of AWS SDKs. */
export class AwsApi {
  constructor(
    private readonly cloud: Cloud,
    private readonly faults: Faults,
    private readonly log: RequestLog,
    private readonly upstream: UpstreamAccess,
  ) {}

  async answer(request: IncomingMessage, target: Target, clientGone: AbortSignal): Promise<Reply> {
    const requestId = randomUUID();
    const body = await readBody(request);
    const scope = credentialScope(target.authorization);
    const service = scope && Object.hasOwn(SERVICES, scope.service) ? SERVICES[scope.service] : undefined;
    let entry: LoggedRequest | undefined;
    try {
      if (scope === undefined) {
        throw new AwsError("MissingAuthenticationTokenException", "Request is missing Authentication Token", 403);
      }
      if (service === undefined) {
        throw new AwsError("UnknownOperationException", `The emulator does not know the service ${scope.service}`, 404);
      }
      if (!isKnownRegion(scope.region)) throw unknownRegion(scope.region);
      const token = request.headers["x-amz-security-token"];
      const caller = this.caller(service, scope.accessKeyId, typeof token === "string" ? token : undefined);
      const { operation, input } = service.protocol.parse(request.headers, body, target);
      const { account, principal } = caller;
      const { cloud, upstream } = this;
      const context: CallContext = { cloud, upstream, actions: [], region: scope.region, account, principal };
      entry = this.log.add({
        id: requestId,
        time: new Date(cloud.clock.now()).toISOString(),
        service: service.name,
        operation,
        account,
        region: scope.region,
        principal: principal.arn,
        actions: context.actions,
      });
      const output = await this.faults.around(entry, clientGone, async (hiding) => {
        const output = await perform(service, operation, input, context);
        const thing = madeBy(output);
        if (hiding !== undefined && thing !== undefined) this.hide(thing, hiding);
        return output;
      });
      return this.logged(service.protocol.result(operation, output, requestId), entry);
    } catch (error) {
      return this.logged(this.refusal(error, service, requestId, entry), entry);
    }
  }

  private hide(thing: string, { reads = 1, fromEcrSeconds }: FaultRule): void {
    const { visibility, clock } = this.cloud;
    if (fromEcrSeconds === undefined) visibility.hide(thing, reads);
    else visibility.hideFromEcr(thing, clock.now() + fromEcrSeconds * SECOND);
  }

  private caller({ errors, model }: Service, accessKeyId: string, sessionToken: string | undefined): Caller {
    const invalid = "The security token included in the request is";
    const unknown = () => new AwsError(errors.unknownKey, `${invalid} invalid`, model.protocol === "query" ? 403 : 400);
    const caller = found(callerOf(this.cloud, accessKeyId, sessionToken), unknown);
    if (caller.expired) throw new AwsError(errors.expired, `${invalid} expired`, 403);
    return caller;
  }

  private refusal(error: unknown, service = SERVICES.ecr as Service, requestId = "", entry?: LoggedRequest): Reply {
    if (!(error instanceof AwsError)) throw error;
    const { code, message, status } = inWordsOf(service, error);
    if (entry !== undefined) entry.error = code;
    return service.protocol.error(new AwsError(code, message, service.model.statuses[code] ?? status), requestId);
  }

  private logged(reply: Reply, entry: LoggedRequest | undefined): Reply {
    if (entry !== undefined) entry.status = reply.status;
    return reply;
  }
}

/** Faults and missing permissions have the exception names of the JSON services. The query services have their own. */
function inWordsOf({ errors }: Service, error: AwsError): AwsError {
  if (error.code === "ThrottlingException") return new AwsError(errors.throttled, error.message, 400);
  const denied = error.code === "AccessDeniedException" && errors.accessDenied !== error.code;
  return denied ? new AwsError(errors.accessDenied, error.message, 403) : error;
}

/** A Region that AWS does not have has no endpoint, so calls to it fail before they are sent. */
const unknownRegion = (region: string) =>
  new AwsError("InvalidSignatureException", `Credential should be scoped to a valid Region, not '${region}'.`, 403);

/** What a call created, by the name under which Visibility hides it. */
function madeBy(output: unknown): string | undefined {
  const made = output as { ARN?: string; Role?: { Arn: string }; Policy?: { Arn: string } } | undefined;
  if (made?.Role) return `role:${made.Role.Arn}`;
  if (made?.Policy) return `policy:${made.Policy.Arn}`;
  return made?.ARN === undefined ? undefined : `secret:${made.ARN}`;
}
