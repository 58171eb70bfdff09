/** The tags of the pack and of each of its policies. */
export const tags = ["aws", "ecr", "pull-through-cache"];
