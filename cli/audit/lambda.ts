import { GetFunctionCommand, type LambdaClient, paginateListFunctions } from "@aws-sdk/client-lambda";
import { attempt } from "../aws/attempt";
import { workThrough } from "../terminal/work";
import { AT_ONCE, type Audited, type AuditRun, type Finding } from "./finding";

/** Functions with an image in a cache: Lambda pulls nothing through it. */
export async function auditLambda(
  lambda: LambdaClient,
  isCached: (image: string) => boolean,
  { unchecked, terminal }: AuditRun,
): Promise<Audited> {
  const findings: Finding[] = [];
  const names: string[] = [];
  await attempt(unchecked, "functions", async () => {
    for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {})) {
      names.push(...Functions.flatMap((one) => (one.PackageType === "Image" ? [one.FunctionName ?? ""] : [])));
    }
  });
  const { results, left } = await workThrough(terminal, names, { unit: "function", concurrency: AT_ONCE }, (name) =>
    attempt(unchecked, `function ${name}`, async () => {
      const { Code } = await lambda.send(new GetFunctionCommand({ FunctionName: name }));
      const image = Code?.ImageUri ?? "";
      if (!isCached(image)) return;
      findings.push({
        ...{ owner: `function ${name}`, container: "", node: "", image, cached: image },
        why: "AWS Lambda cannot pull through a cache, and the lifecycle policy may expire the image",
        fix: "push the image to a repository of your own",
      });
    }),
  );
  return { findings, unserved: [], containers: results.length, left };
}
