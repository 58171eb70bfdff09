import type { Plugin } from "../plugin";
import { type AwsContext, awsContexts } from "./context";
import { invoke } from "./functions";
import { KINDS } from "./kinds";
import { RECORDED } from "./recorded";
import { awsResourceType } from "./resource-type";
import { readSettings } from "./settings";
import { specOf } from "./spec";

/** The AWS plugin. It calls the endpoint that is configured, and never AWS itself. */
export function awsPlugin(): Plugin {
  let contextOf: (region?: string) => AwsContext = () => {
    throw new Error("the AWS provider is not configured");
  };
  return {
    configure: (configuration) => {
      contextOf = awsContexts(readSettings(configuration, process.env));
    },
    resourceType: (token) => {
      const recorded = RECORDED[token];
      if (recorded) return recorded;
      const spec = specOf(token);
      if (spec) return awsResourceType(spec, (region) => contextOf(region));
      const known = [...Object.keys(KINDS), ...Object.keys(RECORDED)].join(", ");
      throw new Error(`the local AWS provider does not have ${token}; it has ${known}`);
    },
    invoke: (token, args) => invoke(token, contextOf(typeof args.region === "string" ? args.region : undefined), args),
  };
}
