import { readFileSync } from "node:fs";
import path from "node:path";
import { PolicyPack } from "@pulumi/policy";
import { interest } from "./aws/native";
import { readRequests } from "./kit/requests";
import { tags } from "./kit/tags";
import { policies } from "./policies";

readRequests(policies, interest);

new PolicyPack("pull-through-cache-policies", {
  policies,
  displayName: "ECR pull through cache",
  description: "Repositories that an Amazon ECR pull through cache creates must expire, be scanned and stay private.",
  provider: "aws",
  readme: readFileSync(path.join(__dirname, "../README.md"), "utf8"),
  repository: "https://github.com/pulumi-pull-through-cache/pulumi-pull-through-cache",
  tags,
});
