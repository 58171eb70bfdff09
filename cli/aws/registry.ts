import { DescribeRegistryCommand } from "@aws-sdk/client-ecr";
import { ecrClient } from "./clients";

/** The account whose registry the caller uses. */
export async function registryAccount(region: string): Promise<string> {
  const { registryId = "" } = await ecrClient(region).send(new DescribeRegistryCommand({}));
  return registryId;
}

/** The registry's host. It only identifies the registry; the tool never connects to it. */
export function registryHost(account: string, region: string): string {
  return `${account}.dkr.ecr.${region}.amazonaws.com`;
}
