import type { CallContext } from "../../context";
import { findRole } from "../../policy/authorize";

/**
 * Whether ECR finds a role. AWS does not say whether it checks when a rule or a template is created. This refuses a
 * role that does not exist or is too new for ECR to see.
 */
export function ecrFindsRole(roleArn: string, context: CallContext): boolean {
  const { cloud } = context;
  // All of the emulator's roles are in the partition aws.
  const arn = roleArn.replace(/^arn:aws[a-z-]*:/, "arn:aws:");
  return findRole(cloud, arn) !== undefined && cloud.visibility.ecrSees(`role:${arn}`, cloud.clock.now());
}
