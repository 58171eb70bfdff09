import { parseArn } from "../aws";
import type { Cloud } from "../context";
import { topicPolicy } from "../services/sns/topics";
import { isAllowed, type Question } from "./authorize";
import {
  parsePolicy,
  REGISTRY_POLICY,
  REGISTRY_POLICY_V1,
  REPOSITORY_POLICY,
  SECRET_POLICY,
  type Statement,
  TOPIC_POLICY,
} from "./document";

/** Whether IAM allows an action to a principal, also by the policies of its resource. */
export const isAllowedOn = (cloud: Cloud, question: Question) =>
  isAllowed(cloud, question, resourcePolicies(cloud, question.resource, question.action));

/** The resource policies for an action: of a repository and its registry, of a secret, or of a topic. */
function resourcePolicies(cloud: Cloud, resource: string, action: string): Statement[][] {
  const arn = parseArn(resource);
  if (arn === undefined) return [];
  if (arn.service === "ecr") {
    const state = cloud.store.region(arn.account, arn.region);
    const repository = state.repositories.get(arn.resource.replace(/^repository\//, ""));
    const isKnown = state.registryPolicyScope === undefined || REGISTRY_POLICY_V1.actions?.known.test(action);
    return [
      ...(state.registryPolicy === undefined || !isKnown ? [] : [parsePolicy(state.registryPolicy, REGISTRY_POLICY)]),
      ...(repository?.policyText === undefined ? [] : [parsePolicy(repository.policyText, REPOSITORY_POLICY)]),
    ];
  }
  if (arn.service === "sns") {
    const topic = cloud.store.region(arn.account, arn.region).topics.get(resource);
    return topic === undefined ? [] : [parsePolicy(topicPolicy(topic), TOPIC_POLICY)];
  }
  if (arn.service !== "secretsmanager") return [];
  const secret = [...cloud.store.region(arn.account, arn.region).secrets.values()].find(
    (held) => held.ARN === resource,
  );
  return secret?.ResourcePolicy === undefined ? [] : [parsePolicy(secret.ResourcePolicy, SECRET_POLICY)];
}
