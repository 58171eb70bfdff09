import type { CallContext } from "../../context";
import { findRole } from "../../policy/authorize";

/**
 * Whether ECR finds a role that it is given. AWS does not say whether it looks when a rule or a template is made: a role
 * that is not there, or that is too new for ECR to see, is refused.
 */
export function ecrFindsRole(roleArn: string, context: CallContext): boolean {
  const { cloud } = context;
  // All of the emulator's roles are in the partition aws.
  const arn = roleArn.replace(/^arn:aws[a-z-]*:/, "arn:aws:");
  return findRole(cloud, arn) !== undefined && cloud.visibility.ecrSees(`role:${arn}`, cloud.clock.now());
}
