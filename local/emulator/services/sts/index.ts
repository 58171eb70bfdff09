import { randomBytes } from "node:crypto";
import { parseArn } from "../../aws";
import { SECOND } from "../../clock";
import type { CallContext } from "../../context";
import { AwsError } from "../../errors";
import { type Operations, read, write } from "../../operation";
import { canAssumeRole } from "../../policy/assume-role";
import { missingPermission } from "../../policy/require";
import type { Session } from "../../state/model";
import { integer, list, required, string, structure } from "../../validation/shape";
import { newIdentifier } from "../iam/identifiers";

const DEFAULT_SECONDS = 3600;
/** The longest session of a role that another role's session assumes. */
const CHAINED_SECONDS = 3600;

function userId({ principal }: CallContext): string | undefined {
  return principal.kind === "session" ? `${principal.roleId}:${principal.sessionName}` : principal.account;
}

const GetCallerIdentity = read(structure({}), (_input, context) => ({
  UserId: userId(context),
  Account: context.account,
  Arn: context.principal.arn,
}));

const AssumeRole = write(
  structure({
    RoleArn: required(string({ min: 20, max: 2048 })),
    RoleSessionName: required(string({ min: 2, max: 64, pattern: /^[\w+=,.@-]+$/ })),
    DurationSeconds: integer({ min: 900, max: 43200 }),
    Policy: string({ min: 1 }),
    PolicyArns: list(structure({ arn: string() })),
  }),
  (input, context) => {
    // A session policy removes permissions, so ignoring it would allow more than AWS does.
    if (input.Policy !== undefined || input.PolicyArns !== undefined) {
      throw new AwsError("ValidationError", "The emulator does not know session policies.");
    }
    const { principal, cloud } = context;
    const role = canAssumeRole(cloud, principal, input.RoleArn, context.region);
    if (role === undefined) throw missingPermission(principal, "sts:AssumeRole", input.RoleArn);
    const seconds = input.DurationSeconds ?? DEFAULT_SECONDS;
    if (seconds > role.maxSessionDuration) {
      throw new AwsError(
        "ValidationError",
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
      );
    }
    // Source: IAM User Guide, "Roles terms and concepts", role chaining.
    if (principal.kind === "session" && seconds > CHAINED_SECONDS) {
      throw new AwsError(
        "ValidationError",
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
      );
    }
    const account = parseArn(role.arn)?.account ?? "";
    const session: Session = {
      accessKeyId: newIdentifier("ASIA"),
      secretAccessKey: randomBytes(30).toString("base64"),
      sessionToken: randomBytes(48).toString("base64"),
      roleArn: role.arn,
      sessionName: input.RoleSessionName,
      expiresAt: cloud.clock.now() + seconds * SECOND,
    };
    cloud.store.global(account).sessions.set(session.accessKeyId, session);
    cloud.store.saveGlobal(account);
    return {
      Credentials: {
        AccessKeyId: session.accessKeyId,
        SecretAccessKey: session.secretAccessKey,
        SessionToken: session.sessionToken,
        Expiration: new Date(session.expiresAt),
      },
      AssumedRoleUser: {
        AssumedRoleId: `${role.id}:${session.sessionName}`,
        Arn: `arn:aws:sts::${account}:assumed-role/${role.name}/${session.sessionName}`,
      },
    };
  },
);

/** The operations of STS that the emulator knows. */
export const stsOperations: Operations = { GetCallerIdentity, AssumeRole };
