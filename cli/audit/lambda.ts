import { GetFunctionCommand, type LambdaClient, paginateListFunctions } from "@aws-sdk/client-lambda";
import type { ImageDecision } from "pulumi-pull-through-cache/images";
import type { Audited, Finding } from "./finding";

/** Functions with an image in a cache: Lambda pulls nothing through it. */
export async function auditLambda(
  lambda: LambdaClient,
  isCached: (image: string) => boolean,
  decide: (reference: string) => ImageDecision,
): Promise<Audited> {
  const findings: Finding[] = [];
  let containers = 0;
  for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {})) {
    for (const { FunctionName: name = "", PackageType } of Functions) {
      if (PackageType !== "Image") continue;
      const { Code } = await lambda.send(new GetFunctionCommand({ FunctionName: name }));
      const image = Code?.ImageUri ?? "";
      containers++;
      if (!isCached(image) && decide(image).kind !== "rewritten") continue;
      findings.push({
        ...{ owner: `function ${name}`, container: "", node: "", image, cached: image },
        why: "AWS Lambda cannot pull through a cache, and the lifecycle policy may expire the image",
        fix: "push the image to a repository of your own",
      });
    }
  }
  return { findings, containers, unchecked: [] };
}
