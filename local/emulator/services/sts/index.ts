import { randomBytes } from "node:crypto";
import type { STS } from "@aws-sdk/client-sts";
import { parseArn } from "../../aws";
import { SECOND } from "../../clock";
import { AwsError } from "../../errors";
import { type OperationsOf, operation } from "../../operation";
import { canAssumeRole } from "../../policy/assume-role";
import { missingPermission } from "../../policy/require";
import type { Session } from "../../state/model";
import { newIdentifier } from "../iam/shared";

const DEFAULT_SECONDS = 3600;
/** The longest session of a role that another role's session assumes. */
const CHAINED_SECONDS = 3600;

const invalid = (message: string) => new AwsError("ValidationError", message);

/** The operations of STS that the emulator knows. */
export const stsOperations: OperationsOf<STS> = {
  GetCallerIdentity: operation((_input, { principal, account }) => ({
    UserId: principal.kind === "session" ? `${principal.roleId}:${principal.sessionName}` : account,
    Account: account,
    Arn: principal.arn,
  })),
  AssumeRole: operation((input, context) => {
    const { principal, cloud } = context;
    const role = canAssumeRole(cloud, principal, input.RoleArn, context.region);
    if (role === undefined) throw missingPermission(principal, "sts:AssumeRole", input.RoleArn);
    const seconds = input.DurationSeconds ?? DEFAULT_SECONDS;
    if (seconds > role.MaxSessionDuration) {
      throw invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    }
    // Source: IAM User Guide, "Roles terms and concepts", role chaining.
    if (principal.kind === "session" && seconds > CHAINED_SECONDS) {
      throw invalid(
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
      );
    }
    const account = parseArn(role.Arn)?.account ?? "";
    const session: Session = {
      accessKeyId: newIdentifier("ASIA"),
      secretAccessKey: randomBytes(30).toString("base64"),
      sessionToken: randomBytes(48).toString("base64"),
      roleArn: role.Arn,
      sessionName: input.RoleSessionName,
      expiresAt: cloud.clock.now() + seconds * SECOND,
    };
    cloud.store.global(account).sessions.set(session.accessKeyId, session);
    return {
      Credentials: {
        AccessKeyId: session.accessKeyId,
        SecretAccessKey: session.secretAccessKey,
        SessionToken: session.sessionToken,
        Expiration: session.expiresAt,
      },
      AssumedRoleUser: {
        AssumedRoleId: `${role.RoleId}:${session.sessionName}`,
        Arn: `arn:aws:sts::${account}:assumed-role/${role.RoleName}/${session.sessionName}`,
      },
    };
  }),
};
