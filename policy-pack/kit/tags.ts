/** What a policy is about. Each policy of the pack has one topic among its tags. */
export type Topic = "availability" | "cost" | "security";

/** The tags of the pack and of each of its policies. */
export const tags = ["aws", "ecr", "pull-through-cache"];
