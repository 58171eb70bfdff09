import { places } from "../../policy-pack/aws/images/places/table";
import * as judged from "../../policy-pack/aws/types";
import { policies } from "../../policy-pack/policies";
import { later, laterObject, resource, run } from "./support";

const hostile = JSON.parse(
  '{"__proto__": ["a"], "constructor": "b", "toString": 1, "hasOwnProperty": [], "valueOf": {}}',
) as object;
const statement = (more: object) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "ecr:*", Resource: "*", ...more }],
});

/** Values that are rare, wrong or partly unknown, where a policy expects something else. */
const shapes: Readonly<Record<string, unknown>> = {
  "names that every object has": hostile,
  "such a name": "constructor",
  "a host with such a name": "__proto__",
  "a list of unknowns": [later, laterObject],
  "a list of everything": [null, 7, true, "", "a", [], {}, hostile, [later], { a: later }],
  "a map of unknowns": { "eu-central-1": later, filter: [later], rules: [laterObject], AWS: [later] },
  "conditions on such names": statement({
    Condition: { StringEquals: hostile, constructor: hostile, ArnLike: { "aws:PrincipalArn": [later, hostile] } },
  }),
  "principals and actions that are objects": statement({
    Principal: hostile,
    Action: [hostile, later],
    Resource: [hostile, later],
  }),
  "exceptions that are objects": {
    Statement: [
      { Effect: "Allow", NotPrincipal: { AWS: [hostile, later] }, NotAction: [hostile], NotResource: [later, hostile] },
      { Effect: "Deny", Principal: { AWS: [hostile, "*"] }, NotAction: [hostile], NotResource: [hostile] },
    ],
  },
  "a lifecycle of objects": {
    rules: [{ rulePriority: hostile, selection: { countType: hostile, tagStatus: later }, action: { type: hostile } }],
  },
  "containers of objects": [{ image: hostile, name: later }, hostile, later],
};

const properties = [
  ...["actions", "appliedFors", "assumeRolePolicy", "cacheRules", "containerDefinitions", "containerProperties"],
  ...["credentialArn", "customRoleArn", "ecrRepositoryPrefix", "ecsProperties", "eksProperties"],
  ...["encryptionConfigurations", "imageScanningConfiguration", "imageTagMutability", "imageUri", "items", "kmsKeyId"],
  ...["lifecyclePolicy", "name", "nodeProperties", "policy", "prefix", "recoveryWindowInDays", "region", "registryId"],
  ...["repository", "repositoryPolicy", "resourceTags", "role", "rules", "scanType", "secretArn", "secretId"],
  ...["secretString", "sourceConfiguration", "spec", "tags", "template", "upstreamRegistryUrl"],
  ...["upstreamRepositoryPrefix", "arn"],
];

describe("values of any shape", () => {
  const types = [...Object.values(judged).flat(), ...places.keys(), "kubernetes:apps/v1:Deployment"].filter(
    (type): type is string => typeof type === "string" && type.includes(":"),
  );

  for (const [what, value] of Object.entries(shapes)) {
    for (const form of ["as it is", "as JSON"]) {
      it(`get a verdict, never an exception: ${what}, ${form}`, async () => {
        const props = Object.fromEntries(
          properties.map((key) => [key, form === "as JSON" ? JSON.stringify(value) : value]),
        );
        const stack = types.map((type, index) => resource(type, `r${index}`, props));
        // One property at a time is wrong beside others that are right, so that every policy reads on.
        const rules = properties.map((key) =>
          resource(judged.pullThroughCacheRule, `rule-${key}`, {
            ecrRepositoryPrefix: "quay",
            upstreamRegistryUrl: "quay.io",
            [key]: props[key],
          }),
        );
        const config = { tags: ["team"], stacks: ["*"], allowed: ["quay.io"], keys: ["x"], cachePrefixes: ["quay"] };
        for (const policy of policies.filter(({ name }) => name !== "cached-repositories-audit")) {
          await run(policy, [...stack, ...rules], config);
        }
      });
    }
  }
});
